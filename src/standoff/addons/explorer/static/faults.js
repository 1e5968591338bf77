// A case of one's own that cannot be read: every fault with its place, what is allowed and what to do.

import { ask } from "./api.js";
import { html, useState } from "./preact.js";
import { useStore } from "./store.js";

// Reads the file of the case again, and begins anew with what it holds.
export function ReadAgain() {
  const [busy, set_busy] = useState(false),
    [failed, set_failed] = useState("");
  const read = async () => {
    set_busy(true);
    set_failed("");
    try {
      await ask("/api/reload", {});
      location.reload();
    } catch (error) {
      set_busy(false);
      set_failed(error.message);
    }
  };
  return html`<p><button type="button" disabled=${busy} onClick=${read}>${busy ? "Reading …" : "Read the file again"}</button></p>${failed && html`<p class="fault">${failed}</p>`}`;
}

export function FaultList({ problems }) {
  return html`<p>${problems.length === 1 ? "The case has a fault:" : `The case has ${problems.length} faults:`}</p>
    <ol class="faults">${problems.map(
      (
        each,
      ) => html`<li>${[each.where, each.path].filter(Boolean).map((place) => html`<code>${place}</code> `)}<b>${each.what}</b>
      ${each.allowed && html`<br /><span>Allowed: ${each.allowed}</span>`}${each.fix && html`<br /><span class="soft">${each.fix}</span>`}</li>`,
    )}</ol><${ReadAgain} />`;
}

export function Faults() {
  const info = useStore((s) => s.info),
    problems = info.problems ?? [];
  return html`<main class="alone"><h1>${info.title || info.case || "standoff"}</h1>
    ${problems.length ? html`<${FaultList} problems=${problems} />` : html`<p class="soft" role="status">${info.stage || "Reading the case …"}</p>`}</main>`;
}
