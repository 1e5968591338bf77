// What each lever, option and belief does to the answer that is asked: paired effects at its ends, stored with the case or worked out meanwhile.

import { ask } from "./api.js";
import { html } from "./preact.js";
import { set, store, useStore } from "./store.js";
import { digits, percent, signed, value_text } from "./words.js";

const POLL = 2500; // milliseconds between questions how far it is; assumption
const KINDS = { levers: "lever", beliefs: "belief", holds: "hold" };
const SHORT = 14; // letters of an end beside its bar; where one is longer, all stand above
const SMALL = 0.0005, // of a share: what rounds to nothing in points
  SMALL_SHARE = 0.01; // of options in force: less than a point

// Asks until every row is there; a case that is read again begins anew.
export async function load_movers() {
  const { model } = store.info;
  while (store.info.model === model) {
    try {
      const { movers, done } = await ask("/api/movers");
      set({ movers: new Map(movers.map((each) => [`${each.kind} ${each.name}`, each])), movers_done: done });
      if (done) return;
    } catch (error) {
      if (error.status !== 409) return; // 409: the engine is not warm yet
    }
    await new Promise((go_on) => setTimeout(go_on, POLL));
  }
}

export const mover_of = (movers, part, name) => movers?.get(`${KINDS[part]} ${name}`);
const of_share = (question) => store.info.questions.find((each) => each.id === question)?.is_share !== false;

// The largest change that is clear, in the unit of the answer; 0 where none is.
export function size(mover, question) {
  const clear = (mover?.changes[question] ?? []).filter(
    ([change, , is_clear]) => is_clear && !(of_share(question) && Math.abs(change) < SMALL),
  );
  return Math.max(0, ...clear.map(([change]) => Math.abs(change)));
}

export function change_text(change, question) {
  if (of_share(question)) return `${signed(100 * change, 1)} points`;
  const unit = store.info.questions.find((each) => each.id === question)?.unit ?? "";
  return `${change > 0 ? "+" : ""}${digits(change)}${unit ? ` ${unit}` : ""}`;
}

// A line for each end: the value, a bar from the middle, and the change in words.
export function Ends({ mover, question, scale, name_of }) {
  const rows = mover.changes[question];
  if (!rows) return null;
  const ends = mover.ends.map((end) => String(name_of(end))),
    long = ends.some((end) => end.length > SHORT) ? "long" : "";
  return html`<ul class="ends-of" aria-label="What its ends do to the answer">${rows.map(
    ([change, error, is_clear], k) => {
      const width = is_clear && scale ? `${Math.min(50, Math.max(1, (50 * Math.abs(change)) / scale))}%` : "0";
      return html`<li key=${k} class=${long}><span class="end">${ends[k]}</span><span class=${`push ${change < 0 ? "less" : "more"}`} aria-hidden="true"><i style=${{ width }}></i></span>
      <span class="n" title=${`plus or minus ${digits(1.64 * error * (of_share(question) ? 100 : 1), 2)} (90 %, of ${mover.futures} paired futures)`}>${is_clear ? change_text(change, question) : "no clear change"}</span></li>`;
    },
  )}</ul>`;
}

export const end_of = (control) => (value) => (typeof value === "number" ? value_text(control, value) : value);

// What a lever without effect on this answer does elsewhere: the answers that it moves most.
export function elsewhere(mover, question) {
  const { questions } = store.info,
    most = (id) =>
      Math.max(0, ...(mover?.changes[id] ?? []).filter(([, , clear]) => clear).map(([change]) => Math.abs(change)));
  const moved = questions
    .filter((each) => each.id !== question && each.is_share && most(each.id) >= 0.01)
    .sort((a, b) => most(b.id) - most(a.id))
    .slice(0, 2);
  return moved
    .map((each) => {
      const [change] = mover.changes[each.id]
        .filter(([, , clear]) => clear)
        .sort((a, b) => Math.abs(b[0]) - Math.abs(a[0]))[0];
      return `“${each.text}” ${change_text(change, each.id)}`;
    })
    .join("; ");
}

// If one actor takes an option, what another then does: shares of futures when the main question is asked.
export function IfThen({ choice }) {
  const info = useStore((s) => s.info),
    movers = useStore((s) => s.movers),
    now = useStore((s) => s.move)?.choices.find((each) => each.choice === choice),
    about = info.choices.find((each) => each.choice === choice);
  const others = [...(movers?.values() ?? [])].filter(
    (each) => each.kind === "hold" && each.name !== choice && each.shares[choice],
  );
  if (!about || !others.length) return null;
  const [base] = others[0].shares[choice],
    as_is = now?.before ?? base;
  const far = (row) => Math.max(...row.map((share, k) => Math.abs(share - as_is[k])));
  const rows = others
    .flatMap((each) => {
      const actor = info.choices.find((one) => one.choice === each.name);
      return each.ends.map((option, k) => ({
        name: `${actor?.actor_name}: ${actor?.options.find((one) => one.id === option)?.text ?? option}`,
        row: each.shares[choice][k + 1].map((share, n) => Math.min(1, Math.max(0, as_is[n] + share - base[n]))),
      }));
    })
    .sort((one, other) => far(other.row) - far(one.row));
  const line = (name, row) =>
    html`<tr key=${name}><th scope="row">${name}</th>${row.map((share, k) => html`<td class="n" data-head=${about.options[k].text}>${percent(share)}</td>`)}</tr>`;
  const table = (shown) =>
    html`<table class="answers stacked if-then"><thead><tr><th scope="col">if</th>${about.options.map((each) => html`<th scope="col" class="n">${each.text}</th>`)}</tr></thead>
    <tbody>${line("as things are", as_is)}${shown.map(({ name, row }) => line(name, row))}</tbody></table>`;
  const small = rows.filter(({ row }) => far(row) < SMALL_SHARE);
  return html`<section aria-labelledby="if-then-title"><h2 id="if-then-title">If others act, what it then does</h2>
    <p class="soft">Each row holds one actor to one option from now on, which the others learn only when it is taken. What is in force when the main question is asked; differences are of ${others[0].futures.toLocaleString("en")} futures.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Table: if others act">${table(rows.slice(0, rows.length - small.length))}
    ${small.length > 0 && html`<details><summary>${small.length} more change it by less than a point</summary>${table(small)}</details>`}</div></section>`;
}
