// The two large and the small fan charts, each with a free choice of its stock and the claims about it.

import { ask } from "./api.js";
import { write_address } from "./address.js";
import { Fan, fan_rows } from "./fan.js";
import { Figure } from "./figure.js";
import { claim_word, linked, stock_word } from "./focus.js";
import { request } from "./moves.js";
import { html, useEffect, useState } from "./preact.js";
import { year } from "./scale.js";
import { ledger_sides, side_colour } from "./source.js";
import { is_moved, memo, same, set, store, useStore } from "./store.js";
import { date, digits, with_unit } from "./words.js";

const LARGE = { ratio: 0.55, least: 190, most: 280, lines: 4 },
  SMALL = { ratio: 0.55, least: 130, most: 170, lines: 3 };
const EMPTY = { points: [], times: [], quantiles: [] };

async function load_points(stock) {
  if (store.points[stock]) return;
  store.points[stock] = EMPTY;
  try {
    const { points, times = [], quantiles = [] } = await ask(`/api/points/${encodeURIComponent(stock)}`),
      sides = points.length ? await ledger_sides() : [];
    set({
      points: {
        ...store.points,
        [stock]: {
          times,
          quantiles,
          points: points.map((each) => ({ ...each, colour: side_colour(each.side, sides) })),
        },
      },
    });
  } catch {
    delete store.points[stock]; // tried again with the next chart of it
  }
}

// Why nothing rests on a claim that is drawn hollow.
const unused_text = (later, as_of) => (later ? `published after ${date(as_of)}, not used` : "not used");

// Buttons over the claims of a chart: one tab stop, arrow keys go from claim to claim.
function Points({ places, unit, name, as_of }) {
  const [at, set_at] = useState(0);
  if (!places.length) return null;
  const key = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (at + step + places.length) % places.length;
    set_at(next);
    event.currentTarget.children[next].focus();
  };
  return html`<div class="points" role="group" aria-label=${`Claims about ${name}`} onKeyDown=${key}>
    ${places.map(({ point, left, top }, k) => {
      const text = `${point.speaker}, ${date(point.time)}: ${with_unit(digits(point.value), unit)}${point.used ? "" : `; ${unused_text(point.later, as_of)}`}`;
      return html`<button type="button" key=${`${point.claim} ${k}`} class="point" tabindex=${k === Math.min(at, places.length - 1) ? 0 : -1} style=${{ left, top }} title=${text} aria-label=${text}
        data-text=${`Claim of ${text}`} onFocus=${() => set_at(k)} ...${linked([claim_word(point.claim)])}></button>`;
    })}</div>`;
}

function choose(place, stock) {
  set({ charts: store.charts.map((each, k) => (k === place ? stock : each)) });
  write_address();
  request();
}

const Pick = memo(
  ({
    place,
    stock,
    stocks,
    unit,
  }) => html`<span class="pick"><select aria-label=${`Stock of chart ${place + 1}`} value=${stock}
  onChange=${(event) => choose(place, event.target.value)}>${stocks.map((each) => html`<option key=${each.stock} value=${each.stock}>${each.name}</option>`)}</select>
  ${unit ? html`<span class="soft">${unit}</span>` : ""}</span>`,
);

// The path up to as_of before the futures, at most as long as they are; no move changes what is shown of it but beliefs and claims.
function with_history({ quantiles, before }, known, times) {
  const at = year(times[0]),
    span = year(times.at(-1)) - at,
    from = known.times.findIndex((each) => year(each) >= at - span),
    to = known.times.findIndex((each) => year(each) >= at),
    end = to < 0 ? known.times.length : to;
  if (at === null || from < 0 || end <= from || known.quantiles.length !== quantiles.length)
    return { times, quantiles, before };
  const whole = (rows) => rows && rows.map((row, k) => [...known.quantiles[k].slice(from, end), ...row]);
  return { times: [...known.times.slice(from, end), ...times], quantiles: whole(quantiles), before: whole(before) };
}

// Median, or share, in the state before the last move; while a handle is held, before this drag.
function last_row(stock, move, settled, earlier) {
  const was = settled && !same(settled.state, move.state) ? settled : earlier;
  if (!was || !is_moved(was.state) || same(was.state, move.state) || was.times.length !== move.times.length)
    return null;
  const rows = was.fans.find((each) => each.stock === stock)?.quantiles;
  return rows ? rows[Math.floor(rows.length / 2)] : null;
}

// What was claimed after as_of, beside what the futures have: the chart owns up to its misses.
export function since_text({ points, times, quantiles }, as_of) {
  const later = (points ?? []).filter((each) => each.later && times.includes(each.time)),
    low = quantiles[0],
    high = quantiles.at(-1);
  if (!later.length || quantiles.length === 1) return "";
  const at = (row, point) => row[times.indexOf(point.time)],
    above = later.filter((each) => each.value > at(high, each)).length,
    below = later.filter((each) => each.value < at(low, each)).length;
  const sides = [...new Set(later.map((each) => each.side))];
  return `Claimed after ${date(as_of)}: ${above} of ${later.length} above the 90 % band, ${below} below${sides.length === 1 ? `; all by one side (${sides[0]})` : ""}.`;
}

function Chart({ place, large }) {
  const settled = useStore((s) => s.settled),
    earlier = useStore((s) => s.earlier);
  const [places, set_places] = useState([]);
  const stock = useStore((s) => s.charts[place]),
    move = useStore((s) => s.move),
    info = useStore((s) => s.info);
  const frozen = useStore((s) => s.dragging),
    group = useStore((s) => s.group),
    story = useStore((s) => s.story),
    all = useStore((s) => s.points);
  useEffect(() => {
    if (info.ready && (large || all[stock] === undefined)) load_points(stock);
  }, [stock, info.ready]);
  const about = info.stocks.find((each) => each.stock === stock) ?? { name: stock, unit: "" };
  const fan = move?.fans.find((each) => each.stock === stock),
    part =
      group?.data && group.data.times?.length === move?.times.length
        ? group.data.fans.find((each) => each.stock === stock)
        : undefined;
  const one =
    story && move && story.times.length === move.times.length && same(story.state, move.state)
      ? story.stocks.find((each) => each.stock === stock)
      : undefined;
  const unit = fan?.unit ?? (about.unit === "1" ? "" : about.unit),
    flag = fan?.quantiles.length === 1,
    shown = flag ? "% of futures" : unit,
    title = shown ? `${about.name}, ${shown}` : about.name,
    known = all[stock] ?? EMPTY;
  const data = fan && {
    ...with_history(fan, known, move.times),
    stock,
    name: about.name,
    unit,
    as_of: info.as_of,
    frozen,
    belief: fan.belief?.[0],
    last: last_row(stock, move, settled, earlier),
    points: flag ? [] : known.points,
    group: part?.quantiles,
    one: one?.values,
    placed: set_places,
  };
  if (data && info.ready) data.since = data.times.length - move.times.length;
  const since = data ? since_text(data, info.as_of) : "";
  const head = html`<h3 class="hidden">${title}</h3><${Pick} place=${place} stock=${stock} stocks=${info.stocks} unit=${shown} />`;
  return html`<div class="chart" data-text=${about.name} ...${linked([stock_word(stock)])}>
    <${Figure} title=${title} note=${[about.text, flag ? "Share of futures." : "Median, 50 and 90 % of futures; dots: claims.", since].filter(Boolean).join(" ")} head=${head} make=${(box) => new Fan(box, large ? LARGE : SMALL)} rows=${fan_rows} data=${data}
      overlay=${data && html`<${Points} places=${places} unit=${unit} name=${about.name} as_of=${info.as_of} />`}>
      ${large && about.text && html`<p class="soft definition">${about.text}</p>`}${large && since && html`<p class="soft definition">${since}</p>`}
      ${!data && html`<p class="soft waiting">${info.ready ? "Being drawn …" : "Drawn when the futures are simulated."}</p>`}
    <//></div>`;
}

const Key = ({ kind, children }) => html`<span class="entry"><span class=${`key ${kind}`}></span>${children}</span> `;

// Claims on some charts: a colour for each side, and hollow what is not used.
function ClaimKeys({ shown }) {
  const info = useStore((s) => s.info),
    points = useStore((s) => s.points),
    all_sides = useStore((s) => s.sides) ?? [],
    texts = useStore((s) => s.side_texts);
  const drawn = shown.flatMap((stock) => points[stock]?.points ?? []),
    sides = all_sides.filter((side) => drawn.some((each) => each.side === side)),
    unused = drawn.filter((each) => !each.used);
  return html`${sides.map((side) => html`<${Key} key=${side} kind=${`side-key side-${side_colour(side, all_sides)}`}>claim (${texts[side] ?? side})<//>`)}
    ${unused.length > 0 && html`<${Key} kind="hollow-key">hollow: not used${unused.some((each) => each.later) ? ` (published after ${date(info.as_of)}${unused.every((each) => each.later) ? "" : ", or a duplicate"})` : ""}<//>`}`;
}

export function Charts() {
  const shown = useStore((s) => s.charts),
    group = useStore((s) => s.group),
    story = useStore((s) => s.story);
  const move = useStore((s) => s.move),
    settled = useStore((s) => s.settled),
    earlier = useStore((s) => s.earlier);
  if (!shown.length) return null;
  const large = shown.length < 5 ? 4 : 2;
  return html`<section aria-labelledby="charts-title"><h2 id="charts-title">How it goes</h2>
    <p class="legend" aria-hidden="true"><${Key} kind="line-key">median of futures, or share of them<//><${Key} kind="band-key">50 and 90 % of futures<//>${move && is_moved(move.state) && html`<${Key} kind="ghost-key">before<//>`}
      <${ClaimKeys} shown=${shown} />
      ${move?.belief && html`<${Key} kind="belief-key">your beliefs alone<//>`}${shown.some((stock) => move && last_row(stock, move, settled, earlier)) && html`<${Key} kind="last-key">before the last move<//>`}
      ${group && html`<${Key} kind="group-key">${group.text}<//>`}${story && html`<${Key} kind="one-key">future ${story.number}<//>`}</p>
    <div class="fans large">${shown.slice(0, large).map((_, k) => html`<${Chart} key=${k} place=${k} large=${true} />`)}</div>
    <div class="fans small">${shown.slice(large).map((_, k) => html`<${Chart} key=${k + large} place=${k + large} large=${false} />`)}</div></section>`;
}

// The two large charts beside the dots: a place on them marks the futures near it.
export function Near({ text }) {
  const shown = useStore((s) => s.charts);
  if (!shown.length) return null;
  return html`<section aria-labelledby="near-title"><h2 id="near-title">Where they go</h2>
    <p class="soft">Point at a place of a chart, or go there with the arrow keys: the futures nearest to it, one in twenty, are ringed above. A click or Enter pins them.</p>
    <p class="soft read-near" role="status">${text || " "}</p>
    <p class="legend" aria-hidden="true"><${ClaimKeys} shown=${shown.slice(0, 2)} /></p>
    <div class="fans large">${shown.slice(0, 2).map((_, k) => html`<${Chart} key=${k} place=${k} large=${true} />`)}</div></section>`;
}
