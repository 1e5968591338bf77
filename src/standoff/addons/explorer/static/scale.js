// Axes of the charts on scales of d3: round numbers, dates as decimal years, and elements of SVG.

import d3 from "./vendor/d3.js";
import { plain } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

export function element(name, attributes = {}, text) {
  const out = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) out.setAttribute(key, value);
  if (text !== undefined) out.textContent = text;
  return out;
}

const LEAST = 1e-6; // a smaller span has no digits that a reader sees

// Round numbers between two ends, and the decimals that they need.
export function ticks(low, high, about = 4) {
  if (high - low < LEAST) return [[low], 0];
  return [d3.ticks(low, high, about), d3.precisionFixed(d3.tickStep(low, high, about))];
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
  const years = times.map(year),
    dated = years.every((each) => each !== null);
  return dated ? years : times.map((_, k) => k);
}

// Years, months or days between two decimal years, each with its label.
export function time_ticks(low, high, about) {
  // at most one more than asked for
  const scale = d3.scaleUtc([instant(low), instant(high)], [low, high]);
  let out = scale
    .ticks(Math.max(1, about))
    .map((at) => [decimal(at), time_label(at)])
    .filter(([value]) => value >= low - 1e-6 && value <= high + 1e-6);
  while (out.length > Math.max(2, about + 1)) out = out.filter((_, k) => k % 2 === 0);
  return out;
}

const day_month = d3.utcFormat("%-d %b"),
  month = d3.utcFormat("%b");
const time_label = (at) =>
  at.getUTCDate() !== 1 ? day_month(at) : at.getUTCMonth() ? month(at) : String(at.getUTCFullYear());

// Decimal years count months as equal, so that the end of March is a quarter.
function instant(value) {
  const months = Math.floor(value * 12 + 1e-6),
    at = new Date(0);
  at.setUTCFullYear(Math.floor(months / 12), ((months % 12) + 12) % 12, 1);
  return d3.utcDay.offset(at, Math.round((value * 12 - months) * 30));
}

const decimal = (at) => at.getUTCFullYear() + (at.getUTCMonth() + (at.getUTCDate() - 1) / 31) / 12;

export class Axis {
  constructor(low, high, from, to) {
    Object.assign(this, {
      low,
      high,
      from,
      to,
      scale: d3.scaleLinear([low, low === high ? low + 1 : high], [from, to]),
    });
  }

  at(value) {
    return this.scale(value);
  }

  value(place) {
    return this.scale.invert(place);
  }
}

const near = (value) => value.toFixed(1);

export const path = (xs, ys) =>
  d3
    .line(
      (x) => x,
      (_, k) => ys[k],
    )
    .digits(1)(xs) ?? "";
export const area = (xs, low, high) =>
  d3
    .area(
      (x) => x,
      (_, k) => low[k],
      (_, k) => high[k],
    )
    .digits(1)(xs) ?? "";

// Many round dots in one path: parts of no length with round ends.
export const dots = (points) => points.map(([x, y]) => `M${near(x)} ${near(y)}h0`).join("");

// Gridlines and numbers at the left, dates below.
export function frame(x, y, { decimals, values, dates, width, height, suffix = "" }) {
  const out = [];
  for (const value of values) {
    const at = y.at(value);
    out.push(
      element("path", { class: "grid", d: `M${near(x.from)} ${near(at)}H${near(x.to)}` }),
      element("text", { x: near(x.from - 6), y: near(at + 4), "text-anchor": "end" }, plain(value, decimals) + suffix),
    );
  }
  for (const [value, text] of dates) {
    const at = x.at(value),
      anchor = at > width - 18 ? "end" : "middle";
    out.push(
      element("path", { class: "tick", d: `M${near(at)} ${near(y.from)}v4` }),
      element("text", { x: near(at), y: height - 4, "text-anchor": anchor }, text),
    );
  }
  return out;
}
