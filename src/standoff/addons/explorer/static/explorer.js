// The page: its frame, the screens, keys, and the start from what is shipped to what is simulated.

import { ask } from "./api.js";
import { read_address, write_address } from "./address.js";
import { Answer } from "./answer.js";
import { Claims } from "./claims.js";
import { Exhaustion } from "./exhaustion.js";
import { Faults } from "./faults.js";
import { watch } from "./focus.js";
import { Futures } from "./futures.js";
import { Header, Help } from "./header.js";
import { Levers } from "./levers.js";
import { load_movers } from "./movers.js";
import { arrive, load_tries, redo, replay, request, undo } from "./moves.js";
import { html, render, useErrorBoundary, useLayoutEffect, useRef } from "./preact.js";
import { Play } from "./play.js";
import { Reasons } from "./reasons.js";
import { load_claim, open_claim } from "./source.js";
import { Told, follow, load_story } from "./told.js";
import { as_belief, EMPTY, listen, set, store, useStore, with_parts } from "./store.js";
import { Tries } from "./tries.js";
import { Elsewhere, Instead, Try } from "./try.js";
import { Variants } from "./variants.js";

const SCREENS = [
  ["story", "Story", Told],
  ["try", "Try", Try],
  ["reasons", "Reasons", Reasons],
  ["claims", "Claims", Claims],
  ["futures", "Futures", Futures],
  ["exhaustion", "Who runs out first", Exhaustion],
  ["variants", "Variants", Variants],
  ["play", "Play", Play],
];
const screens = ({ questions }) =>
  SCREENS.filter(([id]) => id !== "exhaustion" || questions.some((each) => each.kind === "first_of"));
const POLL = 700; // milliseconds between questions whether the engine is warm; assumption

// Spoken by a screen reader, once, and not shown.
const say = (text) => {
  document.getElementById("spoken").textContent = text;
};

function show(screen) {
  set({ screen, sheet: false });
  write_address();
}

function Tabs() {
  const info = useStore((s) => s.info),
    screen = useStore((s) => s.screen),
    bar = useRef();
  useLayoutEffect(() => {
    const here = bar.current.querySelector("[aria-current]");
    bar.current.scrollTo({ left: here.offsetLeft - 40 });
  }, [screen]);
  return html`<nav class="tabs" ref=${bar} aria-label="Screens"><ul>${screens(info).map(
    ([id, text], k) =>
      html`<li><button type="button" aria-current=${screen === id ? "page" : undefined} title=${`Key ${k + 1}`} onClick=${() => {
        show(id);
        say(`Screen ${text}`);
      }}>${text}</button></li>`,
  )}</ul></nav>`;
}

function Screen() {
  const screen = useStore((s) => s.screen),
    [error] = useErrorBoundary((fault) => console.error(fault));
  if (error)
    return html`<p class="notice">This part of the page failed: ${error.message}. Reload the page; what you moved is in its address.</p>`;
  const [, , Part] = SCREENS.find(([id]) => id === screen) ?? SCREENS[0];
  return html`<div class="screen" id=${`screen-${screen}`} role="region" aria-label=${`Screen: ${SCREENS.find(([id]) => id === screen)?.[1] ?? ""}`}><${Part} /></div>`;
}

function App() {
  const info = useStore((s) => s.info),
    failed = useStore((s) => s.failed),
    screen = useStore((s) => s.screen);
  if (failed && !info) return html`<main><h1>standoff</h1><p class="notice" role="status">${failed}</p></main>`;
  if (!info) return html`<p class="soft">Reading the case …</p>`;
  if (!info.model || !info.levers) return html`<${Faults} />`;
  if (screen === "story")
    return html`<${Header} /><${Tabs} /><main class="alone"><${Screen} key=${screen} /></main><${Help} />`;
  return html`<${Header} /><${Tabs} />
    <main><div class="side"><${Levers} /></div><div class="middle" data-screen=${screen}><div class="top"><${Answer} />${(screen === "try" || screen === "reasons") && html`<${Instead} />`}</div><${Screen} key=${screen} /><${Tries} /><${Elsewhere} /></div></main><${Help} />`;
}

// Names in the address that this case does not have are left out, and the reader is told.
function fitting(state, info) {
  const levers = new Set(info.levers.map((each) => each.key)),
    out = { ...state };
  out.holds = Object.fromEntries(
    Object.entries(state.holds).filter(([name, option]) =>
      info.choices.find((each) => each.choice === name)?.options.some((each) => each.id === option),
    ),
  );
  out.levers = Object.fromEntries(Object.entries(state.levers).filter(([name]) => levers.has(name)));
  const lost = Object.keys(state.levers).filter((name) => !levers.has(name));
  return [out, lost.length ? `This case has no lever ${lost.join(", ")}: left out.` : ""];
}

function begin(info) {
  const found = read_address(),
    [state, lost] = fitting(found.state, info),
    { shown } = info;
  const charts = (found.view.charts ?? shown).filter((cell) => info.stocks.some((each) => each.stock === cell));
  const other = found.model && found.model !== info.model.slice(0, found.model.length);
  const text = other
    ? `The case has changed since this address was made (${found.model}, now ${info.model.slice(0, 8)}): the same moves may give other numbers.`
    : found.case && found.case !== info.case
      ? `This address was made for the case ${found.case}; this is ${info.case}.`
      : lost;
  const place = history.state?.place ?? 0,
    question = info.questions.some((each) => each.id === found.view.question) ? found.view.question : info.main;
  document.title = `${info.title} · standoff`;
  set({
    ...found.view,
    info,
    state,
    question,
    charts: charts.length ? charts : shown,
    move: info.shipped ? { ...info.shipped, state: EMPTY } : null,
    shipped: Boolean(info.shipped),
    notice: text ? { kind: "address", text } : null,
    place,
    last: Math.max(place, Number(sessionStorage.getItem("standoff-last")) || 0),
    trial: history.state?.trial ?? null,
  });
  write_address();
  if (store.wanted) open_claim(store.wanted);
  set({ movers: null, movers_done: false });
  load_movers();
  for (const id of Object.keys(state.claims)) load_claim(id).catch(() => {});
  for (const name of Object.keys(state.beliefs)) if (!info.beliefs.some((each) => each.key === name)) find_belief(name);
}

async function find_belief(name) {
  const { beliefs } = await ask(`/api/beliefs?search=${encodeURIComponent(name)}`);
  set({ found: [...(store.found ?? []), ...beliefs.map(as_belief).filter((each) => each.key === name)] });
}

async function described() {
  const info = await ask("/api/case");
  return info.model && info.levers ? with_parts(info) : info;
}

// Asks until the engine is warm; levers can be moved meanwhile.
export async function start() {
  try {
    const story = load_story().catch(() => {});
    let info = await described();
    await story;
    if (info.model && info.levers) begin(info);
    else set({ info });
    if (info.model) load_tries().catch(() => {});
    const begun = Date.now();
    while (!info.ready && !(info.problems ?? []).length) {
      set({ waited: Math.round((Date.now() - begun) / 1000) });
      await new Promise((done) => setTimeout(done, POLL));
      const was = info;
      info = await described();
      if (info.model !== was.model && info.model && info.levers) begin(info);
      else
        set({
          info: {
            ...info,
            questions: was.questions,
            stocks: was.stocks,
            choices: was.choices,
            levers: was.levers,
          },
        });
    }
    set({ info: { ...store.info, ...info }, gone: false });
    if (info.ready) request();
  } catch (error) {
    if (error.status === 0) {
      set({
        gone: true,
        failed: "The server does not answer. Start `standoff open` again; this page comes back by itself.",
      });
      setTimeout(start, 2000);
    } else set({ failed: error.message, notice: { kind: "start", text: error.message } });
  }
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !store.info?.model) return;
  if (event.target.closest?.("input:not([type=range], [type=radio], [type=checkbox]), select, textarea, dialog[open]"))
    return;
  if (localStorage.getItem("standoff-letters") === "off") return;
  const screen = screens(store.info)[Number(event.key) - 1];
  if (screen) show(screen[0]);
  else if (event.key === "u") undo();
  else if (event.key === "U") redo();
  else if (event.key === "r") replay();
  else if (event.key === "b") {
    set({ ghosts: !store.ghosts });
    document.body.toggleAttribute("data-no-ghosts", !store.ghosts);
  } else if (event.key === "?") document.getElementById("help").showModal();
  else if (event.key === "/") {
    event.preventDefault();
    if (store.screen === "claims") document.getElementById("search-claims").focus();
    else {
      set({ sheet: true });
      setTimeout(() => document.getElementById("search-levers").focus(), 50);
    }
  }
}

// What the server has written stands until there is something to show in its place.
const stop = listen(() => {
  if (!store.info && !store.failed) return;
  stop();
  const app = document.getElementById("app");
  app.replaceChildren();
  render(html`<${App} />`, app);
});
watch();
addEventListener("click", follow);
addEventListener("popstate", arrive);
addEventListener("keydown", keys);
addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.save[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const menu of document.querySelectorAll("details.save[open]")) menu.open = false;
});
start();
