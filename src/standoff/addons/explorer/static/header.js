// The head of the page: the case, what the server does, undo and replay, what is pinned, and help.

import { release } from "./focus.js";
import { redo, replay, reset_all, undo } from "./moves.js";
import { html, useState } from "./preact.js";
import { hand_on } from "./save.js";
import { open_claim } from "./source.js";
import { is_moved, same, set, useStore } from "./store.js";
import { FaultList, ReadAgain } from "./faults.js";
import { date, open_command } from "./words.js";

function Tools() {
  const place = useStore((s) => s.place),
    last = useStore((s) => s.last),
    state = useStore((s) => s.state),
    previous = useStore((s) => s.previous),
    sharing = useStore((s) => s.sharing),
    ready = useStore((s) => s.info.ready);
  return html`<div class="tools" role="group" aria-label="Moves">
    <button type="button" title="Key u" disabled=${place === 0} onClick=${undo}>Undo</button>
    <button type="button" title="Key U" disabled=${place >= last} onClick=${redo}>Redo</button>
    <button type="button" title="Key r: play the last change once more" disabled=${!previous || same(previous, state)} onClick=${replay}>Replay</button>
    <button type="button" disabled=${!is_moved(state)} onClick=${reset_all}>Reset all</button>
    <button type="button" disabled=${!ready || sharing} title="One HTML file of this state with its levers, which needs no program; minutes for a large case" onClick=${hand_on}>${sharing ? "Making the file …" : "Share"}</button>
    <button type="button" title="Key ?" onClick=${() => document.getElementById("help").showModal()}>Help</button></div>`;
}

function Notices() {
  const info = useStore((s) => s.info),
    gone = useStore((s) => s.gone),
    notice = useStore((s) => s.notice),
    screen = useStore((s) => s.screen),
    waited = useStore((s) => s.waited),
    shipped = useStore((s) => s.shipped);
  const problems = info.problems ?? [];
  if (gone)
    return html`<p class="notice" role="alert">The server is gone. Start <code>${open_command(info)}</code> again: this page comes back by itself. What is shown stays, and what you move is sent then.</p>`;
  if (problems.length) return html`<div class="notice" role="alert"><${FaultList} problems=${problems} /></div>`;
  if (notice)
    return html`<p class="notice" role="status">${notice.text} <button type="button" class="link" onClick=${() => set({ notice: null })}>close</button></p>`;
  if (!info.ready && screen !== "story")
    return html`<p class="notice" role="status">${shipped ? "Shown as shipped. " : ""}The engine is warming up${waited > 2 ? ` (${waited} s; the first time takes minutes for a large case)` : ""}.
    Levers can be moved already.</p>`;
  return null;
}

function Pinned() {
  const pinned = useStore((s) => s.pinned);
  if (!pinned) return null;
  const claim = pinned.own
    .split(" ")
    .find((each) => each.startsWith("claim:"))
    ?.slice(6);
  return html`<aside class="pinned" aria-label="Pinned">Pinned: ${pinned.text}. ${claim && html`<button type="button" class="link" onClick=${() => open_claim(claim)}>open the claim</button> `}
    <button type="button" class="link" onClick=${release}>let go (Escape)</button></aside>`;
}

function go_to_answer() {
  const title = document.querySelector("#play-title, #question, .story h2");
  if (!title) return;
  title.tabIndex = -1;
  title.focus();
}

export function Header() {
  const info = useStore((s) => s.info);
  return html`<button type="button" class="skip" onClick=${go_to_answer}>Go to the answer</button><header><div class="heading"><p class="soft" id="origin">${info.case}${info.variant ? `, variant ${info.variant}` : ""}${(info.holds ?? []).map((each) => `, held ${each}`)} · as of ${date(info.as_of)} · case ${info.model.slice(0, 8)}</p>
    <h1 id="title">${info.title}</h1></div><${Tools} /></header><${Notices} /><${Pinned} />`;
}

const KEYS = [
  ["1 to 8", "screens"],
  ["/", "search"],
  ["u, U", "undo, redo"],
  ["r", "play the last change once more"],
  ["b", "grey lines of before: off and on"],
  ["Backspace", "on a slider: back to the value of the case"],
  ["Enter", "pin what is under the keyboard, Escape lets go"],
  ["?", "this help"],
];

export function Help() {
  const [off, set_off] = useState(localStorage.getItem("standoff-letters") === "off");
  const letters = (event) => {
    localStorage.setItem("standoff-letters", event.target.checked ? "on" : "off");
    set_off(!event.target.checked);
  };
  return html`<dialog id="help" aria-labelledby="help-title"><h2 id="help-title">How to read this page</h2>
    <p>Move a lever: answers, charts and reasons follow. Grey is how it was before. The futures are the same with and without the move, by number, so that a difference is far more exact than either number; where it is within its error, the page says “no clear change”.</p>
    <p>Levers act from the date of the case on. Beliefs say how the world is, and change history too. Under <i>Claims</i> a claim can be set aside, doubted or assumed false; the case itself is never changed.</p>
    <p>While a handle is held, 512 futures are simulated; at rest 2,048; after two seconds 10,240.</p>
    <table><caption class="hidden">Keys</caption><tbody>${KEYS.map(([key, text]) => html`<tr><th scope="row"><kbd>${key}</kbd></th><td>${text}</td></tr>`)}</tbody></table>
    <p><label><input type="checkbox" checked=${!off} onChange=${letters} /> Use keys that are letters or numbers</label></p>
    <p class="soft">Has the file of the case changed?</p><${ReadAgain} />
    <form method="dialog"><button type="submit">Close</button></form></dialog>`;
}
