// Axes of the charts: round numbers, dates as decimal years, and elements of SVG.

import { plain } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

export function element(name, attributes = {}, text) {
  const out = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) out.setAttribute(key, value);
  if (text !== undefined) out.textContent = text;
  return out;
}

// Round numbers between two ends, and the decimals that they need.
export function ticks(low, high, about = 4) {
  const span = high - low || 1, raw = span / about, size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((k) => k * size).find((each) => each >= raw * 0.999), out = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * span; k += 1) out.push(k * step);
  return [out, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))];
}

// A label of the calendar as a decimal year: the end of the month or year that it names.
export function year(label) {
  const found = /^(-?\d{1,4})(?:-(\d\d))?(?:-(\d\d))?/.exec(label);
  if (!found) return null;
  const [, y, month, day] = found.map(Number);
  if (!found[2]) return y + 1;
  return y + (found[3] ? month - 1 + day / 31 : month) / 12;
}

// Where dates stand; labels that are no dates stand at equal distances.
export function timeline(times) {
  const years = times.map(year), dated = years.every((each) => each !== null);
  return dated ? years : times.map((_, k) => k);
}

const SHORT = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// Years, or months where there are few years.
export function time_ticks(low, high, about) {
  const span = high - low;
  if (span >= 1.8) {
    const step = [1, 2, 5, 10, 20, 50].find((each) => span / each <= about) ?? 100, out = [];
    for (let at = Math.ceil(low / step) * step; at <= high; at += step) out.push([at, String(at)]);
    return out;
  }
  const step = [1, 2, 3, 6].find((each) => (12 * span) / each <= about) ?? 6, out = [];
  for (let month = Math.ceil(low * 12 / step) * step; month <= high * 12 + 1e-6; month += step) {
    const k = ((month % 12) + 12) % 12;
    out.push([month / 12, k === 0 ? String(Math.round(month / 12)) : SHORT[k]]);
  }
  return out;
}

export class Axis {
  constructor(low, high, from, to) { Object.assign(this, { low, high, from, to }); }

  at(value) { return this.from + ((value - this.low) / (this.high - this.low || 1)) * (this.to - this.from); }

  value(place) { return this.low + ((place - this.from) / (this.to - this.from)) * (this.high - this.low); }
}

const near = (value) => value.toFixed(1);

export const path = (xs, ys) => xs.map((x, k) => `${k ? "L" : "M"}${near(x)} ${near(ys[k])}`).join("");
export const area = (xs, low, high) => `${path(xs, high)}L${path([...xs].reverse(), [...low].reverse()).slice(1)}Z`;

// Many round dots in one path: parts of no length with round ends.
export const dots = (points) => points.map(([x, y]) => `M${near(x)} ${near(y)}h0`).join("");

// Gridlines and numbers at the left, dates below.
export function frame(x, y, { decimals, values, dates, width, height, suffix = "" }) {
  const out = [];
  for (const value of values) {
    const at = y.at(value);
    out.push(element("path", { class: "grid", d: `M${near(x.from)} ${near(at)}H${near(x.to)}` }),
      element("text", { x: near(x.from - 6), y: near(at + 4), "text-anchor": "end" }, plain(value, decimals) + suffix));
  }
  for (const [value, text] of dates) {
    const at = x.at(value), anchor = at > width - 18 ? "end" : at < x.from + 4 ? "start" : "middle";
    out.push(element("path", { class: "tick", d: `M${near(at)} ${near(y.from)}v4` }), element("text", { x: near(at), y: height - 4, "text-anchor": anchor }, text));
  }
  return out;
}
