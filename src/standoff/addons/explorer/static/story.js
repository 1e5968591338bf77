// One future as a story: what happened when, who chose what and why, and where stocks went.

import { write_address } from "./address.js";
import { claim_word, future_word, linked } from "./focus.js";
import { useFollowing } from "./panel.js";
import { html, useEffect } from "./preact.js";
import { set, store, useStore } from "./store.js";
import { RARE, capital, date, digits, odds, signed, with_unit } from "./words.js";

// An event in words: who chooses what, who runs out of what, and what else happens.
function words_of({ kind, actor, text }) {
  if (kind === "choice") return html`<b>${actor}</b> chooses: ${text}`;
  const whole = actor && !text.startsWith(actor) ? `${actor}: ${text}` : capital(text);
  return kind === "exhaustion" ? html`<span class="soft">Runs out:</span> ${whole}` : whole;
}

function close() {
  set({ future: null, story: null });
  write_address();
}

export function Story({ number }) {
  const [data, error] = useFollowing("/api/future", (s) => ({ state: s.state, number }), [number]),
    info = useStore((s) => s.info);
  useEffect(() => {
    if (data) set({ story: { ...data, state: store.state } });
  }, [data]);
  if (error) return html`<p class="notice">${error}</p>`;
  if (!data || data.number !== number) return html`<p class="soft">Reading future ${number} …</p>`;
  const why = new Map(data.reasons.map((each) => [`${each.at} ${each.actor} ${each.text}`, each])),
    at = (stock, value) => with_unit(digits(value), stock.unit === "1" ? "" : stock.unit),
    since = data.times.findIndex((each) => each >= info.as_of.slice(0, each.length));
  const begin = since >= 0 ? date(data.times[since]) : "first";
  return html`<article class="one-future" aria-labelledby="story-title" data-text=${`Future ${number}`} ...${linked([future_word(number)])}><div class="head"><h2 id="story-title">Future ${number}: ${data.outcome}</h2><button type="button" class="quiet" aria-label="Close the story" onClick=${close}>close</button></div>
    <ol class="events">${data.events.map(
      (
        each,
        k,
      ) => html`<li key=${k} class=${`event ${each.kind}`} ...${linked([], (each.claims ?? []).map(claim_word))}><time>${date(each.at)}</time>
      <span>${words_of(each)}</span></li>`,
    )}</ol>
    ${!data.events.length && html`<p class="soft">Nothing that the case watches happens in it.</p>`}
    ${
      data.reasons.length > 0 &&
      html`<h3>Why they chose so</h3><ul class="why">${[...why.values()].map(
        (
          each,
        ) => html`<li key=${`${each.at} ${each.choice}`}><b>${each.actor}</b>, ${date(each.at)}: ${each.text} <span class=${`chip${each.chance < RARE ? " rare" : ""}`}>${odds(each.chance)}${each.chance < RARE ? ", against the odds" : ""}</span>${each.reasons.some((reason) => reason.log_odds > 0) ? "" : html` <span class="soft">None of its largest reasons speaks for it.</span>`}
      <ul>${each.reasons.map((reason) => html`<li key=${reason.reason}><span class=${reason.log_odds > 0 ? "pro" : "con"}>${reason.log_odds > 0 ? "for" : "against"}</span> ${reason.text} <span class="n soft">${signed(reason.log_odds, 2)}</span></li>`)}</ul></li>`,
      )}</ul><p class="soft">How likely it was in this future, and the three largest reasons, in log odds of the option.</p>`
    }
    <h3>Where stocks went</h3><div class="scroll" tabindex="0" role="region" aria-label="Stocks in this future"><table class="stacked"><thead><tr><th scope="col">stock</th><th scope="col" class="n">${begin}</th><th scope="col" class="n">${date(data.times.at(-1))}</th></tr></thead>
      <tbody>${data.stocks.map((each) => html`<tr key=${each.stock}><th scope="row">${each.name}</th><td class="n" data-head=${begin}>${at(each, each.values[Math.max(0, since)])}</td><td class="n" data-head=${date(data.times.at(-1))}>${at(each, each.values.at(-1))}</td></tr>`)}</tbody></table></div>
    <p class="soft">Its path is drawn on the charts of “Try” as well, as long as this story is open.</p></article>`;
}
