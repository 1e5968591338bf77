// A fan chart: bands and median over futures, or the share of futures with an event, with a grey ghost of the state before.

import { Drawing } from "./figure.js";
import { area, Axis, element, frame, path, ticks, time_ticks, timeline, year } from "./scale.js";
import { stock_word } from "./focus.js";
import { look, near_word } from "./near.js";
import { digits, on, plain, with_unit } from "./words.js";

const RIGHT = 10,
  TOP = 8,
  BOTTOM = 22,
  STEPS = 8,
  LEVELS = 20; // frames in which a scale moves to its new ends; steps of the arrow keys over its height (assumptions)
const LAYERS = [
  "wide",
  "narrow",
  "ghost-band",
  "ghost",
  "ghost-belief",
  "ghost-last",
  "group-band",
  "group",
  "one",
  "line",
];

export const fan_rows = (data) => {
  const flag = data.quantiles.length === 1,
    names = flag ? ["share, %"] : ["5 %", "25 %", "median", "75 %", "95 %"];
  const was = data.before ?? data.quantiles;
  return [
    ["date", ...names, ...names.map((name) => `before: ${name}`)],
    ...data.times.map((time, k) => [time, ...data.quantiles.map((row) => row[k]), ...was.map((row) => row[k])]),
  ];
};

export function fan_text(data) {
  const last = data.times.length - 1,
    flag = data.quantiles.length === 1,
    middle = flag ? 0 : 2,
    unit = (value) => with_unit(digits(value), data.unit);
  const was = data.before ? `, before ${unit(data.before[middle][last])}` : "";
  const band = flag
    ? ""
    : `; 90 % of futures from ${digits(data.quantiles[0][last])} to ${unit(data.quantiles[4][last])}`;
  const others = [
    ["belief", "with your beliefs alone"],
    ["last", "before the last move"],
  ]
    .filter(([name]) => data[name])
    .map(([name, text]) => `, ${text} ${unit(data[name].at(-1))}`)
    .join("");
  return `${data.name}: ${flag ? "share of futures" : "median"} ${unit(data.quantiles[middle][last])} ${on(data.times[last])}, from ${unit(data.quantiles[middle][0])} ${on(data.times[0])}${was}${others}${band}`;
}

export class Fan extends Drawing {
  constructor(box, size) {
    super(box, { tabindex: 0, class: "fan" });
    this.size = size;
    this.axes = element("g", { class: "axes" });
    this.since = element("path", { class: "as-of" });
    this.paths = Object.fromEntries(LAYERS.map((name) => [name, element("path", { class: name })]));
    this.dots = element("g", { class: "claims" });
    this.cursor = element("g", { class: "cursor" });
    this.svg.append(this.axes, ...Object.values(this.paths), this.since, this.dots, this.cursor);
    this.svg.addEventListener("pointermove", (event) => this.point_at(event));
    this.svg.addEventListener("pointerdown", (event) => this.point_at(event));
    this.svg.addEventListener("pointerleave", () => this.leave());
    this.svg.addEventListener("blur", () => this.leave());
    this.svg.addEventListener("keydown", (event) => this.key(event));
  }

  show(data) {
    const other = this.data?.stock !== data.stock;
    this.data = data;
    this.flag = data.quantiles.length === 1;
    this.years = timeline(data.times);
    const ends = this.ends();
    if (!this.range || other || !data.frozen) this.move_to(ends, other || !this.range);
    else this.draw();
  }

  ends() {
    const { quantiles, before, group, one, points, unit } = this.data;
    const rows = [
      quantiles[0],
      quantiles.at(-1),
      ...this.lines().map(([, row]) => row),
      ...(before ? [before[0], before.at(-1)] : []),
      ...(group ? [group[0], group.at(-1)] : []),
      ...(one ? [one] : []),
    ];
    let low = Math.min(...rows.map((row) => Math.min(...row))),
      high = Math.max(...rows.map((row) => Math.max(...row)));
    if (this.flag) return [0, Math.min(100, Math.max(5, 1.15 * high))];
    const span = high - low || Math.abs(high) || 1;
    for (const point of points ?? []) {
      // a claim far outside is drawn at the edge
      if (point.value < low) low = Math.max(point.value, low - span / 2);
      if (point.value > high) high = Math.min(point.value, high + span / 2);
    }
    const room = 0.04 * (high - low || Math.abs(high) || 1),
      most = unit === "%" && high <= 100 ? 100 : Infinity;
    return [low >= 0 && low - 3 * room < 0 ? 0 : low - room, Math.min(high + room, most)];
  }

  // Other references than the case: beliefs alone, and the state before the last move.
  lines() {
    return ["belief", "last"].filter((name) => this.data[name]).map((name) => [name, this.data[name]]);
  }

  // A scale eases to its new ends, unless the reader wants no motion.
  move_to(ends, now) {
    cancelAnimationFrame(this.frame);
    const from = this.range,
      far = from && Math.abs(ends[1] - from[1]) + Math.abs(ends[0] - from[0]) > 0.02 * (from[1] - from[0]);
    if (now || !far || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      if (now || far) this.range = ends;
      this.draw();
      return;
    }
    this.axes.classList.remove("flash");
    const step = (k) => {
      this.range = ends.map((end, n) => from[n] + (end - from[n]) * (k / STEPS));
      this.draw();
      if (k < STEPS) this.frame = requestAnimationFrame(() => step(k + 1));
    };
    requestAnimationFrame(() => this.axes.classList.add("flash"));
    step(1);
  }

  draw() {
    const { width, years } = this,
      height = Math.round(Math.min(this.size.most, Math.max(this.size.least, this.size.ratio * width)));
    const [values, decimals] = ticks(...this.range, this.size.lines),
      labels = Math.max(...values.map((value) => plain(value, decimals).length));
    this.x = new Axis(years[0], years.at(-1), Math.max(28, 14 + 6.6 * labels), width - RIGHT);
    this.y = new Axis(...this.range, height - BOTTOM, TOP);
    this.sized(height, fan_text(this.data));
    const dated = year(this.data.times[0]) !== null;
    const key = [width, height, ...this.range, years.length, years[0]].join();
    if (key !== this.framed) {
      this.axes.replaceChildren(
        ...frame(this.x, this.y, {
          values,
          decimals,
          width,
          height,
          dates: dated
            ? time_ticks(years[0], years.at(-1), width / 64)
            : years.filter((_, k) => k % Math.ceil(years.length / 6) === 0).map((k) => [k, this.data.times[k]]),
        }),
      );
      this.framed = key;
    }
    this.draw_rows();
    this.draw_points(height);
  }

  draw_rows() {
    const { quantiles, before, group, one, as_of } = this.data,
      xs = this.years.map((value) => this.x.at(value));
    const clamp = (value) => Math.min(Math.max(this.y.at(value), -20), this.y.from + 20);
    const line = (row) => path(xs.slice(xs.length - row.length), row.map(clamp)),
      band = (low, high) => area(xs, low.map(clamp), high.map(clamp));
    const d = Object.fromEntries(LAYERS.map((name) => [name, ""]));
    if (this.flag) {
      d.line = line(quantiles[0]);
      if (before) d.ghost = line(before[0]);
      if (group) d.group = line(group[0]);
    } else {
      d.wide = band(quantiles[0], quantiles[4]);
      d.narrow = band(quantiles[1], quantiles[3]);
      d.line = line(quantiles[2]);
      if (before) {
        d.ghost = line(before[2]);
        d["ghost-band"] = line(before[0]) + line(before[4]);
      }
      if (group) {
        d.group = line(group[2]);
        d["group-band"] = line(group[0]) + line(group[4]);
      }
    }
    if (one) d.one = line(one);
    for (const [name, row] of this.lines()) d[`ghost-${name}`] = line(row);
    for (const name of LAYERS)
      if (this.paths[name].d !== d[name]) {
        this.paths[name].setAttribute("d", d[name]);
        this.paths[name].d = d[name];
      }
    const at = as_of ? year(as_of) : null,
      inside = at !== null && at > this.x.low + 1e-6 && at < this.x.high;
    this.since.setAttribute("d", inside ? `M${this.x.at(at).toFixed(1)} ${TOP}V${this.y.from}` : "");
  }

  // Claims as points, in the colour of their side; returns where they stand, for the buttons over them.
  draw_points(height) {
    const points = this.places(height);
    const key = `${this.framed} ${points.length} ${this.data.stock}`;
    if (key === this.points_key) return;
    this.points_key = key;
    this.dots.replaceChildren(
      ...points.flatMap(({ point, x, y, low, high }) => [
        ...(low !== null || high !== null
          ? [element("path", { class: `range side-${point.colour}`, d: `M${x} ${low ?? y}V${high ?? y}` })]
          : []),
        element("circle", { class: `dot side-${point.colour}${point.used ? "" : " hollow"}`, cx: x, cy: y, r: 3.5 }),
      ]),
    );
    this.data.placed?.(
      points.map(({ point, x, y }) => ({ point, left: `${(100 * x) / this.width}%`, top: `${(100 * y) / height}%` })),
    );
  }

  places() {
    const edge = (value) =>
      value === null || value === undefined ? null : Math.min(Math.max(this.y.at(value), TOP - 3), this.y.from);
    return (this.data.points ?? [])
      .map((point) => ({ point, at: year(point.time) }))
      .filter(({ at }) => at !== null && at >= this.x.low - 0.05 && at <= this.x.high)
      .map(({ point, at }) => ({
        point,
        x: Number(this.x.at(at).toFixed(1)),
        y: edge(point.value),
        low: edge(point.low),
        high: edge(point.high),
      }));
  }

  leave() {
    this.cursor.replaceChildren();
    if (this.data?.since !== undefined) look(null);
  }

  // The numbers at the date under the pointer, and the futures near it.
  point_at(event) {
    const box = this.svg.getBoundingClientRect(),
      x = ((event.clientX - box.left) / box.width) * this.width,
      y = ((event.clientY - box.top) / box.width) * this.width;
    if (x < this.x.from) return;
    const at = this.x.value(x),
      gaps = this.years.map((value) => Math.abs(value - at));
    this.read(gaps.indexOf(Math.min(...gaps)), this.y.value(y));
  }

  // Arrow keys go from date to date, and up and down from value to value.
  key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key],
      up = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!(step || up) || !this.data) return;
    event.preventDefault();
    const last = this.years.length - 1,
      k = Math.min(Math.max((this.place ?? last) + (step ?? 0), 0), last),
      [low, high] = this.range;
    this.read(
      k,
      up && this.value !== undefined
        ? Math.min(Math.max(this.value + (up * (high - low)) / LEVELS, low), high)
        : this.data.quantiles[this.flag ? 0 : 2][k],
    );
    this.svg.setAttribute(
      "aria-label",
      `${this.data.name}, ${this.cursor.textContent}${this.svg.dataset.text ? `; Enter marks ${this.svg.dataset.text}` : ""}`,
    );
  }

  read(k, value) {
    Object.assign(this, { place: k, value });
    const { quantiles, before, times } = this.data,
      middle = this.flag ? 0 : 2,
      place = this.x.at(this.years[k]);
    const text = `${times[k]}: ${digits(quantiles[middle][k])}${this.flag ? " %" : ` (${digits(quantiles[0][k])} to ${digits(quantiles[4][k])})`}${before ? `, before ${digits(before[middle][k])}` : ""}`;
    this.cursor.replaceChildren(
      element("path", { class: "rule", d: `M${place.toFixed(1)} ${TOP}V${this.y.from}` }),
      element(
        "text",
        {
          x: place > this.width / 2 ? this.width - RIGHT : this.x.from + 4,
          y: TOP + 8,
          "text-anchor": place > this.width / 2 ? "end" : "start",
          class: "read",
        },
        text,
      ),
    );
    this.point_to(k, value);
  }

  // The chart says which futures are meant, so that a click or Enter pins them; `since` is the first date after as_of.
  point_to(k, value) {
    const { stock, name, unit, times, since } = this.data,
      inside = since !== undefined && k >= since && value >= this.range[0] && value <= this.range[1];
    for (const key of ["own", "links", "text"]) delete this.svg.dataset[key];
    if (!inside) {
      if (since !== undefined) look(null);
      return;
    }
    const where = this.flag
      ? `the futures with ${name} ${on(times[k])}`
      : `the futures near ${with_unit(digits(value), unit)} of ${name} ${on(times[k])}`;
    Object.assign(this.svg.dataset, { own: near_word(stock, times[k], value), links: stock_word(stock), text: where });
    look(this.svg.dataset.own);
  }
}
