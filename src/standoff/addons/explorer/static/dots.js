// One dot for each future, by its outcome: columns of dots for words, stacks along an axis for numbers.

import { Drawing } from "./figure.js";
import { Axis, dots, element, ticks } from "./scale.js";
import { count, plain } from "./words.js";

const WIDER = { here: 2, lit: 1.5 }; // pixels by which a mark is wider than its part of a cell
const BOTTOM = 42,
  TOP = 8,
  LEAST = 2.6,
  LARGEST = 9; // sizes of a cell, in pixels; assumptions: it can be seen, and pointed at

export const dot_rows = (data) => [
  ["future", "outcome", "before"],
  ...data.outcomes.map((each, k) => [k, shown(data, each), shown(data, data.before[k])]),
];
export const shown = (data, outcome) =>
  outcome === null || outcome === undefined ? "" : data.labels ? (data.labels[outcome] ?? outcome) : outcome;

export class Dots extends Drawing {
  constructor(box, on) {
    super(box, { class: "dots", tabindex: 0, role: "application", "aria-label": "futures, not drawn yet" });
    Object.assign(this, { on, places: [], at: null, brush: null });
    this.axes = element("g");
    this.paths = Object.fromEntries(
      ["lit", "all", "turned", "part", "here"].map((name) => [name, element("path", { class: `cloud ${name}` })]),
    );
    this.frame = element("rect", { class: "brush", width: 0, height: 0 });
    this.svg.append(this.axes, ...Object.values(this.paths), this.frame);
    this.svg.addEventListener("pointermove", (event) => this.hover(event));
    this.svg.addEventListener("pointerleave", () => this.point(null));
    this.svg.addEventListener("pointerdown", (event) => this.grab(event));
    this.svg.addEventListener("pointerup", (event) => this.release(event));
    this.svg.addEventListener("keydown", (event) => this.key(event));
  }

  draw() {
    const { width } = this,
      { outcomes, labels } = this.data;
    this.height = Math.round(Math.min(340, Math.max(220, width * 0.42)));
    this.sized(this.height, this.data.text);
    const valid = outcomes.map((each, k) => [each, k]).filter(([each]) => each !== null);
    if (labels) this.columns(valid, labels);
    else this.stacks(valid);
    this.colour();
  }

  // A block of dots for each label, in the order of the futures.
  columns(valid, labels) {
    const room = this.height - TOP - BOTTOM,
      wide = this.width / labels.length,
      most = Math.max(...labels.map((_, n) => valid.filter(([each]) => each === n).length), 1);
    this.size = Math.min(LARGEST, Math.max(LEAST, Math.sqrt((room * (wide - 16)) / most) * 0.98));
    while (Math.ceil(most / Math.max(1, Math.floor((wide - 16) / this.size))) * this.size > room && this.size > 1)
      this.size *= 0.97;
    const rows = Math.max(1, Math.floor(room / this.size)),
      seen = labels.map(() => 0);
    this.places = [];
    for (const [outcome, k] of valid) {
      const n = seen[outcome],
        column = Math.floor(n / rows);
      seen[outcome] += 1;
      this.places.push([
        k,
        wide * outcome + 8 + this.size * (column + 0.5),
        this.height - BOTTOM - this.size * ((n % rows) + 0.5),
      ]);
    }
    const total = valid.length || 1;
    this.axes.replaceChildren(
      ...labels.flatMap((label, n) => [
        element("path", { class: "zero", d: `M${wide * n + 4} ${this.height - BOTTOM + 2}h${wide - 8}` }),
        element(
          "text",
          { class: "strong", x: wide * n + 8, y: this.height - BOTTOM + 18 },
          this.cut(String(label), wide),
        ),
        element(
          "text",
          { x: wide * n + 8, y: this.height - BOTTOM + 34 },
          this.cut(`${count(seen[n])} · ${plain((100 * seen[n]) / total, 1)} %`, wide),
        ),
      ]),
    );
  }

  cut(text, wide) {
    const most = Math.floor((wide - 8) / 6.6);
    return text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text;
  }

  // Stacks along an axis that reaches from the 0.5th to the 99.5th per cent; futures outside stand at its ends.
  stacks(valid) {
    const sorted = valid.map(([each]) => each).sort((a, b) => a - b),
      cut = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    const low = cut(0.005),
      high = cut(0.995),
      room = this.height - TOP - BOTTOM;
    if (!this.data.frozen || !this.range) this.range = low === high ? [low - 1, high + 1] : [low, high];
    const x = new Axis(...this.range, 10, this.width - 10),
      bin = (value, size) => Math.round((Math.min(Math.max(x.at(value), 10), this.width - 10) - 10) / size);
    for (this.size = LARGEST; this.size > 1; this.size *= 0.94) {
      const tall = new Map();
      for (const [value] of valid) tall.set(bin(value, this.size), (tall.get(bin(value, this.size)) ?? 0) + 1);
      this.step = Math.min(this.size, room / Math.max(...tall.values(), 1)); // below its size where most futures have one value
      if (this.step === this.size) break;
    }
    const seen = new Map();
    this.places = valid.map(([value, k]) => {
      const at = bin(value, this.size),
        n = seen.get(at) ?? 0;
      seen.set(at, n + 1);
      return [k, 10 + at * this.size, this.height - BOTTOM - this.step * (n + 0.5)];
    });
    const [values, decimals] = ticks(...this.range, this.width / 90);
    this.axes.replaceChildren(
      element("path", { class: "zero", d: `M4 ${this.height - BOTTOM + 2}H${this.width - 4}` }),
      ...values.map((value) =>
        element(
          "text",
          { x: x.at(value).toFixed(1), y: this.height - BOTTOM + 18, "text-anchor": "middle" },
          plain(value, decimals),
        ),
      ),
      element("text", { x: this.width / 2, y: this.height - 6, "text-anchor": "middle" }, this.data.unit),
    );
  }

  colour() {
    const { outcomes, before, part, here, lit } = this.data,
      group = part && new Set(part),
      near = lit && new Set(lit),
      d = {
        lit: this.places.filter(([k]) => near?.has(k)).map(([, x, y]) => [x, y]),
        all: [],
        turned: [],
        part: [],
        here: [],
      };
    const turned = (k) => (this.data.labels ? outcomes[k] !== before[k] : false);
    for (const [k, x, y] of this.places) d[group?.has(k) ? "part" : turned(k) ? "turned" : "all"].push([x, y]);
    const own = this.places.find(([k]) => k === (this.at ?? here));
    if (own) d.here.push(own.slice(1));
    for (const [name, path] of Object.entries(this.paths)) {
      path.setAttribute("d", dots(d[name]));
      path.style.strokeWidth = `${({ here: 1.7, lit: 1.3 }[name] ?? 0.82) * this.size + (WIDER[name] ?? 0)}px`;
    }
  }

  spot(event) {
    const box = this.svg.getBoundingClientRect(),
      scale = this.width / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  }

  nearest([x, y]) {
    let best = null,
      far = 3 * this.size + 6;
    for (const [k, px, py] of this.places) {
      const gap = Math.hypot(px - x, py - y);
      if (gap < far) {
        far = gap;
        best = k;
      }
    }
    return best;
  }

  hover(event) {
    const spot = this.spot(event);
    if (this.brush) {
      const [x, y] = this.brush,
        put = (name, value) => this.frame.setAttribute(name, value.toFixed(1));
      put("x", Math.min(x, spot[0]));
      put("y", Math.min(y, spot[1]));
      put("width", Math.abs(x - spot[0]));
      put("height", Math.abs(y - spot[1]));
    } else this.point(this.nearest(spot));
  }

  point(k) {
    if (k === this.at) return;
    this.at = k;
    this.colour();
    this.on.point(k);
  }

  grab(event) {
    if (event.button !== 0 || event.pointerType === "touch") return;
    this.brush = this.spot(event);
    this.svg.setPointerCapture(event.pointerId);
  }

  release(event) {
    const spot = this.spot(event),
      from = this.brush ?? spot;
    this.brush = null;
    this.frame.setAttribute("width", 0);
    if (Math.hypot(spot[0] - from[0], spot[1] - from[1]) < 5) {
      const k = this.nearest(spot);
      if (k !== null) this.on.open(k);
      return;
    }
    const inside = (value, a, b) => value >= Math.min(a, b) && value <= Math.max(a, b);
    this.on.group(
      this.places.filter(([, x, y]) => inside(x, from[0], spot[0]) && inside(y, from[1], spot[1])).map(([k]) => k),
    );
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 100, PageUp: -100 }[event.key],
      order = this.places.map(([k]) => k),
      at = order.indexOf(this.at ?? this.data.here ?? -1);
    if (step && order.length) {
      event.preventDefault();
      this.point(order[(Math.max(at, step > 0 ? -1 : 0) + step + 10 * order.length) % order.length]);
    } else if (event.key === "Enter" && this.at !== null) this.on.open(this.at);
  }
}
