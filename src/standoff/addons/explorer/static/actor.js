// An actor and a claim within a line: the colour of the one, the page of the other.

import { html } from "./preact.js";
import { open_claim } from "./source.js";

export const short = (name) => name.replace(/ \(.*\)$/, ""); // without what stands in brackets
export const Disc = ({ player }) => html`<span class=${`disc side-${player?.colour ?? 4}`} aria-hidden="true"></span>`;

export function ClaimLink({ id, text = "source" }) {
  return html`<button type="button" class="link" title=${id} aria-label=${`${text}: ${id}`} onClick=${() => open_claim(id)}>${text}</button>`;
}

// The claims of something that happened or is so, else what else it rests on.
export function Links({ sources, told }) {
  const claims = sources.filter((each) => told.claims.includes(each)),
    others = sources.filter((each) => !claims.includes(each));
  return html` ${claims.map((id, k) => html`<${ClaimLink} key=${id} id=${id} text=${claims.length > 1 ? `source ${k + 1}` : "source"} /> `)}${!claims.length && html`<span class="soft">(${others.join(", ") || "no claim of the ledger"})</span>`}`;
}
