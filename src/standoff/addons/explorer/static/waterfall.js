// A waterfall: reasons for and against add up to the log odds of an option. Grey outlines are how it was before.

import { Drawing } from "./figure.js";
import { Axis, element, ticks } from "./scale.js";
import { capital, plain, signed } from "./words.js";

export const ROW = 42,
  TOP = 6; // height of a row, and of the room above the first
const BAR = 13,
  BOTTOM = 24,
  VALUE = 62,
  LINE = 15,
  LETTER = 6.6; // in pixels; a letter is as wide on average

export const waterfall_rows = (data) => [
  ["reason", "log odds", "standard error", "before", "claims"],
  ...data.reasons.map((each) => [each.text, each.log_odds, each.mc_error, each.before, each.claims.join(" ")]),
  ["all together", data.log_odds, "", data.before_log_odds, ""],
];

export class Waterfall extends Drawing {
  constructor(box) {
    super(box, { class: "waterfall" });
    this.axes = element("g");
    this.bars = element("g");
    this.svg.append(this.axes, this.bars);
  }

  draw() {
    const { reasons, log_odds, before_log_odds, frozen, moved, text } = this.data,
      { width } = this,
      lines = Math.max(1, ...reasons.map((each) => this.lines(each.text).length)),
      head = LINE * lines + 3,
      row = ROW + LINE * (lines - 1),
      height = TOP + row * (reasons.length + 1) + BOTTOM;
    this.data.placed?.(row);
    const steps = (key, total) => {
      let at = 0;
      return [
        ...reasons.map((each) => {
          const from = at;
          at += each[key];
          return [from, at];
        }),
        [0, total],
      ];
    };
    const now = steps("log_odds", log_odds),
      was = steps("before", before_log_odds),
      ends = [...now, ...(moved ? was : [])].flat();
    const low = Math.min(0, ...ends),
      high = Math.max(0, ...ends),
      room = 0.04 * (high - low || 1);
    if (!frozen || !this.range) this.range = [low - room, high + room];
    this.x = new Axis(...this.range, 4, width - VALUE);
    this.sized(height, text);
    this.draw_axes(height);
    const parts = [];
    for (const [k, [from, to]] of now.entries()) {
      const each = reasons[k],
        y = TOP + row * k + head,
        name = each ? capital(each.text) : "All together",
        value = to - from,
        total = k === reasons.length;
      const place = (a, b) => ({
        x: this.x.at(Math.min(a, b)).toFixed(1),
        width: Math.max(1, Math.abs(this.x.at(a) - this.x.at(b))).toFixed(1),
        height: BAR,
      });
      const text = this.lines(name);
      parts.push(
        ...text.map((line, n) =>
          element(
            "text",
            { class: total ? "strong total" : "strong", x: 4, y: y - 5 - LINE * (text.length - 1 - n) },
            line,
          ),
        ),
        element("rect", { class: total ? "sum" : value < 0 ? "against" : "for", ...place(from, to), y }),
        element("text", { class: "strong", x: width, y: y + 11, "text-anchor": "end" }, signed(value, 2)),
      );
      if (moved && (Math.abs(was[k][0] - from) > 5e-3 || Math.abs(was[k][1] - to) > 5e-3))
        parts.push(element("rect", { class: "was ghost", ...place(...was[k]), y: y - 2, height: BAR + 4 }));
      if (each?.mc_error) {
        const middle = y + BAR / 2,
          half = 1.64 * each.mc_error;
        parts.push(
          element("path", {
            class: "whisker",
            d: `M${this.x.at(to - half).toFixed(1)} ${middle}H${this.x.at(to + half).toFixed(1)}`,
          }),
        );
      }
      if (k + 1 < now.length - 1)
        parts.push(element("path", { class: "joint", d: `M${this.x.at(to).toFixed(1)} ${y + BAR}v${row - BAR}` }));
    }
    this.bars.replaceChildren(...parts);
  }

  // A name in one line, or in two where the chart is narrow; a longer one is cut.
  lines(name) {
    const most = Math.floor((this.width - 8) / LETTER),
      cut = name.length > most ? name.lastIndexOf(" ", most) : -1;
    if (cut < 1) return [name];
    const rest = name.slice(cut + 1);
    return [name.slice(0, cut), rest.length > most ? `${rest.slice(0, most - 1)}…` : rest];
  }

  draw_axes(height) {
    const [values, decimals] = ticks(...this.range, this.width / 90),
      bottom = height - BOTTOM;
    this.axes.replaceChildren(
      ...values.flatMap((value) => [
        element("path", {
          class: Math.abs(value) < 1e-9 ? "zero" : "grid",
          d: `M${this.x.at(value).toFixed(1)} ${TOP}V${bottom}`,
        }),
        element(
          "text",
          { x: this.x.at(value).toFixed(1), y: height - 8, "text-anchor": "middle" },
          plain(value, decimals),
        ),
      ]),
    );
  }
}
