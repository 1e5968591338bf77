// Who runs out first: shares of futures by side, dates as fifty dots each, and the limits behind them.

import { Bar, Step } from "./answer.js";
import { Drawing, Figure } from "./figure.js";
import { useFollowing } from "./panel.js";
import { html } from "./preact.js";
import { Axis, dots, element, frame, path, ticks, time_ticks, timeline, year } from "./scale.js";
import { is_moved, useStore } from "./store.js";
import { date, percent } from "./words.js";

const LEFT = 10,
  TOP = 8,
  BOTTOM = 22,
  DOT = 7,
  ROW = 76;

// That of its actor on every page; events of nobody have the next one.
const colour_of = (each, k) => each.colour ?? k % 8;

const date_rows = (data) => [
  ["side", "dot", "date", "before"],
  ...data.sides.flatMap((side) =>
    side.dates.map((each, k) => [
      side.label,
      k + 1,
      each ?? "not by the date",
      side.before_dates?.[k] ?? "not by the date",
    ]),
  ),
];

// Each side has fifty dots, one for two per cent of futures; those that do not run out stand at the right.
class Dates extends Drawing {
  constructor(box) {
    super(box, { class: "dates" });
  }

  draw() {
    const { sides, from, until, moved, text } = this.data,
      { width } = this,
      height = TOP + ROW * sides.length + BOTTOM,
      gap = Math.min(110, Math.max(80, width * 0.24));
    const x = new Axis(from, until, LEFT, width - gap),
      parts = [];
    for (const [value, label] of time_ticks(from, until, width / 80).filter(([each]) => x.at(each) < width - gap - 16))
      parts.push(
        element("path", { class: "grid", d: `M${x.at(value).toFixed(1)} ${TOP}V${height - BOTTOM}` }),
        element("text", { x: x.at(value).toFixed(1), y: height - 6, "text-anchor": "middle" }, label),
      );
    parts.push(element("text", { x: width - gap + 14, y: height - 6 }, "not by then"));
    for (const [k, side] of sides.entries()) {
      const floor = TOP + ROW * (k + 1) - 6,
        now = this.stack(side.dates, x, floor, width - gap + 14),
        was = moved && side.before_dates ? this.stack(side.before_dates, x, floor, width - gap + 14) : [];
      parts.push(
        element("text", { class: "strong total", x: LEFT, y: floor - ROW + 20 }, side.label),
        element("path", { class: "zero", d: `M${LEFT} ${floor + 1}H${width - 4}` }),
      );
      if (was.length) parts.push(element("path", { class: "cloud before ghost", d: dots(was) }));
      parts.push(element("path", { class: `cloud side-${colour_of(side, k)}`, d: dots(now) }));
    }
    this.sized(height, text, parts);
    for (const each of this.svg.querySelectorAll(".cloud"))
      each.style.strokeWidth = `${DOT - (each.matches(".before") ? -2.5 : 1)}px`;
  }

  stack(labels, x, floor, aside) {
    const seen = new Map(),
      places = labels.map((label) => {
        const column = label ? Math.round((x.at(Math.min(Math.max(year(label), x.low), x.high)) - LEFT) / DOT) : "none",
          n = seen.get(column) ?? 0;
        seen.set(column, n + 1);
        return [column, n];
      });
    seen.delete("none");
    const step = Math.min(DOT, (ROW - 28) / Math.max(...seen.values(), 1)); // many at one date stand closer
    return places.map(([column, n]) =>
      column === "none"
        ? [aside + DOT * Math.floor(n / 6), floor - DOT * ((n % 6) + 0.5)]
        : [LEFT + DOT * column, floor - step * (n + 0.5)],
    );
  }
}

const curve_rows = (data) => [
  ["date", ...data.series.flatMap((each) => [each.label, `${each.label}, before`])],
  ...data.times.map((time, k) => [time, ...data.series.flatMap((each) => [each.shares[k], each.before?.[k] ?? ""])]),
];

// The share of futures in which a side has run out, over time.
class Curves extends Drawing {
  draw() {
    const { times, series, moved, frozen, text } = this.data,
      { width } = this,
      height = Math.round(Math.min(240, Math.max(170, 0.5 * width))),
      years = timeline(times);
    const most = Math.max(
      0.05,
      ...series.flatMap((each) => [...each.shares, ...(moved && each.before ? each.before : [])]),
    );
    if (!frozen || !this.top) this.top = Math.min(1, 1.12 * most);
    const x = new Axis(years[0], years.at(-1), 40, width - 10),
      y = new Axis(0, 100 * this.top, height - BOTTOM, TOP),
      [values, decimals] = ticks(0, 100 * this.top),
      xs = years.map((each) => x.at(each));
    const line = (shares) =>
      path(
        xs,
        shares.map((each) => y.at(100 * each)),
      );
    const parts = frame(x, y, {
      values,
      decimals,
      dates: time_ticks(years[0], years.at(-1), width / 64),
      width,
      height,
      suffix: " %",
    });
    for (const each of series)
      if (moved && each.before)
        parts.push(
          element("path", { class: `race ghost side-${colour_of(each, series.indexOf(each))}`, d: line(each.before) }),
        );
    for (const [k, each] of series.entries())
      parts.push(element("path", { class: `race side-${colour_of(each, k)}`, d: line(each.shares) }));
    this.sized(height, text, parts);
  }
}

// Labels that name no constraint may be any event: a treaty does not run out.
const RUNS_OUT = {
  who: "Who runs out first",
  nobody: "nobody",
  what: "What runs out",
  limit: "limit",
  dates: "Dates at which sides run out",
  share: "Share of futures in which it has run out",
};
const COMES = {
  who: "What comes first",
  nobody: "none",
  what: "What may come",
  limit: "event",
  dates: "Dates at which they come",
  share: "Share of futures in which it has come",
};
const words = (data) => (data.runs_out ? RUNS_OUT : COMES);

function Sides({ data, moved }) {
  return html`<ul class="bars sides" aria-label=${words(data).who}>${data.sides.map(
    (
      each,
      k,
    ) => html`<li key=${each.label}><span><span class=${`key side-key side-${colour_of(each, k)}`}></span>${each.label}</span>
      <${Bar} now=${each.first} before=${moved ? each.first_before : null} /><span class="n"><${Step} was=${moved ? percent(each.first_before) : null} now=${percent(each.first)} /></span></li>`,
  )}
    ${Object.entries(data.ended).map(([label, share]) => html`<li key=${label}><span><span class="key none-key"></span>${label} before</span><${Bar} now=${share} before=${moved ? data.ended_before[label] : null} /><span class="n"><${Step} was=${moved ? percent(data.ended_before[label]) : null} now=${percent(share)} /></span></li>`)}
    <li><span><span class="key none-key"></span>${words(data).nobody} by then</span><${Bar} now=${data.none} before=${moved ? data.none_before : null} /><span class="n"><${Step} was=${moved ? percent(data.none_before) : null} now=${percent(data.none)} /></span></li></ul>`;
}

function Constraints({ data, moved }) {
  return html`<section aria-labelledby="limits-title"><h2 id="limits-title">${words(data).what}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label=${`Table: ${words(data).what}`}><table class="limits stacked"><thead><tr><th scope="col">${words(data).limit}</th><th scope="col" class="n">first of all</th><th scope="col" class="n">by ${date(data.date)}, as written</th>${moved && html`<th scope="col" class="n">before</th>`}<th scope="col">median date</th></tr></thead>
      <tbody>${data.constraints.map(
        (
          each,
        ) => html`<tr key=${each.label}><th scope="row"><b>${each.label}</b> <span class="soft">${each.indicator}</span></th><td class="n" data-head="first of all">${(!moved && each.printed) || percent(each.first)}</td><td class="n" data-head=${`by ${date(data.date)}`}>${percent(each.by)}</td>
        ${moved && html`<td class="n" data-head="before">${percent(each.by_before)}</td>`}<td data-head="median">${each.median ? date(each.median) : "in fewer than half of futures"}</td></tr>`,
      )}</tbody></table></div></section>`;
}

// Sides keep their places and colours while their shares change.
function in_order(data) {
  if (!data.sides) return data;
  const places = data.sides.map((each) => each.label).sort();
  return {
    ...data,
    sides: [...data.sides].sort((one, other) => places.indexOf(one.label) - places.indexOf(other.label)),
  };
}

export function Exhaustion() {
  const info = useStore((s) => s.info),
    state = useStore((s) => s.state),
    frozen = useStore((s) => s.dragging),
    moved = is_moved(state);
  const [found, error, ready] = useFollowing("/api/exhaustion", (s) => ({ state: s.state }), []),
    data = found && in_order(found);
  if (error) return html`<p class="notice">${error}</p>`;
  if (!data)
    return html`<p class="soft">${ready ? "Counting who runs out …" : "This comes when the server has the futures."}</p>`;
  const series = data.sides;
  const ended = Object.entries(data.ended)
    .map(([label, share]) => `, ${label} in ${percent(share)}`)
    .join("");
  const shares = `${data.sides.map((each) => `${each.label} in ${percent(each.first)}`).join(", ")}${ended}, ${words(data).nobody} in ${percent(data.none)} of futures`;
  const all = data.sides
      .flatMap((each) => [...each.dates, ...(each.before_dates ?? [])])
      .filter(Boolean)
      .map(year),
    from = Math.min(year(info.as_of), ...all),
    until = Math.max(year(data.date), ...all);
  return html`<section aria-labelledby="race-title"><h2 id="race-title">${words(data).who}, by ${date(data.date)}?</h2>
      <p class="soft">Chances as in the answer; dates and lines are of the case as written${moved ? "; the mark is how it was" : ""}.</p><${Sides} data=${data} moved=${moved} /></section>
    <section aria-labelledby="dates-title"><h2 id="dates-title">When</h2><p class="soft">Each dot is two of a hundred futures${moved ? "; grey rings: before" : ""}. ${data.sides.map((each) => `${each.label}: ${each.median ? `half of futures by ${date(each.median)}` : `fewer than half by ${date(data.date)}`}`).join("; ")}.</p>
      <${Figure} title=${words(data).dates} head=${html`<span></span>`} make=${(box) => new Dates(box)} rows=${date_rows} data=${{ sides: data.sides, from, until, moved, text: `${words(data).dates}: ${shares}` }} /></section>
    ${
      series.length > 0 &&
      html`<section aria-labelledby="curves-title"><h2 id="curves-title">${words(data).share}</h2>
      <${Figure} title=${words(data).share} head=${html`<p class="legend">${series.map((each, k) => html`<span class="entry"><span class=${`key race-key side-${colour_of(each, k)}`}></span>${each.label}</span> `)}${moved ? html`<span class="entry">dashed: before</span>` : ""}</p>`} make=${(box) => new Curves(box)} rows=${curve_rows}
        data=${{ times: data.times, series, moved, frozen, text: series.map((each) => `${each.label}: ${percent(each.shares.at(-1))} by ${data.times.at(-1)}`).join("; ") }} /></section>`
    }
    <${Constraints} data=${data} moved=${moved} />`;
}
