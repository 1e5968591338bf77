// A waterfall: reasons for and against add up to the log odds of an option. Grey outlines are how it was before.

import { Drawing } from "./figure.js";
import { Axis, element, ticks } from "./scale.js";
import { capital, plain, signed } from "./words.js";

export const ROW = 42;
const BAR = 13, TOP = 6, BOTTOM = 24, VALUE = 62;

export const waterfall_rows = (data) => [["reason", "log odds", "standard error", "before", "claims"],
  ...data.reasons.map((each) => [each.text, each.log_odds, each.error, each.before, each.claims.join(" ")]), ["all together", data.log_odds, "", data.before_log_odds, ""]];

export class Waterfall extends Drawing {
  constructor(box) {
    super(box);
    this.svg = element("svg", { role: "img", class: "waterfall", "aria-label": "chart, not drawn yet" });
    this.axes = element("g");
    this.bars = element("g");
    this.svg.append(this.axes, this.bars);
    box.replaceChildren(this.svg);
  }

  draw() {
    const { reasons, log_odds, before_log_odds, frozen, moved, text } = this.data, { width } = this, height = TOP + ROW * (reasons.length + 1) + BOTTOM;
    const steps = (key, total) => {
      let at = 0;
      return [...reasons.map((each) => { const from = at; at += each[key]; return [from, at]; }), [0, total]];
    };
    const now = steps("log_odds", log_odds), was = steps("before", before_log_odds), ends = [...now, ...(moved ? was : [])].flat();
    const low = Math.min(0, ...ends), high = Math.max(0, ...ends), room = 0.04 * (high - low || 1);
    if (!frozen || !this.range) this.range = [low - room, high + room];
    this.x = new Axis(...this.range, 4, width - VALUE);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("aria-label", text);
    this.draw_axes(height);
    const parts = [];
    for (const [k, [from, to]] of now.entries()) {
      const each = reasons[k], y = TOP + ROW * k + 18, name = each ? capital(each.text) : "All together", value = to - from, total = k === reasons.length;
      const place = (a, b) => ({ x: this.x.at(Math.min(a, b)).toFixed(1), width: Math.max(1, Math.abs(this.x.at(a) - this.x.at(b))).toFixed(1), height: BAR });
      parts.push(element("text", { class: total ? "strong total" : "strong", x: 4, y: y - 5 }, this.cut(name)),
        element("rect", { class: total ? "sum" : value < 0 ? "against" : "for", ...place(from, to), y }),
        element("text", { class: "strong", x: width, y: y + 11, "text-anchor": "end" }, signed(value, 2)));
      if (moved && (Math.abs(was[k][0] - from) > 5e-3 || Math.abs(was[k][1] - to) > 5e-3)) parts.push(element("rect", { class: "was ghost", ...place(...was[k]), y: y - 2, height: BAR + 4 }));
      if (each?.error) {
        const middle = y + BAR / 2, half = 1.64 * each.error;
        parts.push(element("path", { class: "whisker", d: `M${this.x.at(to - half).toFixed(1)} ${middle}H${this.x.at(to + half).toFixed(1)}` }));
      }
      if (k + 1 < now.length - 1) parts.push(element("path", { class: "joint", d: `M${this.x.at(to).toFixed(1)} ${y + BAR}v${ROW - BAR}` }));
    }
    this.bars.replaceChildren(...parts);
  }

  cut(name) {
    const most = Math.floor((this.width - 8) / 6.6);
    return name.length > most ? `${name.slice(0, most - 1)}…` : name;
  }

  draw_axes(height) {
    const [values, decimals] = ticks(...this.range, this.width / 90), bottom = height - BOTTOM;
    this.axes.replaceChildren(...values.flatMap((value) => [
      element("path", { class: Math.abs(value) < 1e-9 ? "zero" : "grid", d: `M${this.x.at(value).toFixed(1)} ${TOP}V${bottom}` }),
      element("text", { x: this.x.at(value).toFixed(1), y: height - 8, "text-anchor": "middle" }, plain(value, decimals)),
    ]));
  }
}
