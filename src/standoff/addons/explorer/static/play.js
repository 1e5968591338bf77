// Play a state: choose a seat, decide date by date in one future, and read what your choices did.

import { ask } from "./api.js";
import { html, useEffect, useRef, useState } from "./preact.js";
import { Sources } from "./source.js";
import { useStore } from "./store.js";
import { RARE, capital, date, dated, odds } from "./words.js";
import { Written } from "./written.js";

const KEPT = "standoff-game"; // the game of this tab, so that it is there after a reload
const FEW = 5; // claims in sight; assumption
const SURE = 70; // per cent of a guess before it is moved; assumption
const say = (text) => {
  document.getElementById("spoken").textContent = text;
};
function texts(info) {
  const choices = new Map(info.choices.map((each) => [each.choice, each]));
  return {
    who: (name) => choices.get(name)?.actor_name ?? name,
    what: (name) => choices.get(name)?.text ?? name,
    option: (name, option) =>
      choices.get(name)?.options.find((each) => each.id === option) ?? { id: option, text: option },
    place: (name, option) => choices.get(name)?.options.findIndex((each) => each.id === option) ?? 0,
  };
}

const seats_of = (info) => [
  ...new Map(info.choices.filter((each) => each.dates.length).map((each) => [each.actor, each.actor_name])),
];

function Start({ info, begin, busy }) {
  const [seats, set_seats] = useState([]),
    [number, set_number] = useState(""),
    [games, set_games] = useState([]);
  useEffect(() => {
    ask("/api/games")
      .then((found) => set_games(found.games))
      .catch(() => {});
  }, []);
  const pick = (code) => set_seats(seats.includes(code) ? seats.filter((each) => each !== code) : [...seats, code]);
  const names = new Map(seats_of(info));
  return html`<section class="play-start"><h2 tabindex="-1" id="play-title">Take a seat</h2>
    <p>Decide for a state from ${date(info.as_of)} on, with what it knew then. The others answer as the model has them, and do not know what you will choose. At the end you see what your choices changed.</p>
    <ul class="seats">${[...names].map(
      ([
        code,
        name,
      ]) => html`<li key=${code}><label class="seat"><input type="checkbox" checked=${seats.includes(code)} onChange=${() => pick(code)} /><span><b>${name}</b>
      ${info.choices.filter((each) => each.actor === code && each.dates.length).map((each) => html`<span class="soft" key=${each.choice}>${each.text}</span>`)}</span></label></li>`,
    )}</ul>
    <p class="play-go"><button type="button" class="primary" disabled=${!seats.length || busy || !info.ready} onClick=${() => begin({ seats, number: number === "" ? null : Number(number) })}>${info.ready ? "Begin" : "The engine is warming up"}</button>
      <label class="soft">Future <input type="number" min="0" max="2047" placeholder="any" value=${number} onInput=${(event) => set_number(event.target.value)} /></label>
      <span class="soft">${seats.length > 1 ? "Several seats: pass the screen from one to the next." : "The same future with the same choices is the same game."}</span></p>
    ${games.length > 0 && html`<h3>Games so far</h3><ul class="games">${games.slice(0, 6).map((each) => html`<li key=${each.id}><button type="button" class="link" disabled=${busy || !info.ready} onClick=${() => begin({ id: each.id })}>${each.seats.map((code) => names.get(code) ?? code).join(", ")}, future ${each.number}</button> <span class="soft">${each.turns} turns, ${date(each.at.slice(0, 10))}</span></li>`)}</ul>`}</section>`;
}

// A move in words: who, what, how likely it was, and why.
function Move({ move, words, reasons }) {
  const why = Object.entries(move.reasons),
    surprise = move.chance < RARE;
  return html`<li class=${`play-move${move.by_person ? " own" : ""}`}><time class="soft">${date(move.at)}</time> <b>${move.by_person ? "You" : words.who(move.choice)}</b>: ${words.option(move.choice, move.option).text}${" "}
    <span class=${`chip${surprise ? " rare" : ""}`}>${move.by_person ? `the model: ${odds(move.chance)}` : odds(move.chance)}</span>
    ${why.length > 0 && html`<details><summary>Why${move.by_person ? ", in the model" : surprise ? ", against the odds" : ""}</summary><ul>${why.map(([name, size]) => html`<li key=${name}>${capital(reasons[move.choice]?.[name] ?? name)} <span class=${size > 0 ? "pro" : "con"}>${size > 0 ? "for" : "against"}</span></li>`)}</ul></details>`}</li>`;
}

function Happened({ moves, words, reasons }) {
  const changed = moves.filter((each) => each.option !== each.before),
    same = moves.filter((each) => each.option === each.before && !each.by_person);
  if (!moves.length) return null;
  return html`<section aria-labelledby="happened-title"><h3 id="happened-title">What has happened</h3><ul class="play-moves">${changed.map((each, k) => html`<${Move} key=${k} move=${each} words=${words} reasons=${reasons} />`)}</ul>
    ${!changed.length && html`<p>Everybody goes on as before.</p>`}${same.length > 0 && html`<details><summary>${same.length} went on as before</summary><ul class="play-moves">${same.map((each, k) => html`<${Move} key=${k} move=${each} words=${words} reasons=${reasons} />`)}</ul></details>`}</section>`;
}

function Decision({ decision, words, picked, pick, advice }) {
  const own = advice?.filter((each) => each.choice === decision.choice);
  return html`<fieldset class="play-decision"><legend>${words.who(decision.choice)}: ${words.what(decision.choice)}</legend>
    ${Object.entries(decision.is_open).map(([option, is_open]) => {
      const told = words.option(decision.choice, option),
        then = own?.find((each) => each.option === option);
      return html`<label key=${option} class=${`play-option${is_open ? "" : " closed"}`}><input type="radio" name=${decision.choice} value=${option} disabled=${!is_open} checked=${picked === option} onChange=${() => pick(option)} />
        <span>${capital(told.text)} ${option === decision.in_force && html`<span class="chip">as now</span>`}${!is_open && html`<span class="chip">closed</span>`}
        ${!is_open && told.limit && html`<span class="soft">${told.limit}</span>`}
        ${then && html`<span class="advice">${then.share !== null && html`<span class="bar"><i style=${{ width: `${100 * then.share}%` }}></i></span>`}<span class="soft">then ${then.now}${option === decision.in_force ? "" : `, ${then.change}`}; the model takes it ${odds(decision.probability[option])}</span></span>`}</span></label>`;
    })}</fieldset>`;
}

function Guess({ other, words, guess, change }) {
  const [option, sure] = guess ?? ["", SURE];
  return html`<li><label>${words.who(other.choice)}, ${words.what(other.choice)} <select value=${option} onChange=${(event) => change(event.target.value ? [event.target.value, sure] : null)}><option value="">no guess</option>
    ${Object.entries(other.is_open)
      .filter(([, is_open]) => is_open)
      .map(
        ([name]) => html`<option key=${name} value=${name}>${words.option(other.choice, name).text}</option>`,
      )}</select></label>
    ${option && html`<label class="sure">${sure} % sure <input type="range" min="0" max="100" step="5" value=${sure} onInput=${(event) => change([option, Number(event.target.value)])} /></label>`}</li>`;
}

const shares = (other, [option, sure]) => {
  const rest = Object.keys(other.is_open).filter((each) => each !== option);
  return Object.fromEntries([
    [option, rest.length ? sure / 100 : 1],
    ...rest.map((each) => [each, (100 - sure) / 100 / rest.length]),
  ]);
};

function Stocks({ game }) {
  const rows = game.turn.stocks.map((each, k) => [
    game.stocks[k],
    Math.sign(each.value - each.before),
    game.about[each.stock] ?? "",
  ]);
  return html`<section><h3>What you know</h3><dl class="play-stocks">${rows
    .filter(([[, now, before]]) => now !== "0" || before !== "0")
    .map(
      ([[name, now, before], trend, about]) => html`<div key=${name}><dt>${name.replace(/ \(.*/, "")}</dt>
    <dd class="n">${now !== before && html`<span class="soft" role="img" aria-label=${trend > 0 ? "rising" : "falling"}>${trend > 0 ? "▲" : "▼"}</span>`} ${now}</dd>${about && html`<dd class="soft">${about.replaceAll("`", "")}</dd>`}</div>`,
    )}</dl></section>`;
}

// One row for each choice, one cell for each date on which it was made: dark is a later option of its list.
function Lanes({ moves, words }) {
  const rows = [...new Set(moves.map((each) => each.choice))].filter((name) =>
    moves.some((each) => each.choice === name && (each.by_person || each.option !== each.before)),
  );
  const dates = [...new Set(moves.map((each) => each.at))],
    step = Math.max(3, Math.ceil(dates.length / 6));
  if (!rows.length) return null;
  return html`<section><h3>The course of the game</h3><div class="scroll" tabindex="0" role="region" aria-label="The course of the game"><table class="lanes"><thead><tr><th scope="col">who</th>${dates.map((at, k) => html`<th scope="col" key=${at}>${k % step ? html`<span class="hidden">${date(at)}</span>` : at.slice(0, 7)}</th>`)}<th scope="col"><span class="hidden">last</span></th></tr></thead>
    <tbody>${rows.map(
      (name) =>
        html`<tr key=${name}><th scope="row">${words.who(name)}</th>${dates.map((at) => {
          const move = moves.find((each) => each.choice === name && each.at === at);
          return html`<td key=${at}>${move && html`<span class=${`cell o${Math.min(words.place(name, move.option), 4)}${move.by_person ? " own" : ""}`} title=${`${date(at)}: ${words.option(name, move.option).text}`}><span class="hidden">${words.option(name, move.option).text}</span></span>`}</td>`;
        })}<td>${words.option(name, moves.findLast((each) => each.choice === name).option).text}</td></tr>`,
    )}</tbody></table></div></section>`;
}

function Round({ info, game, words, send, busy }) {
  const { turn } = game,
    first = !game.moves.length,
    title = useRef(),
    more = game.briefing.claims.slice(FEW);
  const question = info.questions.find((each) => each.id === info.main)?.text;
  const [picked, set_picked] = useState({}),
    [guesses, set_guesses] = useState({}),
    [advice, set_advice] = useState(null),
    [asking, set_asking] = useState(false);
  useEffect(() => {
    if (!first) title.current?.focus();
  }, []);
  const choice_of = (each) => picked[each.choice] ?? (each.is_open[each.in_force] ? each.in_force : "");
  const decide = () =>
    send("turn", {
      options: Object.fromEntries(turn.decisions.map((each) => [each.choice, choice_of(each)])),
      guesses: Object.fromEntries(
        turn.others
          .filter((each) => guesses[each.choice])
          .map((each) => [each.choice, shares(each, guesses[each.choice])]),
      ),
    });
  const advise = async () => {
    set_asking(true);
    try {
      set_advice((await ask(`/api/games/${game.id}/advice`, {})).options);
    } catch (error) {
      say(error.message);
    }
    set_asking(false);
  };
  return html`<div class="play-round"><div class="play-main"><h2 tabindex="-1" ref=${title} id="play-title">${date(turn.at)}</h2>${first && html`<p>${game.text}</p><p><b>${question}</b></p>`}
    <${Happened} moves=${turn.happened} words=${words} reasons=${game.reasons} />
    ${turn.observed.length > 0 && html`<h3>Before you decide</h3><ul class="play-moves">${turn.observed.map((each) => html`<${Move} key=${each.choice} move=${each} words=${words} reasons=${game.reasons} />`)}</ul>`}
    ${turn.decisions.map((each) => html`<${Decision} key=${each.choice} decision=${each} words=${words} picked=${choice_of(each)} pick=${(option) => set_picked({ ...picked, [each.choice]: option })} advice=${advice} />`)}
    ${turn.others.length > 0 && html`<details class="play-guesses"><summary>Guess what the others do now; it is sealed until they have decided</summary><ul>${turn.others.map((each) => html`<${Guess} key=${each.choice} other=${each} words=${words} guess=${guesses[each.choice]} change=${(guess) => set_guesses({ ...guesses, [each.choice]: guess })} />`)}</ul></details>`}
    <p class="play-go"><button type="button" class="primary" disabled=${busy || turn.decisions.some((each) => !choice_of(each))} onClick=${decide}>${busy ? "…" : "Decide"}</button>
      ${info.main && html`<button type="button" disabled=${asking || busy} onClick=${advise}>${asking ? "…" : "What does the model expect?"}</button>`}</p>
    ${advice && html`<p class="soft">${question} In futures that begin like this one and have other luck; the model decides everything afterwards.</p>`}</div>
    <aside class="play-side" aria-label="What you know"><${Stocks} game=${game} />${game.briefing.relations.length > 0 && html`<details><summary><h3>Your ties</h3></summary><ul>${game.briefing.relations.map((each) => html`<li key=${each}>${each}</li>`)}</ul></details>`}<details open=${first}><summary><h3>What has been said</h3></summary><${Sources} claims=${game.briefing.claims.slice(0, FEW)} sources=${[]} />${more.length > 0 && html`<details><summary>${more.length} more</summary><${Sources} claims=${more} sources=${[]} /></details>`}</details></aside></div>`;
}

function Debrief({ game, words, again }) {
  const [text, set_text] = useState(""),
    [failed, set_failed] = useState(""),
    title = useRef();
  useEffect(() => {
    ask(`/api/games/${game.id}/debrief`).then(
      (found) => set_text(dated(found.written)),
      (error) => set_failed(error.message),
    );
    title.current?.focus();
  }, [game.id]);
  return html`<div class="play-debrief"><h2 tabindex="-1" ref=${title} id="play-title">What came of it</h2>
    ${failed && html`<p class="notice" role="alert">${failed}</p>`}${!text && !failed && html`<p class="soft">Comparing with the futures in which the model plays you …</p>`}
    ${text && html`<${Written} text=${text} />`}
    <${Lanes} moves=${game.moves} words=${words} />
    <p class="play-go"><button type="button" class="primary" onClick=${() => again({ seats: game.seats, number: null })}>Play another future</button><button type="button" onClick=${() => again({ seats: game.seats, number: game.number })}>The same future again</button><button type="button" onClick=${() => again(null)}>Other seats</button></p></div>`;
}

export function Play() {
  const info = useStore((s) => s.info),
    [game, set_game] = useState(null),
    [busy, set_busy] = useState(false),
    [failed, set_failed] = useState("");
  const words = texts(info);
  const run = async (work) => {
    set_busy(true);
    try {
      const found = await work();
      sessionStorage.setItem(KEPT, found.id);
      set_game(found);
      set_failed("");
      say(found.turn ? `${date(found.turn.at)}: your decision` : "The game is over");
    } catch (error) {
      set_failed(error.message);
    }
    set_busy(false);
  };
  const begin = ({ id, ...body }) => run(() => (id ? ask(`/api/games/${id}`) : ask("/api/games", body)));
  const again = (body) => {
    sessionStorage.removeItem(KEPT);
    set_game(null);
    if (body) begin(body);
  };
  useEffect(() => {
    const kept = sessionStorage.getItem(KEPT);
    if (kept && info.ready && !game)
      ask(`/api/games/${kept}`)
        .then(set_game)
        .catch(() => sessionStorage.removeItem(KEPT));
  }, [info.ready]);
  const names = new Map(seats_of(info));
  return html`${failed && html`<p class="notice" role="alert">${failed}</p>`}${!game && html`<${Start} info=${info} begin=${begin} busy=${busy} />`}
    ${
      game &&
      html`<div class="play-head"><p>You are <b>${game.seats.map((code) => names.get(code) ?? code).join(" and ")}</b> <span class="soft">· future ${game.number}, seed ${game.seed}</span></p><button type="button" class="quiet" onClick=${() => again(null)}>Leave</button></div>
      ${
        game.turn
          ? html`<${Round} key=${`${game.id} ${game.turn.at}`} info=${info} game=${game} words=${words} send=${(what, body) => run(() => ask(`/api/games/${game.id}/${what}`, body))} busy=${busy} />${game.moves.length > 0 && html`<${Lanes} moves=${game.moves} words=${words} />`}`
          : html`<${Debrief} key=${game.id} game=${game} words=${words} again=${again} />`
      }`
    }`;
}
