// Levers act from as_of on, beliefs in history too; both are handles of the reader and are never written back by the server.

import { Disc, short } from "./actor.js";
import { ask } from "./api.js";
import { claim_word, linked, number_word } from "./focus.js";
import { change, drag, hold, let_go, put } from "./moves.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "./preact.js";
import { as_belief, memo, set, store, useStore } from "./store.js";
import { capital, date, digits, list, tied, value_text, with_unit } from "./words.js";
import { Sources } from "./source.js";

const STEPS = 200, FIRST = 8; // steps of a slider; beliefs shown before a search; assumptions

// One number: a slider with the value of the case and what is believed, a field, a way back, and who says so.
const Control = memo(({ control, value, full }) => {
  const { key: name, part } = control, moved = value !== undefined, set_to = moved ? value : control.now, fixed = control.in_force?.is_fixed === true, shown = fixed ? control.in_force.plus : set_to;
  const id = `${part}-${name}`, range = useRef(), field = useRef(), [fault, set_fault] = useState("");
  useLayoutEffect(() => {
    if (range.current && Number(range.current.value) !== shown) range.current.value = shown;
    if (field.current && document.activeElement !== field.current) field.current.value = String(Number(Number(shown).toPrecision(4)));
  }, [shown]);
  const back = () => { set_fault(""); field.current && (field.current.value = String(Number(control.now.toPrecision(4)))); change(put(part, name, undefined)); };
  const typed = (event) => {
    const text = event.target.value.trim().replace("−", "-").replace(",", "."), number = Number(text);
    if (text === "" || !Number.isFinite(number) || number < control.low || number > control.high) {
      set_fault(`${capital(control.text)}: a number from ${digits(control.low, 4)} to ${with_unit(digits(control.high, 4), control.unit)}.`);
      return;
    }
    set_fault("");
    if (number !== shown) change(put(part, name, number));
  };
  const key = (event) => {
    if (event.key === "Backspace" && moved) { event.preventDefault(); back(); }
    if (event.key === "Enter" && event.target === field.current) typed(event);
  };
  return html`<div class=${`control ${moved ? "moved" : ""}`} data-text=${control.text} ...${linked([number_word(control.target)], control.claims.map(claim_word))}>
    <div class="name"><label for=${id}>${capital(control.text)}${control.unit && control.unit !== "1" ? html` <span class="soft">${control.unit}</span>` : ""}</label>
      ${moved && html`<button type="button" class="quiet" aria-label=${`Reset: ${control.text}`} title="Reset (Backspace)" onClick=${back}>↺</button>`}</div>
    ${control.in_force && html`<${InForce} control=${control} value=${set_to} />`}
    <div class="row"><div>
        <input type="range" id=${id} ref=${range} disabled=${fixed} min=${control.low} max=${control.high} step=${(control.high - control.low) / STEPS}
          aria-valuetext=${`${value_text(control, shown)}${moved ? `; ${value_text(control, control.now)} in the case` : ""}`}
          onInput=${(event) => { set_fault(""); drag(put(part, name, Number(Number(event.target.value).toPrecision(4)))); }} onPointerDown=${hold} onPointerUp=${let_go} onPointerCancel=${let_go} onKeyDown=${key} />
        ${!fixed && html`<${Strip} control=${control} value=${shown} moved=${moved} />`}</div>
      <input type="text" inputmode="decimal" ref=${field} disabled=${fixed} aria-label=${`${control.text}, value`} aria-invalid=${fault ? "true" : undefined}
        aria-describedby=${fault ? `${id}-fault` : undefined} onChange=${typed} onKeyDown=${(event) => event.key === "Enter" && typed(event)} /></div>
      ${fault && html`<p class="fault" role="status" id=${`${id}-fault`}>${fault}</p>`}
    <${Ends} control=${control} />${full && html`<${About} control=${control} />`}
  </div>`;
});

// What acts in place of the number where an option is in force whatever its actor's reasons, as under a variant.
function InForce({ control, value }) {
  const { factor, plus, since, options, is_fixed } = control.in_force, acts = factor * value + plus;
  return html`<p class="in-force">In force from ${date(since)} on: <b>${value_text(control, acts)}</b> <span class="soft">(${list(options)}${is_fixed ? "; the lever changes nothing" : factor !== 0 && factor !== 1 ? `: × ${digits(factor)}` : ""})</span></p>`;
}

// Below the slider: what is believed (90 %), the value of the case, and the way from it to the handle.
function Strip({ control, value, moved }) {
  const share = (number) => 100 * Math.min(Math.max((number - control.low) / (control.high - control.low), 0), 1), now = share(control.now), here = share(value);
  const text = `in the case ${value_text(control, control.now)}; believed ${digits(control.believed[0])} to ${digits(control.believed[1])} (90 %)`;
  return html`<div class="strip" title=${text}><b style=${{ left: `${share(control.believed[0])}%`, width: `${share(control.believed[1]) - share(control.believed[0])}%` }}></b>
    ${moved && html`<s style=${{ left: `${Math.min(now, here)}%`, width: `${Math.abs(here - now)}%` }}></s>`}<u style=${{ left: `${now}%` }}></u></div>`;
}

function About({ control }) {
  const [open, set_open] = useState(false), [ends, set_ends] = useState(null), ready = useStore((s) => s.info.ready), asks = open && ready && control.part === "levers";
  useEffect(() => {
    if (asks && ends === null) ask("/api/lever", { lever: control.name }).then((out) => set_ends(out.text), () => set_ends(""));
  }, [asks]);
  return html`<details onToggle=${(event) => set_open(event.target.open)}><summary>what it is, and who says so</summary>
    ${open && html`<div class="about"><p>In the case ${value_text(control, control.now)}; believed with 90 % to lie between ${digits(control.believed[0])} and
      ${" "}${with_unit(digits(control.believed[1]), control.unit)}. ${control.effect !== null && effect_text(control.effect)}</p>
      ${asks && html`<p class="ends">${ends ?? "Simulating both ends …"}</p>`}
      <p class="soft">Number <code>${control.target}</code>.${control.sources.length ? " It rests on:" : ""}</p>
      <${Sources} claims=${control.claims} sources=${control.sources} /></div>`}</details>`;
}

function effect_text(effect) {
  const size = Math.abs(effect), how = size < 0.05 ? "hardly goes" : size < 0.2 ? "goes weakly" : size < 0.5 ? "goes clearly" : "goes strongly";
  return `Across futures the main answer ${how} with it (correlation ${effect < 0 ? "−" : ""}${size.toFixed(2)}).`;
}

// What a lever does at both ends of its range to the main answer, as the overview has it.
const paired = (told, control) => told?.changes.find((each) => each.kind === "lever" && each.text === control.text);

function Ends({ control }) {
  const told = useStore((s) => s.told), found = control.part === "levers" ? paired(told, control) : null;
  if (!found) return null;
  const player = told.by_code[found.actor];
  return html`<p class="soft paired">${player && html`<${Disc} player=${player} /> ${short(player.name)} · `}${found.is_clear ? found.ends.map(([setting, answer], k) => `${k ? "; " : ""}${setting}: ${tied(answer)}`).join("") : "no clear effect on the main answer"}</p>`;
}

const by_effect = (one, other) => Math.abs(other.effect ?? 0) - Math.abs(one.effect ?? 0);
const matches = (control, text) => `${control.text} ${control.target} ${control.key}`.toLowerCase().includes(text);

// On a phone the levers are a sheet; the answer and the first chart stay in view above it.
function toggle() {
  set({ sheet: !store.sheet });
  if (store.sheet) requestAnimationFrame(() => document.querySelector(".middle").scrollIntoView({ block: "start" }));
}

export function Levers() {
  const info = useStore((s) => s.info), state = useStore((s) => s.state), sheet = useStore((s) => s.sheet), found = useStore((s) => s.found);
  const text = useStore((s) => s.search), [all, set_all] = useState(false), wanted = text.trim().toLowerCase();
  useEffect(() => {
    if (!wanted) { set({ searched: null }); return undefined; }
    const timer = setTimeout(async () => {
      try {
        const beliefs = (await ask(`/api/beliefs?search=${encodeURIComponent(wanted)}`)).beliefs.map(as_belief), seen = new Set([...info.beliefs, ...(store.found ?? [])].map((each) => each.key));
        set({ found: [...(store.found ?? []), ...beliefs.filter((each) => !seen.has(each.key))], searched: { text: wanted, paths: beliefs.map((each) => each.key) } });
      } catch { /* the list of the case is searched all the same */ }
    }, 200);
    return () => clearTimeout(timer);
  }, [wanted]);
  const searched = useStore((s) => s.searched), more = searched?.text === wanted ? new Set(searched.paths) : new Set();
  const told = useStore((s) => s.told), rank = (each) => (told && paired(told, each) ? told.changes.indexOf(paired(told, each)) : Infinity);
  const levers = [...info.levers].filter((each) => !wanted || matches(each, wanted)).sort((one, other) => rank(one) - rank(other) || by_effect(one, other));
  const beliefs = [...info.beliefs, ...(found ?? [])].filter((each) => (wanted ? matches(each, wanted) || more.has(each.key) : true));
  const shown = wanted || all ? beliefs : beliefs.filter((each, k) => k < FIRST || state.beliefs[each.key] !== undefined);
  const moved = Object.keys(state.levers).length + Object.keys(state.beliefs).length;
  return html`<section class=${`levers ${sheet ? "open" : ""}`} aria-label="Levers and beliefs">
    <button type="button" class="sheet-handle" aria-expanded=${sheet ? "true" : "false"} onClick=${toggle}>Levers and beliefs${moved ? `, ${moved} moved` : ""} ${sheet ? "▾" : "▴"}</button>
    <div class="panel">
      <p><input type="search" id="search-levers" placeholder="Search levers and beliefs" aria-label="Search levers and beliefs" value=${text} onInput=${(event) => set({ search: event.target.value })} /></p>
      <h2>Levers</h2><p class="soft">Each acts from ${date(info.as_of)} on. ${info.levers.length ? "Those that move the main answer most come first; below each, the answer at both ends of its range." : "This case names none: section `levers` of the scenario does."}</p>
      ${levers.map((each) => html`<${Control} key=${each.key} control=${each} value=${state.levers[each.key]} full=${true} />`)}
      ${wanted && !levers.length && html`<p class="soft">No lever has this in its name.</p>`}
      <h2>Beliefs</h2><p class="soft">How the world is, in history too. ${wanted ? "" : !info.ready ? "They come when the engine is warm." : "Those that go most with the main answer come first; the search knows all."}</p>
      ${shown.map((each) => html`<${Control} key=${each.key} control=${each} value=${state.beliefs[each.key]} full=${true} />`)}
      ${wanted && !beliefs.length && html`<p class="soft">No belief has this in its name.</p>`}
      ${!wanted && beliefs.length > shown.length && html`<p><button type="button" onClick=${() => set_all(true)}>Show ${beliefs.length - shown.length} more</button></p>`}
      ${!wanted && all && html`<p><button type="button" onClick=${() => set_all(false)}>Show fewer</button></p>`}
    </div></section>`;
}
