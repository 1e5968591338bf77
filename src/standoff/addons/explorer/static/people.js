// Who the players are: a map of actors and their relations, and one actor read closely.

import { Disc, Links, short } from "./actor.js";
import { html, useState } from "./preact.js";
import { date, list } from "./words.js";

const STANCES = [
  ["hostile", "war or rivalry"],
  ["pressing", "sanctions or threats"],
  ["friendly", "partnership or aid"],
  ["other", "other"],
];
const PLACES = [0.5, 0.4, 0.6, 0.32, 0.68, 0.26, 0.74]; // of a label along its line
const APART = [26, 8]; // of labels, in percent of the map
const GAP = 1.2; // of lines between the same two, in percent
const MANY = 6,
  FIRST = 5; // lines, and relations in sight; assumption: with more lines their labels hide one another

// The place of an actor in percent of the map.
const at = (player) => [50 + 38 * player.x, 48 + 37 * player.y];

// One line for each stance between two actors, with a label where no other stands; of many lines, only those of one actor
// and those of a war have one.
export function lines_of(told, code) {
  const pairs = new Map();
  for (const tie of told.ties) {
    const [one, other] = tie.between.map((code) => told.by_code[code]);
    if (!one?.is_main || !other?.is_main) continue;
    const key = [...tie.between].sort().join(),
      pair = pairs.get(key) ?? pairs.set(key, { one, other, kinds: new Map() }).get(key);
    pair.kinds.set(tie.stance, [...(pair.kinds.get(tie.stance) ?? []), tie]);
  }
  const taken = told.players.filter((each) => each.is_main).map(at),
    out = [];
  const many = pairs.size > MANY,
    rank = ({ one, other }) => (one.code === code || other.code === code ? 0 : 1);
  for (const { one, other, kinds } of [...pairs.values()].sort((a, b) => rank(a) - rank(b))) {
    const [ax, ay] = at(one),
      [bx, by] = at(other),
      size = Math.hypot(bx - ax, by - ay) || 1;
    [...kinds].forEach(([stance, ties], k) => {
      const shift = GAP * (k - (kinds.size - 1) / 2),
        dx = (-shift * (by - ay)) / size,
        dy = (shift * (bx - ax)) / size;
      out.push({ stance, ties, codes: [one.code, other.code], from: [ax + dx, ay + dy], to: [bx + dx, by + dy] });
    });
    const all = [...kinds.values()].flat();
    if (many && one.code !== code && other.code !== code && !all.some((each) => each.kind === "war")) continue;
    const free = (t) =>
      Math.min(
        ...taken.map(([x, y]) =>
          Math.max(Math.abs(x - ax - t * (bx - ax)) / APART[0], Math.abs(y - ay - t * (by - ay)) / APART[1]),
        ),
      );
    const t =
      PLACES.find((each) => free(each) > 1) ?? PLACES.reduce((best, each) => (free(each) > free(best) ? each : best));
    const place = [ax + t * (bx - ax), ay + t * (by - ay)];
    taken.push(place);
    Object.assign(out.at(-1), { place, text: label_of(all) });
  }
  return out;
}

function label_of(ties) {
  const years = ties
    .map((each) => each.since.slice(0, 4))
    .filter(Boolean)
    .sort();
  return `${list([...new Set(ties.map((each) => each.kind))])}${years.length ? ` ${years[0]}` : ""}`;
}

function Tie({ tie, of, told }) {
  const other = told.by_code[tie.between.find((code) => code !== of)];
  return html`<li><span class=${`stance ${tie.stance}`} aria-hidden="true"></span>${tie.kind}${tie.since ? ` since ${date(tie.since)}` : ""} with <b>${short(other?.name ?? "")}</b>${tie.level ? `: ${tie.level}` : ""}${tie.note ? html` <span class="soft">${tie.note}</span>` : ""}
 <${Links} sources=${tie.sources} told=${told} /></li>`;
}

function Choice({ choice }) {
  return html`<div class="choice"><h4>${choice.text}</h4>
    <ul class="options-told">${choice.options.map((text, k) => html`<li key=${text} class=${k === choice.now ? "now" : ""}>${text}${k === choice.now ? html` <span class="tag">now</span>` : ""}</li>`)}</ul>
    ${choice.reasons.length > 0 && html`<p class="soft">Its largest reasons for and against “${choice.about}”:</p><ul class="weighed">${choice.reasons.map(([text, term, speaks_for]) => html`<li key=${text}><b>${speaks_for ? "for" : "against"}</b> ${text} ${term && html`<span class="term">${term}</span>`}</li>`)}</ul>`}</div>`;
}

function Card({ player, told }) {
  const main = (tie) => tie.between.every((code) => told.by_code[code]?.is_main),
    own = told.ties.filter((each) => each.between.includes(player.code));
  const ties = [...own.filter(main), ...own.filter((tie) => !main(tie))],
    [first, ...rest] = player.choices;
  const rows = (some) =>
    html`<ul class="ties">${some.map((each) => html`<${Tie} key=${`${each.kind} ${each.between}`} tie=${each} of=${player.code} told=${told} />`)}</ul>`;
  return html`<article class="player" aria-labelledby="player-title"><h3 id="player-title"><${Disc} player=${player} /> ${player.name}</h3>
    ${first ? html`<${Choice} choice=${first} />` : html`<p>${player.is_main ? "It does not choose in this case." : "It stands beside the case."}</p>`}
    ${rest.length > 0 && html`<details><summary>${rest.length} more ${rest.length === 1 ? "choice" : "choices"}</summary>${rest.map((each) => html`<${Choice} key=${each.choice} choice=${each} />`)}</details>`}
    ${ties.length > 0 && html`<h4>Relations</h4>${rows(ties.slice(0, FIRST))}`}
    ${ties.length > FIRST && html`<details><summary>${ties.length - FIRST} more relations</summary>${rows(ties.slice(FIRST))}</details>`}</article>`;
}

export function People({ told }) {
  const main = told.players.filter((each) => each.is_main),
    others = told.players.filter((each) => !each.is_main);
  const [code, pick] = useState(main[0]?.code ?? ""),
    [all, show_all] = useState(false),
    chosen = told.by_code[code],
    lines = lines_of(told, code);
  if (!chosen) return null;
  const choosing = main.filter((each) => each.choices.length),
    names = list(choosing.map((each) => short(each.name)));
  const of_chosen = (line) => line.codes.includes(code),
    used = STANCES.filter(([stance]) => lines.some((each) => each.stance === stance));
  return html`<section class="people" aria-labelledby="people-title"><h2 id="people-title">${choosing.length > 4 ? `${choosing.length} actors choose` : `Who chooses: ${names}`}</h2>
    <div class=${`map ${lines.length > MANY ? "many" : lines.length ? "" : "bare"}`} role="group" aria-label="Map of actors: choose one to read it">
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">${lines.map((each) => html`<path class=${`tie ${each.stance} ${of_chosen(each) ? "lit" : ""}`} vector-effect="non-scaling-stroke" d=${`M${each.from.join()}L${each.to.join()}`} />`)}</svg>
      ${lines.filter((each) => each.text).map((each) => html`<span class=${`tie-label ${each.stance} ${of_chosen(each) ? "lit" : ""}`} style=${{ left: `${each.place[0]}%`, top: `${each.place[1]}%` }}>${each.text}</span>`)}
      ${main.map((each) => html`<button type="button" key=${each.code} class="node" aria-pressed=${each.code === code ? "true" : "false"} style=${{ left: `${at(each)[0]}%`, top: `${at(each)[1]}%` }} onClick=${() => pick(each.code)}><span class=${`disc large side-${each.colour}`}></span><span class="node-name">${short(each.name)}</span></button>`)}
    </div>
    <p class="legend">${used.map(([stance, text]) => html`<span class="entry" key=${stance}><span class=${`stance ${stance}`}></span>${text}</span> `)}
      ${others.length > 0 && html`<button type="button" class="link" aria-expanded=${all ? "true" : "false"} onClick=${() => show_all(!all)}>${all ? "hide" : "show"} ${others.length} more ${others.length === 1 ? "actor" : "actors"}</button>`}</p>
    ${all && html`<p class="others-told">${others.map((each) => html`<button type="button" key=${each.code} class="quiet" aria-pressed=${each.code === code ? "true" : "false"} onClick=${() => pick(each.code)}><${Disc} player=${each} /> ${each.name}</button>`)}</p>`}
    <${Card} player=${chosen} told=${told} /></section>`;
}
