// What has happened and what may: a lane for each actor, dated claims and decisions up to as_of, then shares of options.

import { Disc, Links, short } from "./actor.js";
import d3 from "./vendor/d3.js";
import { html, useState } from "./preact.js";
import { time_ticks, year } from "./scale.js";
import { date, percent } from "./words.js";

const FIRST = 3; // lanes in sight; assumption: with more the page is a table
const KINDS = { event: "Event", decision: "Decided", claim: "Said" };
const AGAIN = 0.012; // of the width: points nearer than this stand above one another
const LEVELS = 4,
  APART = 13; // points above one another; least distance of labels of dates, in percent

// The past: its points by date, those at one date above one another.
// Dates before as_of, the nearer the wider apart.
const back = (since, now) => {
  const age = d3.scalePow([0, now - since || 1], [98, 2]).exponent(0.4);
  return (value) => age(Math.max(0, now - value));
};

function Points({ rows, since, until, colour, pick, picked }) {
  const x = back(since, until),
    last = [];
  if (!rows.length) return null;
  const dots = rows.map((each, k) => {
    const place = x(year(each.date)),
      level = d3.range(LEVELS).find((n) => last[n] === undefined || place - last[n] > 100 * AGAIN) ?? k % LEVELS;
    last[level] = place;
    return html`<button type="button" key=${`${each.date} ${each.text}`} class=${`event-dot ${each.kind} side-${colour}`} aria-pressed=${picked === each ? "true" : "false"} aria-label=${`${KINDS[each.kind]}, ${date(each.date)}: ${each.text}`} style=${{ left: `${place}%`, bottom: `${8 + 15 * level}px` }} onClick=${() => pick(picked === each ? null : each)}></button>`;
  });
  return html`<div class="past" style=${{ height: `${14 + 15 * Math.min(LEVELS, last.length)}px` }}>${dots}</div>`;
}

// Shares of one option over the decision dates, as a strip of darker and lighter parts.
function Strip({ outlook, option, colour, x }) {
  const shares = [option === outlook.now ? 1 : 0, ...outlook.shares.map((row) => row[option])],
    dates = [outlook.since, ...outlook.dates],
    ends = dates.map((each) => Math.max(0, x(year(each))));
  return html`<svg class=${`strip side-${colour}`} viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label=${`${outlook.options[option]}: ${percent(shares[1])} in ${date(outlook.dates[0])}, ${percent(shares.at(-1))} in ${date(outlook.dates.at(-1))}`}>
    ${shares.map((share, k) => html`<rect key=${k} x=${ends[k].toFixed(2)} y="0" width=${Math.max(0.3, (ends[k + 1] ?? 100) - ends[k]).toFixed(2)} height="10" fill-opacity=${(0.06 + 0.94 * share).toFixed(3)}><title>${`${date(dates[k])}: ${percent(share)}`}</title></rect>`)}</svg>`;
}

function Choice({ outlook, colour, x, flag }) {
  return html`<div class="outlook"><h4>${outlook.text}</h4>${outlook.options.map(
    (
      text,
      k,
    ) => html`<div class="option-row" key=${text}><span class="option-name">${text}${k === outlook.now ? html` <span class="tag">now</span>` : ""}</span>
    <div class="strip-box"><${Strip} outlook=${outlook} option=${k} colour=${colour} x=${x} />${flag !== null && html`<i class="flag" style=${{ left: `${flag}%` }}></i>`}</div><span class="n">${percent(outlook.shares.at(-1)[k])}</span></div>`,
  )}</div>`;
}

export function Lanes({ told }) {
  const [all, show_all] = useState(false),
    [picked, pick] = useState(null);
  const lanes = told.players
    .map((player) => ({
      player,
      past: told.past.filter((each) => each.actor === player.code),
      outlook: player.choices.filter((each) => each.shares.length).map((each) => ({ ...each, since: told.as_of })),
    }))
    .filter((each) => each.past.length || each.outlook.length);
  const others = told.past.filter((each) => !told.by_code[each.actor]);
  if (!lanes.length && !others.length) return null;
  const now = year(told.as_of),
    end = year(told.until),
    since = Math.min(now - 0.05, ...told.past.map((each) => year(each.date)));
  const x = d3.scaleLinear([now, end], [0, 100]),
    asked = year(told.date),
    flag = asked > now && asked <= end ? x(asked) : null,
    shown = all ? lanes : lanes.slice(0, FIRST);
  const label =
    (scale, places = []) =>
    ([value, text]) => {
      const place = scale(value);
      if (places.some((each) => Math.abs(each - place) < APART)) return null;
      places.push(place);
      return html`<span key=${text} style=${{ left: `${place}%` }}>${text}</span>`;
    };
  const detail =
    picked &&
    html`<p class="picked" role="status"><b>${KINDS[picked.kind]}, ${date(picked.date)}:</b> ${picked.text} <${Links} sources=${picked.sources} told=${told} /></p>`;
  return html`<section class="lanes" aria-labelledby="lanes-title"><h2 id="lanes-title">What has happened, and what may</h2>
    <p class="soft">Left of the line: decisions (squares) and claims (circles) that the reasons rest on; choose one to read it. Right: share of futures with each option in force, the darker the more; at the end the share in ${date(told.until)}.${flag !== null ? ` The mark is the date of the question, ${date(told.date)}.` : ""}</p>
    <div class="axis-row" aria-hidden="true"><div class="axis">${time_ticks(since, now, 6)
      .reverse()
      .map(
        label(back(since, now)),
      )}</div><div class="axis">${time_ticks(now, end, 6).map(label(x))}</div><span></span></div>
    ${shown.map(
      ({
        player,
        past,
        outlook,
      }) => html`<div class="lane" key=${player.code}><h3><${Disc} player=${player} /> ${short(player.name)}</h3>
      <${Points} rows=${past} since=${since} until=${now} colour=${player.colour} pick=${pick} picked=${picked} />
      ${outlook.map((each) => html`<${Choice} key=${each.choice} outlook=${each} colour=${player.colour} x=${x} flag=${flag} />`)}${past.includes(picked) && detail}</div>`,
    )}
    ${(all || lanes.length <= FIRST) && others.length > 0 && html`<div class="lane"><h3>Others</h3><${Points} rows=${others} since=${since} until=${now} colour=${4} pick=${pick} picked=${picked} />${others.includes(picked) && detail}</div>`}
    ${lanes.length > FIRST && html`<p><button type="button" onClick=${() => show_all(!all)}>${all ? "Show fewer" : `Show all ${lanes.length} actors`}</button></p>`}</section>`;
}
