// A source by its name: a claim is quoted with its speaker and leads to its page; a work or an assumption stands as it is.

import { ask } from "./api.js";
import { write_address } from "./address.js";
import { claim_word, linked } from "./focus.js";
import { html, useEffect, useState } from "./preact.js";
import { set, store } from "./store.js";
import { capital, date } from "./words.js";

const known = new Map();

// A claim of the ledger; null for a name that is none.
export async function load_claim(id) {
  if (!known.has(id)) {
    try {
      const claim = await ask(`/api/claims/${encodeURIComponent(id)}`);
      known.set(id, claim);
      set({ seen: { ...store.seen, [id]: `${claim.speaker}, ${date(claim.as_of)} (${claim.quantity})` } });
    } catch (error) {
      if (error.status !== 404) throw error;
      known.set(id, null);
    }
  }
  return known.get(id);
}

let sides = null;

// The sides of the whole ledger, in an order that gives each the same colour everywhere.
export function ledger_sides() {
  sides ??= ask("/api/claims?page=0").then((found) => {
    const codes = found.sides.map((each) => each.id);
    set({ sides: codes, side_texts: Object.fromEntries(found.sides.map((each) => [each.id, each.text])) });
    return codes;
  });
  return sides.catch((error) => {
    sides = null;
    throw error;
  });
}

const GREY = 4; // of who is no party
export const side_colour = (side) => store.info?.side_colours?.[side] ?? GREY;

export function useClaim(id) {
  const [claim, set_claim] = useState(known.get(id)),
    [asked, set_asked] = useState(id);
  useEffect(() => {
    let wanted = true;
    load_claim(id)
      .then((found) => {
        if (wanted) {
          set_claim(found);
          set_asked(id);
        }
      })
      .catch(() => {
        if (wanted) set_claim(undefined);
      });
    return () => {
      wanted = false;
    };
  }, [id]);
  return asked === id ? claim : known.get(id);
}

export function open_claim(id) {
  set({ screen: "claims", claim: id, sheet: false });
  write_address();
  scrollTo({ top: 0 });
}

const PLAIN = { assumption: "An assumption of the case's authors.", history: "Fitted to history." };

// Claims are quoted; works, histories and assumptions stand as they are.
export function Sources({ claims, sources }) {
  const others = sources.filter((each) => !claims.includes(each));
  return html`${claims.map((id) => html`<${Quoted} key=${id} id=${id} />`)}${others.map((each) => html`<p key=${each}>${PLAIN[each] ?? each}</p>`)}`;
}

function Quoted({ id }) {
  const claim = useClaim(id);
  if (claim === undefined) return html`<p class="soft">${id} …</p>`;
  if (claim === null) return html`<p>${id}</p>`;
  return html`<blockquote data-text=${`Claim of ${claim.speaker}`} ...${linked([claim_word(id)])}>${claim.statement ? `“${claim.statement}” ` : `${capital([claim.subject, claim.quantity].filter(Boolean).join(", "))}: `}${claim.number && html`<span class="nobr">${claim.number}</span> `}
    <span class="soft">— ${claim.speaker} (${claim.side_text}), ${date(claim.published)}. ${claim.title}</span>
    ${" "}<button type="button" class="link" aria-label=${`Open the claim of ${claim.speaker}, ${date(claim.published)}`} onClick=${() => open_claim(id)}>open</button></blockquote>`;
}
