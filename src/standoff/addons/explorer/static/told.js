// The front screen: the standoff told from its overview, which ships with the case and needs no engine.

import { ClaimLink, Disc, short } from "./actor.js";
import { ask } from "./api.js";
import { Hundred } from "./hundred.js";
import { Lanes } from "./lanes.js";
import { People } from "./people.js";
import { Recorded } from "./recorded.js";
import { html, useEffect } from "./preact.js";
import { is_moved, set, store, useStore } from "./store.js";
import { Shift } from "./shift.js";
import { capital, date, dated, list, open_command, tied } from "./words.js";

const FIRST = 4; // changes in sight; assumption: a reader compares no more at a glance

export async function load_overview() {
  const told = await ask("/api/overview");
  if (!told) return; // a case that cannot be read
  const players = told.actors.map((each) => ({
    ...each,
    choices: told.choices.filter((choice) => choice.actor === each.code),
  }));
  set({ told: { ...told, players, by_code: Object.fromEntries(players.map((each) => [each.code, each])) } });
}

// What the actor of the question has in force at its date.
function InForce({ told, info }) {
  const about = info.questions.find((each) => each.id === told.question)?.choice,
    outlook = told.choices.find((each) => each.choice === about),
    k = outlook?.dates.indexOf(told.date) ?? -1;
  if (k < 0) return told.instead && html`<p>${dated(told.instead)}</p>`;
  const player = told.by_code[outlook.actor];
  return html`<div class="in-force-then"><h3>What ${short(player.name)} has in force ${told.date.length > 7 ? "on" : "in"} ${date(told.date)}</h3><ul class="bars">${outlook.options.map((text, n) => html`<li key=${text}><span>${text}${n === outlook.now ? html` <span class="tag">now</span>` : ""}</span><div class=${`bar side-${player.colour}`} aria-hidden="true"><i style=${{ width: `${100 * outlook.shares[k][n]}%` }}></i></div><span class="n">${of_hundred(outlook.shares[k][n])}</span></li>`)}</ul>
    <p class="soft">Of 100 futures. The question asks for any time up to then, and over all models tried.</p></div>`;
}

const of_hundred = (share) =>
  share < 0.005 ? "fewer than 1" : share >= 0.995 ? "more than 99" : String(Math.round(100 * share));

// A phone shows in its first screens what stands beside one another on a desk.
function InShort({ told }) {
  const who = told.players.filter((each) => each.choices.length).map((each) => short(each.name)),
    change = told.changes.find((each) => each.is_clear);
  const end =
      change && change.sizes.reduce((best, size, k) => (Math.abs(size) > Math.abs(change.sizes[best]) ? k : best), 0),
    last = told.before.at(-1);
  return html`<ul class="in-short" aria-label="In short">
    ${who.length > 0 && html`<li><b>Who:</b> ${list(who)} ${who.length === 1 ? "chooses" : "choose"}.</li>`}
    ${
      told.why.length > 0 &&
      html`<li><b>Why:</b> ${told.why
        .slice(0, 2)
        .map((each) => `${each.text} (${tied(each.effect)})`)
        .join("; ")}.</li>`
    }
    ${change && html`<li><b>What would change it:</b> ${change.text}${change.ends[end][0] && `, at ${change.ends[end][0]}`}: ${tied(change.ends[end][1])}.</li>`}
    ${last && html`<li><b>Before:</b> ${last.split(" (")[0]}.</li>`}</ul>`;
}

function Lede({ told, info, move }) {
  const answer = move?.answers.find((each) => each.question === told.question);
  const sentence =
    told.sentence ||
    (answer
      ? `${answer.word ? `${capital(answer.word)}: ` : ""}${answer.before}`
      : "The answer comes when the futures are simulated");
  const [first, ...rest] = sentence.split("; "),
    count = answer && answer.share_before !== null ? Math.round(100 * answer.share_before) : null;
  const hundred =
    told.hundred.length || count === null
      ? told
      : {
          ...told,
          hundred: [
            ["yes", count],
            ["no", 100 - count],
          ],
        };
  return html`<section class="lede" aria-labelledby="told-title">
    <p class="kicker" id="told-question">${told.text}</p>
    <h2 id="told-title" tabindex="-1">${tied(first)}${rest.length ? "." : ""}</h2>
    ${rest.length > 0 && html`<p class="deck">${tied(`${rest.join("; ").charAt(0).toUpperCase()}${rest.join("; ").slice(1)}`)}</p>`}
    <${Hundred} told=${hundred} />
    <${InForce} told=${told} info=${info} /><${InShort} told=${told} />
    <p class="soft">Knowledge of ${date(told.as_of)}${told.futures ? `; ${told.futures.toLocaleString("en")} futures, seed ${told.seed}` : ""}. Counts as yes: ${told.resolution}</p>
    ${
      !told.sentence &&
      html`<p class="soft">Why, what would change it and how it may end are made by <code>${open_command(info)
        .replace("standoff open", "standoff run")
        .replace(/ --port \d+/, "")}</code>.</p>`
    }
  </section>`;
}

// A reason: what it does to the answer, its words, the field's term, and who says so.
function Reason({ reason, player }) {
  const [size, error] = reason.effect.split(" ± ");
  return html`<li class="reason"><span class="effect">${tied(size)}${error && html` <small class="nobr">± ${error}</small>`}</span>
    <div><p><${Disc} player=${player} /> <b>${player && short(player.name)}:</b> ${reason.text} ${reason.term && html`<span class="term">${reason.term}</span>`}</p>
    ${reason.quotation && html`<p class="voice">${reason.quotation.is_quote ? `“${reason.quotation.text}”` : reason.quotation.text} <span class="soft">${reason.quotation.speaker}, ${date(reason.quotation.date)} · <${ClaimLink} id=${reason.quotation.claim} /></span></p>`}
    ${reason.without && html`<p class="soft">Without it: ${tied(reason.without)}</p>`}</div></li>`;
}

function Why({ told }) {
  if (!told.why.length) return null;
  const largest = told.why.reduce((one, other) => (Math.abs(other.size) > Math.abs(one.size) ? other : one)),
    player = told.by_code[largest.actor];
  return html`<section class="why-told" aria-labelledby="why-title"><h2 id="why-title">Strongest reason ${largest.size < 0 ? "against it" : "for it"}: ${largest.term || "what nobody has stated"}${player ? ` (${short(player.name)})` : ""}</h2>
    <ul class="reasons-told">${told.why.map((each) => html`<${Reason} key=${each.text} reason=${each} player=${told.by_code[each.actor]} />`)}</ul>
    <p class="soft">${told.why_note}</p></section>`;
}

function Changes({ told }) {
  if (!told.changes.length) return null;
  const clear = told.changes
      .filter((each) => each.is_clear)
      .sort((one, other) => (one.kind === other.kind ? 0 : one.kind === "lever" ? -1 : 1)),
    still = told.changes.filter((each) => !each.is_clear),
    best = clear[0];
  const reach = (kind) =>
    Math.min(
      1,
      1.05 *
        Math.max(
          told.share ?? 0,
          ...told.changes
            .filter((each) => each.kind === kind && each.is_clear)
            .flatMap((each) => each.sizes.map((size) => (told.share ?? 0) + size)),
        ),
    );
  const most = { lever: reach("lever"), variant: reach("variant") };
  const title = best ? `What would change it most: ${best.text}` : "No lever changes the answer clearly";
  const rows = (some) =>
    html`<ul class="shifts">${some.map((each) => html`<${Shift} key=${each.text} item=${each} told=${told} most=${most[each.kind]} />`)}</ul>`;
  return html`<section class="changes-told" aria-labelledby="change-title"><h2 id="change-title">${title}</h2>
    ${rows(clear.slice(0, FIRST))}
    ${clear.length > FIRST && html`<details><summary>${clear.length - FIRST} more that change it</summary>${rows(clear.slice(FIRST))}</details>`}
    ${still.length > 0 && html`<details><summary>${still.length} ${still.length === 1 ? "lever has" : "levers have"} no clear effect on this answer</summary><p>${list(still.map((each) => each.text))}.</p></details>`}
    <p class="soft">Each measured in the same futures at both ends of its range. The line is the answer as the case stands.</p></section>`;
}

// What a person would see of a reason that no longer holds.
function Watch({ told }) {
  const rows = told.why.filter((each) => each.quotation && each.without);
  if (!rows.length) return null;
  return html`<section class="watch-told" aria-labelledby="watch-title"><h2 id="watch-title">What to watch</h2><p>The answer, should the words behind a reason be taken back or overtaken, and the reason with them:</p>
    <ul class="watch-list">${rows.map((each) => html`<li key=${each.text}><b class="n">${tied(each.without)}</b> <span>without “${each.quotation.text}” <span class="soft">${each.quotation.speaker}, ${date(each.quotation.date)}</span></span></li>`)}</ul></section>`;
}

function Endings({ told }) {
  if (!told.endings.length) return null;
  const first = told.endings.find((each) => each.shares.length) ?? told.endings[0];
  return html`<section class="endings" aria-labelledby="end-title"><h2 id="end-title">${first.text} ${first.shares.length ? tied(first.answer.replace(/^(.*?) \(.*\)(: .*)$/, "$1$2")) : ""}</h2>
    <div class="endings-all">${told.endings.map(
      (each) => html`<div key=${each.question}>
      ${each !== first && html`<h3>${each.text}</h3>`}${!each.shares.length && html`<p><b>${tied(each.answer)}</b> ${!each.answer.startsWith("after") && html`<span class="soft">by ${date(each.date)}</span>`}</p>`}
      ${
        each.shares.length > 0 &&
        html`<ul class="bars">${each.shares.map(([label, text, share, colour]) => html`<li key=${label}><span>${short(label)}</span><div class=${`bar ${colour >= 0 ? `side-${colour}` : ""}`} aria-hidden="true"><i style=${{ width: `${100 * share}%` }}></i></div><span class="n">${tied(text)}</span></li>`)}</ul>
        <p class="soft">Share of futures, by ${date(each.date)}; in brackets: over the models tried.</p>`
      }</div>`,
    )}</div></section>`;
}

function Before({ told, info }) {
  if (!told.before.length && !info.has_record) return null;
  return html`<section class="before-told" aria-labelledby="before-title"><h2 id="before-title">How it did before</h2>
    ${told.before.map((each, k) => html`<p key=${each}>${dated(tied(each))} ${k === 0 && told.outcome ? html`<${ClaimLink} id=${told.outcome} />` : ""}</p>`)}${info.has_record && html`<${Recorded} />`}</section>`;
}

export function Told() {
  const told = useStore((s) => s.told),
    info = useStore((s) => s.info),
    move = useStore((s) => s.move),
    state = useStore((s) => s.state);
  useEffect(() => {
    if (!store.told) load_overview().catch(() => {});
  }, []);
  if (!told) return html`<p class="soft">Reading the overview …</p>`;
  const go = (screen) => () => {
    set({ screen });
    scrollTo({ top: 0 });
  };
  return html`${is_moved(state) && html`<p class="notice" role="status">This is the case as it stands; what you moved counts on the other screens.</p>`}
    <div class="story told"><div class="column"><${Lede} told=${told} info=${info} move=${move} /><${Why} told=${told} /><${Before} told=${told} info=${info} /></div>
    <div class="column"><${People} told=${told} /><${Changes} told=${told} /><${Watch} told=${told} /></div>
    <${Lanes} told=${told} /><${Endings} told=${told} />
    <section class="go-on" aria-labelledby="go-title"><h2 id="go-title">Try it yourself</h2><p>Move what governments could, and see which futures turn.</p>
      <div class="tools"><button type="button" class="large" onClick=${go("try")}>Move a lever</button><button type="button" onClick=${go("reasons")}>Read all reasons</button><button type="button" onClick=${go("claims")}>Doubt a claim</button></div></section></div>`;
}
