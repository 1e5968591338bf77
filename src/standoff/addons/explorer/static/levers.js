// Levers act from as_of on, beliefs in history too; both are handles of the reader and are never written back by the server.

import { ask } from "./api.js";
import { choice_word, claim_word, linked, number_word } from "./focus.js";
import { change, drag, hold, let_go, put } from "./moves.js";
import { Ends, elsewhere, end_of, mover_of, size } from "./movers.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "./preact.js";
import { as_belief, memo, set, store, useStore } from "./store.js";
import { capital, date, digits, list, value_text, with_unit } from "./words.js";
import { Sources } from "./source.js";

const STEPS = 200,
  FIRST = 8; // steps of a slider; beliefs shown before a search; assumptions

// Values of a lever that have a word: a click takes it there.
function Marks({ control, part, name, value }) {
  const { low, high, now } = control,
    near = (one, other) => Math.abs(one - other) < (high - low) / (2 * STEPS);
  const marks = [
    ["stopped", 0],
    ["halved", now / 2],
    ["as now", now],
    ["doubled", 2 * now],
  ].filter(
    ([, at], k, all) =>
      at >= low && at <= high && (now > 0 || k === 2) && all.findIndex(([, other]) => near(at, other)) === k,
  );
  if (marks.length < 2) return null;
  return html`<p class="marks">${marks.map(
    ([
      word,
      at,
    ]) => html`<button type="button" class="quiet" key=${word} aria-pressed=${near(at, value) ? "true" : "false"} aria-label=${`${control.text}: ${word}`}
    onClick=${() => change(put(part, name, near(at, now) ? undefined : Number(at.toPrecision(4))))}>${word}</button>`,
  )}</p>`;
}

// An option that a person sets from now on, or the actor's own decision.
const Hold = memo(({ about, option, mover, question, scale }) => {
  const id = `hold-${about.choice}`,
    moved = option !== undefined,
    text = (each) => about.options.find((one) => one.id === each)?.text ?? each;
  return html`<div class=${`control ${moved ? "moved" : ""}`} data-text=${`${about.actor_name}: ${about.text}`} ...${linked([choice_word(about.choice)])}>
    <div class="name"><label for=${id}>${about.actor_name}: ${about.text}</label></div>
    <select id=${id} onChange=${(event) => change(put("holds", about.choice, event.target.value || undefined))}>
      <option value="" selected=${!moved}>its own decision</option>${about.options.map((each) => html`<option key=${each.id} value=${each.id} selected=${each.id === option}>${each.text}, from now on</option>`)}</select>
    ${mover && html`<${Ends} mover=${mover} question=${question} scale=${scale} name_of=${text} />`}</div>`;
});

// One number: a slider with the value of the case and what is believed, a field, a way back, and who says so.
const Control = memo(({ control, value, full, mover, question, scale }) => {
  const { key: name, part } = control,
    moved = value !== undefined,
    set_to = moved ? value : control.now,
    fixed = control.in_force?.is_fixed === true,
    shown = fixed ? control.in_force.plus : set_to;
  const id = `${part}-${name}`,
    range = useRef(),
    field = useRef(),
    [fault, set_fault] = useState("");
  useLayoutEffect(() => {
    if (range.current && Number(range.current.value) !== shown) range.current.value = shown;
    if (field.current && document.activeElement !== field.current)
      field.current.value = String(Number(Number(shown).toPrecision(4)));
  }, [shown]);
  const back = () => {
    set_fault("");
    field.current && (field.current.value = String(Number(control.now.toPrecision(4))));
    change(put(part, name, undefined));
  };
  const typed = (event) => {
    const text = event.target.value.trim().replace("−", "-").replace(",", "."),
      number = Number(text);
    if (text === "" || !Number.isFinite(number) || number < control.low || number > control.high) {
      set_fault(
        `${capital(control.text)}: a number from ${digits(control.low, 4)} to ${with_unit(digits(control.high, 4), control.unit)}.`,
      );
      return;
    }
    set_fault("");
    if (number !== shown) change(put(part, name, number));
  };
  const key = (event) => {
    if (event.key === "Backspace" && moved) {
      event.preventDefault();
      back();
    }
    if (event.key === "Enter" && event.target === field.current) typed(event);
  };
  return html`<div class=${`control ${moved ? "moved" : ""}`} data-text=${control.text} ...${linked([number_word(control.target)], control.claims.map(claim_word))}>
    <div class="name"><label for=${id}>${capital(control.text)}${control.unit && control.unit !== "1" ? html` <span class="soft">${control.unit}</span>` : ""}</label>
      ${moved && html`<button type="button" class="quiet" aria-label=${`Reset: ${control.text}`} title="Reset (Backspace)" onClick=${back}>↺</button>`}</div>
    ${control.in_force && html`<${InForce} control=${control} value=${set_to} />`}
    <div class="row"><div>
        <input type="range" id=${id} ref=${range} disabled=${fixed} min=${control.low} max=${control.high} step=${(control.high - control.low) / STEPS}
          aria-valuetext=${`${value_text(control, shown)}${moved ? `; ${value_text(control, control.now)} in the case` : ""}`}
          onInput=${(event) => {
            set_fault("");
            drag(put(part, name, Number(Number(event.target.value).toPrecision(4))));
          }} onPointerDown=${hold} onPointerUp=${let_go} onPointerCancel=${let_go} onKeyDown=${key} />
        ${!fixed && html`<${Strip} control=${control} value=${shown} moved=${moved} flip=${mover?.flips[question]} />`}
        ${!fixed && part === "levers" && html`<${Marks} control=${control} part=${part} name=${name} value=${shown} />`}</div>
      <input type="text" inputmode="decimal" ref=${field} disabled=${fixed} aria-label=${`${control.text}, value`} aria-invalid=${fault ? "true" : undefined}
        aria-describedby=${fault ? `${id}-fault` : undefined} onChange=${typed} onKeyDown=${(event) => event.key === "Enter" && typed(event)} /></div>
      ${fault && html`<p class="fault" role="status" id=${`${id}-fault`}>${fault}</p>`}
    ${mover && html`<${Ends} mover=${mover} question=${question} scale=${scale} name_of=${end_of(control)} />`}
    ${full && html`<${About} control=${control} />`}
  </div>`;
});

// What acts in place of the number where an option is in force whatever its actor's reasons, as under a variant.
function InForce({ control, value }) {
  const { factor, plus, since, options, is_fixed } = control.in_force,
    acts = factor * value + plus;
  return html`<p class="in-force">In force from ${date(since)} on: <b>${value_text(control, acts)}</b> <span class="soft">(${list(options)}${is_fixed ? "; the lever changes nothing" : factor !== 0 && factor !== 1 ? `: × ${digits(factor)}` : ""})</span></p>`;
}

// Below the slider: what is believed (90 %), the value of the case, and the way from it to the handle.
function Strip({ control, value, moved, flip }) {
  const share = (number) => 100 * Math.min(Math.max((number - control.low) / (control.high - control.low), 0), 1),
    now = share(control.now),
    here = share(value);
  const text = `in the case ${value_text(control, control.now)}; believed ${digits(control.believed[0])} to ${digits(control.believed[1])} (90 %)`;
  return html`<div class="strip" title=${text}><b style=${{ left: `${share(control.believed[0])}%`, width: `${share(control.believed[1]) - share(control.believed[0])}%` }}></b>
    ${moved && html`<s style=${{ left: `${Math.min(now, here)}%`, width: `${Math.abs(here - now)}%` }}></s>`}<u style=${{ left: `${now}%` }}></u>
    ${flip !== undefined && html`<q style=${{ left: `${share(flip)}%` }} title=${`at ${value_text(control, flip)} the answer is even`}></q>`}</div>`;
}

function About({ control }) {
  const [open, set_open] = useState(false),
    [ends, set_ends] = useState(null),
    ready = useStore((s) => s.info.ready),
    asks = open && ready && control.part === "levers";
  useEffect(() => {
    if (asks && ends === null)
      ask("/api/lever", { lever: control.name }).then(
        (out) => set_ends(out.text),
        () => set_ends(""),
      );
  }, [asks]);
  return html`<details onToggle=${(event) => set_open(event.target.open)}><summary>what it is, and who says so</summary>
    ${
      open &&
      html`<div class="about"><p>In the case ${value_text(control, control.now)}; believed with 90 % to lie between ${digits(control.believed[0])} and
      ${" "}${with_unit(digits(control.believed[1]), control.unit)}.</p>
      ${asks && html`<p class="ends">${ends ?? "Simulating both ends …"}</p>`}
      <p class="soft">Number <code>${control.target}</code>.${control.sources.length ? " It rests on:" : ""}</p>
      <${Sources} claims=${control.claims} sources=${control.sources} /></div>`
    }</details>`;
}

const as_hold = (about) => ({ ...about, part: "holds", key: about.choice });
const matches = (control, text) =>
  `${control.actor_name ?? ""} ${control.text} ${control.target ?? ""} ${control.key}`.toLowerCase().includes(text);

// On a phone the levers are a sheet; the answer and the first chart stay in view above it.
function toggle() {
  set({ sheet: !store.sheet });
  if (store.sheet) requestAnimationFrame(() => document.querySelector(".middle").scrollIntoView({ block: "start" }));
}

export function Levers() {
  const info = useStore((s) => s.info),
    state = useStore((s) => s.state),
    sheet = useStore((s) => s.sheet),
    found = useStore((s) => s.found);
  const text = useStore((s) => s.search),
    [all, set_all] = useState(false),
    wanted = text.trim().toLowerCase();
  useEffect(() => {
    if (!wanted) {
      set({ searched: null });
      return undefined;
    }
    const timer = setTimeout(async () => {
      try {
        const beliefs = (await ask(`/api/beliefs?search=${encodeURIComponent(wanted)}`)).beliefs.map(as_belief),
          seen = new Set([...info.beliefs, ...(store.found ?? [])].map((each) => each.key));
        set({
          found: [...(store.found ?? []), ...beliefs.filter((each) => !seen.has(each.key))],
          searched: { text: wanted, paths: beliefs.map((each) => each.key) },
        });
      } catch {
        /* the list of the case is searched all the same */
      }
    }, 200);
    return () => clearTimeout(timer);
  }, [wanted]);
  const searched = useStore((s) => s.searched),
    more = searched?.text === wanted ? new Set(searched.paths) : new Set();
  const movers = useStore((s) => s.movers),
    done = useStore((s) => s.movers_done),
    question = useStore((s) => s.question);
  const effect = (each) => size(mover_of(movers, each.part, each.key), question),
    by_effect = (one, other) => effect(other) - effect(one),
    found_in = (each) => !wanted || matches(each, wanted);
  const acts = [...info.levers, ...info.choices.filter((each) => each.dates.length).map(as_hold)].filter(found_in);
  const beliefs = [...info.beliefs, ...(found ?? [])]
    .filter((each) => !wanted || matches(each, wanted) || more.has(each.key))
    .sort(by_effect);
  const asked = info.questions.find((each) => each.id === question),
    itself = (each) => each.part === "holds" && each.key === asked?.choice; // to set what is asked about settles it
  const set_by_reader = (each) => state[each.part][each.key] !== undefined,
    is_known = (each) => mover_of(movers, each.part, each.key) !== undefined;
  const strong = acts
      .filter((each) => wanted || !is_known(each) || effect(each) > 0 || set_by_reader(each))
      .sort(by_effect),
    weak = acts.filter((each) => !strong.includes(each));
  const shown =
    wanted || all
      ? beliefs
      : beliefs.filter(
          (each, k) => (k < FIRST && (!done || effect(each) > 0 || !is_known(each))) || set_by_reader(each),
        );
  const scale = Math.max(
      ...[...(movers?.values() ?? [])]
        .filter((each) => each.kind !== "hold" || each.name !== asked?.choice)
        .map((each) => size(each, question)),
      0,
    ),
    moved =
      Object.values(state).reduce((sum, part) => sum + Object.keys(part).length, 0) - Object.keys(state.claims).length;
  const by_actor = new Map();
  for (const each of strong.filter((one) => !itself(one))) {
    const who = mover_of(movers, each.part, each.key)?.actor ?? each.actor ?? "";
    by_actor.set(who, [...(by_actor.get(who) ?? []), each]);
  }
  const headed = (who) => {
    const actor = info.actors[who];
    return actor
      ? html`<span class=${`disc side-${actor.colour}`} aria-hidden="true"></span> ${actor.name}`
      : who || "In nobody's hands";
  };
  const part_of = (each) => ({ mover: mover_of(movers, each.part, each.key), question, scale });
  const one = (each) =>
    each.part === "holds"
      ? html`<${Hold} key=${`hold ${each.key}`} about=${each} option=${state.holds[each.key]} ...${part_of(each)} />`
      : html`<${Control} key=${each.key} control=${each} value=${state[each.part][each.key]} full=${true} ...${part_of(each)} />`;
  return html`<section class=${`levers ${sheet ? "open" : ""}`} aria-label="Levers and beliefs">
    <button type="button" class="sheet-handle" aria-expanded=${sheet ? "true" : "false"} onClick=${toggle}>Levers and beliefs${moved ? `, ${moved} moved` : ""} ${sheet ? "▾" : "▴"}</button>
    <div class="panel">
      <p><input type="search" id="search-levers" placeholder="Search levers and beliefs" aria-label="Search levers and beliefs" value=${text} onInput=${(event) => set({ search: event.target.value })} /></p>
      <h2>What moves this answer</h2><p class="soft">Each acts from ${date(info.as_of)} on. ${movers ? `Bars: what each end does to “${asked?.text ?? ""}”, in the same futures, the largest first${done ? "" : "; the others are being worked out"}.` : info.levers.length ? "What each does comes when the engine is warm." : "This case names no levers: section `levers` of the scenario does."}</p>
      ${[...by_actor].map(([who, each]) => html`<h3 key=${`of ${who}`}>${headed(who)}</h3>${each.map(one)}`)}
      ${strong.some(itself) && html`<h3>The decision itself</h3>${strong.filter(itself).map(one)}`}
      ${wanted && !acts.length && html`<p class="soft">No lever has this in its name.</p>`}
      ${
        weak.length > 0 &&
        html`<details class="weak"><summary>${weak.length} without a clear effect on this answer</summary>
        ${weak.map((each) => {
          const other = elsewhere(mover_of(movers, each.part, each.key), question);
          return html`<div key=${`weak ${each.part} ${each.key}`}>${one(each)}${other && html`<p class="soft">It moves ${other}.</p>`}</div>`;
        })}</details>`
      }
      <h2>Beliefs</h2><p class="soft">How the world is, in history too; the bars are of both ends of what is believed. ${wanted ? "" : !info.ready ? "They come when the engine is warm." : "The search knows all."}</p>
      ${shown.map(one)}
      ${wanted && !beliefs.length && html`<p class="soft">No belief has this in its name.</p>`}
      ${!wanted && beliefs.length > shown.length && html`<p><button type="button" onClick=${() => set_all(true)}>Show ${beliefs.length - shown.length} more</button></p>`}
      ${!wanted && all && html`<p><button type="button" onClick=${() => set_all(false)}>Show fewer</button></p>`}
    </div></section>`;
}
