// The strip of tries: each has a name, a note, a pin, a way back to it, and can be deleted and brought back.

import { ask } from "./api.js";
import { write_address } from "./address.js";
import { change, load_tries } from "./moves.js";
import { html, useState } from "./preact.js";
import { EMPTY, set, store, useStore } from "./store.js";
import { capital, futures, list } from "./words.js";

async function amend(id, what) {
  try {
    await ask(`/api/tries/${encodeURIComponent(id)}`, what);
    await load_tries();
  } catch (error) {
    set({ notice: { kind: "tries", text: error.message } });
  }
}

function back_to(each) {
  change({ ...EMPTY, ...each.state });
  set({ trial: each.id });
  write_address();
}

// What a try moved beyond the one that it came from.
function step(each, from) {
  const parts = (of) => of?.text.split("; ").filter(Boolean) ?? [],
    fresh = parts(each).filter((text) => !parts(from).includes(text)),
    left = parts(each).length - fresh.length,
    back = parts(from).filter((text) => !parts(each).includes(text));
  if (!fresh.length && back.length) fresh.push(`without ${list(back)}`);
  return { title: capital(list(fresh) || each.text) || "as the case stands", left };
}

function Trial({ each, here, from }) {
  const [open, set_open] = useState(false),
    own = step(each, from),
    title = each.name || own.title;
  return html`<li class=${`trial ${here ? "here" : ""} ${each.pinned ? "pinned" : ""}`}>
    <button type="button" class="title" aria-current=${here ? "true" : undefined} title=${each.text} onClick=${() => back_to(each)}>${title}</button>
    <p>${own.left > 0 && !each.name && html`<span class="soft">and ${own.left} more moved · </span>`}<b>${each.answer}</b> <span class="soft">${each.change} · ${futures(each.draws)}</span></p>
    ${each.note && !open && html`<p class="note">${each.note}</p>`}
    <p class="tools"><button type="button" class="quiet" aria-pressed=${each.pinned ? "true" : "false"} aria-label=${`Pin: ${title}`} onClick=${() => amend(each.id, { pinned: !each.pinned })}>${each.pinned ? "pinned" : "pin"}</button>
      <button type="button" class="quiet" aria-expanded=${open ? "true" : "false"} aria-label=${`Name and note: ${title}`} onClick=${() => set_open(!open)}>name</button>
      <button type="button" class="quiet" aria-label=${`Delete: ${title}`} onClick=${() => {
        amend(each.id, { deleted: true });
        set({ deleted: each });
      }}>delete</button></p>
    ${
      open &&
      html`<form class="naming" onSubmit=${(event) => {
        event.preventDefault();
        const form = event.target.elements;
        amend(each.id, { name: form.name.value, note: form.note.value });
        set_open(false);
      }}>
      <label>Name <input name="name" type="text" maxlength="80" value=${each.name} /></label>
      <label>Note <textarea name="note" rows="2" maxlength="1000" value=${each.note}></textarea></label>
      <button type="submit">Keep</button></form>`
    }
  </li>`;
}

export function Tries() {
  const tries = useStore((s) => s.tries),
    here = useStore((s) => s.trial),
    gone = useStore((s) => s.deleted);
  const kept = (tries ?? []).filter((each) => !each.deleted),
    shown = [...kept.filter((each) => each.pinned), ...kept.filter((each) => !each.pinned).reverse()];
  const restore = () => {
    amend(store.deleted.id, { deleted: false });
    set({ deleted: null });
  };
  return html`<section class="tries" aria-labelledby="tries-title"><h2 id="tries-title">Your tries</h2>
    ${gone && html`<p class="soft">Deleted: ${gone.name || gone.text}. <button type="button" class="link" onClick=${restore}>Bring it back</button></p>`}
    ${
      shown.length
        ? html`<ul aria-label="Tries">${shown.map((each) => html`<${Trial} key=${each.id} each=${each} here=${each.id === here} from=${tries.find((other) => other.id === each.parent)} />`)}</ul>`
        : html`<p class="soft">Each move that comes to rest is kept here when the server ends.</p>`
    }</section>`;
}
