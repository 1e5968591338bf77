// The ledger: search, filters, a list, and one claim beside it.

import { ask } from "./api.js";
import { write_address } from "./address.js";
import { Claim } from "./claim.js";
import { claim_word, linked } from "./focus.js";
import { html, useEffect, useState } from "./preact.js";
import { set, useStore } from "./store.js";
import { capital, count, date, DISPUTES } from "./words.js";

const WAIT = 200; // milliseconds after a key before the search; assumption

function choose(claim) {
  set({ claim });
  write_address();
}

function Row({ each, chosen, word }) {
  return html`<li><button type="button" class="claim-row" data-opens="claim" aria-current=${chosen ? "true" : undefined} data-text=${`Claim of ${each.speaker}`} onClick=${() => choose(each.id)} ...${linked([claim_word(each.id)])}>
    <span><b>${each.speaker}</b> <span class="soft">${each.side}, ${date(each.published)}</span>${each.behind ? html` <span class="tag">the answer rests on it</span>` : ""}</span>
    ${each.about && html`<span class="soft">${each.about}</span>`}<span class="quote">${each.statement}</span>
    ${word && html`<span class="disputed">${DISPUTES[word]}</span>`}</button></li>`;
}

function Disputed({ claims }) {
  const names = Object.keys(claims);
  if (!names.length) return null;
  return html`<p class="soft">Disputed here: ${names.map((id, k) => html`${k ? ", " : ""}<button type="button" class="link" onClick=${() => choose(id)}>${id}</button> (${DISPUTES[claims[id]]})`)}. The ledger itself is never changed.</p>`;
}

export function Claims() {
  const id = useStore((s) => s.claim),
    claims = useStore((s) => s.state.claims),
    [found, set_found] = useState(null),
    [error, set_error] = useState("");
  const [query, set_query] = useState({ search: "", side: "", quantity: "", page: 0 }),
    amend = (patch) => set_query({ ...query, page: 0, ...patch });
  useEffect(() => {
    const stop = new AbortController(),
      timer = setTimeout(
        async () => {
          try {
            set_found(await ask(`/api/claims?${new URLSearchParams(query)}`, null, stop.signal));
            set_error("");
          } catch (fault) {
            if (fault.name !== "AbortError") set_error(fault.message);
          }
        },
        found ? WAIT : 0,
      );
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [query]);
  const pick = (
    name,
    label,
    all,
    options,
  ) => html`<label>${label} <select value=${query[name]} onChange=${(event) => amend({ [name]: event.target.value })}><option value="">${all}</option>
    ${options.map((each) => html`<option key=${each.id} value=${each.id}>${capital(each.text)}</option>`)}</select></label>`;
  return html`<section class=${`ledger ${id ? "with-claim" : ""}`} aria-labelledby="claims-title"><div class="list"><h2 id="claims-title">Claims</h2>
      <div class="pickers"><label class="grow">Search <input type="search" id="search-claims" placeholder="words, speakers, ids" value=${query.search} onInput=${(event) => amend({ search: event.target.value })} /></label>
        ${found && pick("side", "Side", "all sides", found.sides)}${found && pick("quantity", "Quantity", "all quantities", found.quantities)}</div>
      <${Disputed} claims=${claims} />
      ${error && html`<p class="notice">${error}</p>`}
      ${
        found &&
        html`<p class="soft" role="status">${found.total === 1 ? "1 claim" : `${count(found.total)} claims`}${found.pages > 1 ? `, page ${query.page + 1} of ${found.pages}` : ""}</p>
        <ul class="claims">${found.claims.map((each) => html`<${Row} key=${each.id} each=${each} chosen=${each.id === id} word=${claims[each.id]} />`)}</ul>
        ${
          found.pages > 1 &&
          html`<p class="tools"><button type="button" disabled=${query.page === 0} onClick=${() => amend({ page: query.page - 1 })}>Previous page</button>
          <button type="button" disabled=${query.page >= found.pages - 1} onClick=${() => amend({ page: query.page + 1 })}>Next page</button></p>`
        }`
      }
    </div>${id && html`<div class="one-claim"><${Claim} id=${id} word=${claims[id] ?? ""} onClose=${() => choose("")} /></div>`}</section>`;
}
