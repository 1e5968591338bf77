// One claim: its words, its rivals on one axis, where it bears, and the answer without it.

import { write_address } from "./address.js";
import { Drawing, Figure } from "./figure.js";
import { claim_word, linked, number_word, reason_word, stock_word } from "./focus.js";
import { change, put, request } from "./moves.js";
import { html, useEffect } from "./preact.js";
import { Axis, element, ticks } from "./scale.js";
import { ledger_sides, side_colour, useClaim } from "./source.js";
import { set, store, useStore } from "./store.js";
import { capital, date, digits, DISPUTES, plain } from "./words.js";

const LETTER = 6.4,
  BOLD = 7.2; // width of a letter in pixels, and of a bold one
const ROW = 34,
  TOP = 4,
  BOTTOM = 24,
  MOST = 24; // rivals drawn; assumption: a reader compares no more
const MEANING = {
  aside: "Set aside: as if nobody had made the claim",
  doubt: "Doubt it: half its weight, and wider numbers where they rest on it",
  false_low: "Assume it false: the numbers that rest on it at their low end",
  false_high: "Assume it false: the numbers that rest on it at their high end",
};

const rival_rows = ({ rows }) => [
  ["claim", "speaker", "side", "date", "value", "low", "high", "unit"],
  ...rows.map((each) => [
    each.id,
    each.speaker,
    each.side_text,
    each.as_of,
    each.value,
    each.low,
    each.high,
    each.unit,
  ]),
];

class Rivals extends Drawing {
  draw() {
    const { rows, id, text } = this.data,
      { width } = this,
      height = TOP + ROW * rows.length + BOTTOM,
      values = rows
        .flatMap((each) => [each.value, each.low, each.high])
        .filter((each) => each !== null && each !== undefined);
    const low = Math.min(...values),
      high = Math.max(...values),
      room = 0.06 * (high - low || Math.abs(high) || 1);
    const x = new Axis(low >= 0 && low - 4 * room < 0 ? 0 : low - room, high + room, 6, width - 6),
      parts = [],
      [at, decimals] = ticks(x.low, x.high, width / 110);
    for (const value of at) {
      parts.push(
        element("path", { class: "grid", d: `M${x.at(value).toFixed(1)} ${TOP}V${height - BOTTOM}` }),
        element("text", { x: x.at(value).toFixed(1), y: height - 6, "text-anchor": "middle" }, plain(value, decimals)),
      );
    }
    for (const [k, each] of rows.entries()) {
      const y = TOP + ROW * k + 25,
        own = each.id === id,
        most = Math.floor(width / (own ? BOLD : LETTER)),
        name = `${digits(each.value)}, ${each.as_of}: ${each.speaker} (${each.side_text})`;
      parts.push(
        element(
          "text",
          { class: own ? "strong total" : "", x: 6, y: y - 11 },
          name.length > most ? `${name.slice(0, most - 1)}…` : name,
        ),
      );
      if (each.low !== null || each.high !== null)
        parts.push(
          element("path", {
            class: `range side-${each.colour}`,
            d: `M${x.at(each.low ?? each.value).toFixed(1)} ${y}H${x.at(each.high ?? each.value).toFixed(1)}`,
          }),
        );
      if (each.value !== null)
        parts.push(
          element("circle", {
            class: `dot side-${each.colour}`,
            cx: x.at(each.value).toFixed(1),
            cy: y,
            r: own ? 6 : 4,
          }),
        );
    }
    this.sized(height, text, parts);
  }
}

function open_reason(each) {
  set({ screen: "reasons", choice: each.choice, at: "", option: "", against: "" });
  write_address();
}

function open_stock(stock) {
  set({ screen: "try", charts: [stock, ...store.charts.slice(1)] });
  write_address();
  request();
}

function Bearing({ claim }) {
  const info = useStore((s) => s.info),
    name = (stock) => info.stocks.find((each) => each.stock === stock)?.name ?? stock;
  if (!claim.numbers.length && !claim.reasons.length && !claim.stocks.length)
    return html`<p class="soft">Nothing in this case rests on it.</p>`;
  return html`<ul class="bearing">
    ${claim.numbers.map((each) => html`<li key=${each.path} data-text=${each.text} ...${linked([number_word(each.path)])}>Number: ${each.text} <button type="button" class="link" aria-label=${`Show among the levers: ${each.text}`} onClick=${() => set({ search: each.path, sheet: true })}>show</button></li>`)}
    ${claim.reasons.map((each) => html`<li key=${`${each.choice} ${each.reason}`} data-text=${each.text} ...${linked([reason_word(`${each.choice}/${each.reason}`)])}>Reason of ${each.actor}: ${each.text} <button type="button" class="link" aria-label=${`Open the reason: ${each.text}`} onClick=${() => open_reason(each)}>open</button></li>`)}
    ${claim.stocks.map((each) => html`<li key=${each} data-text=${name(each)} ...${linked([stock_word(each)])}>Path up to ${date(info.as_of)}: ${name(each)} <button type="button" class="link" aria-label=${`Show the chart: ${name(each)}`} onClick=${() => open_stock(each)}>show</button></li>`)}</ul>`;
}

function Dispute({ claim, word }) {
  if (!claim.can.length) return html`<p class="soft">It cannot be tried without it: ${claim.why_not}</p>`;
  const choose = (next) => change(put("claims", claim.id, next || undefined));
  return html`<fieldset><legend>What if?</legend>
    ${["", ...claim.can].map((each) => html`<label key=${each}><input type="radio" name="dispute" value=${each} checked=${word === each} onChange=${() => choose(each)} /> ${each ? MEANING[each] : "As it stands in the ledger"}</label>`)}
    ${claim.why_not && html`<p class="soft">${claim.why_not}</p>`}
    <p class="soft">The answer above follows at once. The ledger itself is never changed: this holds for the state of this page.</p></fieldset>`;
}

export function Claim({ id, word, onClose }) {
  useEffect(() => {
    document.querySelector(".one-claim").scrollIntoView({ block: "nearest" });
  }, [id]);
  const claim = useClaim(id),
    sides = useStore((s) => s.sides) ?? [];
  useEffect(() => {
    ledger_sides().catch(() => {});
  }, []);
  if (claim === undefined) return html`<p class="soft">Reading the claim …</p>`;
  if (claim === null)
    return html`<p>There is no claim <code>${id}</code> in the ledger of this case. <button type="button" class="link" onClick=${onClose}>close</button></p>`;
  const near = claim.rivals.filter((each) => each.value !== null || each.low !== null).slice(0, MOST);
  const rows = [claim, ...near]
      .filter((each) => each.value !== null || each.low !== null)
      .map((each) => ({ ...each, colour: side_colour(each.side, sides) })),
    subject = capital([claim.subject, claim.quantity].filter(Boolean).join(", "));
  return html`<article class="card" aria-labelledby="claim-title"><div class="head"><h2 id="claim-title">${claim.speaker} <span class="soft">${claim.side_text}</span></h2><button type="button" class="quiet" aria-label="Close the claim" onClick=${onClose}>close</button></div>
    ${claim.statement && html`<blockquote class="large" data-text=${`Claim of ${claim.speaker}`} ...${linked([claim_word(id)])}>${claim.statement}</blockquote>`}
    <p>${subject}${claim.number ? html`: <b>${claim.number}</b>` : ""}, as of ${date(claim.as_of)}; published ${date(claim.published)}${word ? html`; <b class="disputed">here ${DISPUTES[word]}</b>` : ""}.</p>
    <p class="soft">${claim.title}${claim.publisher ? `, ${claim.publisher}` : ""}. ${/^https?:/.test(claim.url) ? html`<a href=${claim.url} target="_blank" rel="noreferrer noopener">source</a>` : ""} <code>${claim.id}</code></p>
    ${claim.objection && html`<p>It is not used: it ${claim.objection}.</p>`}${claim.note && html`<p class="soft">Note of the analyst: ${claim.note}</p>`}
    <${Dispute} claim=${claim} word=${word} />
    <h3>Where it bears</h3><${Bearing} claim=${claim} />
    ${
      rows.length > 1 &&
      html`<h3>Others about the same</h3>
      <${Figure} title=${`${subject}: claims`} head=${html`<p class="soft">${subject}${claim.unit ? `, ${claim.unit}` : ""}${claim.rivals.length > near.length ? `; ${near.length} of ${claim.rivals.length} others` : ""}</p>`} make=${(box) => new Rivals(box)} rows=${rival_rows}
        data=${{ rows, id, text: `${subject}: ${rows.map((each) => `${each.speaker} ${digits(each.value)}`).join(", ")}` }} />
      <p class="others">${near.map(
        (each) =>
          html`<button type="button" class="link" key=${each.id} data-opens="claim" ...${linked([claim_word(each.id)])} data-text=${`Claim of ${each.speaker}`} onClick=${() => {
            set({ claim: each.id });
            write_address();
          }}>${each.speaker}, ${date(each.as_of)}</button> `,
      )}</p>`
    }
  </article>`;
}
