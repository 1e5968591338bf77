// The answer: the question, the number with its word, before and now, the difference with its error, and what is moved.

import { write_address } from "./address.js";
import { linked, question_word } from "./focus.js";
import { change, put, request, reset_all } from "./moves.js";
import { html } from "./preact.js";
import { is_moved, same, set, useStore } from "./store.js";
import { capital, changes, count, date, futures, list, on, percent, question_date, tied } from "./words.js";

const SHORT = 11; // letters of an answer in the largest type; assumption: they fit on a phone

export function ask_about(question) {
  set({ question, group: null, story: null, future: null });
  write_address();
  requestAnimationFrame(() => {
    const title = document.getElementById("question");
    if (title && title.getBoundingClientRect().top < 0) title.scrollIntoView({ block: "start" });
    title?.focus({ preventScroll: true });
  });
}

const answer_of = (list, question) => list?.find((each) => each.question === question);

// Shares of a hundred as a bar, with a mark where the answer stood before.
export function Bar({ now, before }) {
  return html`<div class="bar" aria-hidden="true"><i style=${{ width: `${100 * now}%` }}></i>
    ${before !== null && before !== undefined && before !== now && html`<u style=${{ left: `${100 * before}%` }}></u>`}</div>`;
}

// A number before and now: an arrow for the eye, words for the ear.
export const Step = ({ was, now }) =>
  was === null || was === now
    ? now
    : html`${was} <span aria-hidden="true">→</span><span class="hidden">before, now</span> ${now}`;

export function turned(answer) {
  if (!answer.turned || !(answer.turned[0] || answer.turned[1])) return "";
  const [yes, no] = answer.turned;
  return `${count(yes)} ${yes === 1 ? "future" : "futures"} turned to yes, ${count(no)} to no`;
}

function Moved({ state }) {
  const all = changes(state);
  if (!all.length) return null;
  return html`<ul class="chips" aria-label="What is moved">${all.map(
    (each) => html`<li key=${`${each.part} ${each.name}`}><span>${capital(each.text)}</span>
    <button type="button" class="quiet" aria-label=${`Take back: ${each.title}`} onClick=${() => change(put(each.part, each.name, undefined))}>×</button></li>`,
  )}
    ${all.length > 1 && html`<li><button type="button" class="link" onClick=${reset_all}>take all back</button></li>`}</ul>`;
}

// The band of the case as it stands; that of a label counts while the label is the answer.
const band_of = (question, text) => (!question.band_label || text.startsWith(question.band_label) ? question.band : "");

// What the band in brackets is over, or why there is none.
function BandLine({ info, band, moved, probable }) {
  if (!probable || !(band || (moved ? "" : info.band_note))) return null;
  const text = moved
    ? `The 90 % of the case as it stands: ${band}.`
    : band
      ? `In brackets: the central 90 % over ${info.band_over}.`
      : info.band_note;
  return html`<p class="beside soft" id="band">${text.split("`").map((part, k) => (k % 2 ? html`<code>${part}</code>` : part))}</p>`;
}

export function Answer() {
  const info = useStore((s) => s.info),
    move = useStore((s) => s.move),
    id = useStore((s) => s.question),
    state = useStore((s) => s.state);
  const group = useStore((s) => s.group),
    busy = useStore((s) => s.busy),
    gone = useStore((s) => s.gone),
    refused = useStore((s) => s.refused),
    shipped = useStore((s) => s.shipped);
  const question = info.questions.find((each) => each.id === id) ?? info.questions[0],
    answer = answer_of(move?.answers, question.id);
  const moved = move !== null && is_moved(move.state),
    belief = answer_of(move?.belief, question.id),
    part = answer_of(group?.data?.answers, question.id);
  const band = answer ? band_of(question, moved ? answer.before : answer.now) : "";
  const late = (gone || refused) && move !== null && !same(move.state, state); // the numbers are those of the state that was answered last
  return html`<section class=${`answer ${late ? "late" : ""}`} aria-labelledby="question" aria-busy=${busy ? "true" : "false"} data-text=${question.text} ...${linked([question_word(question.id)])}>
    <div class=${`wait ${busy ? "on" : ""}`} aria-hidden="true"></div>
    <h2 id="question" tabindex="-1">${question.text} <span class="soft">${question_date(question)}</span></h2>
    ${refused && html`<p class="beside" role="alert"><b>This could not be answered:</b> ${refused} <button type="button" class="link" onClick=${request}>try again</button></p>`}
    ${late && html`<p class="beside"><b>Not ${refused ? "" : "yet "}with your last move.</b> These are the numbers ${is_moved(move.state) ? `with ${list(changes(move.state).map((each) => each.text))}` : "of the case as it stands"}.</p>`}
    ${
      answer
        ? html`<p class=${`value ${answer.now.length > SHORT ? "long" : ""}`}><span id="now">${tied(answer.now)}</span>${band && !moved && html` <span class="band">(${tied(band)})</span>`} <span class="word" id="word">${answer.word}</span></p>
      ${answer.share !== null && html`<${Bar} now=${answer.share} before=${moved ? answer.share_before : null} />`}
      <p class="beside" id="beside">${moved ? html`before <b>${tied(answer.before)}</b> · difference <b class=${answer.clear ? "" : "unclear"}>${tied(answer.change)}</b>${turned(answer) && html` · ${turned(answer)}`}` : is_moved(state) ? !refused && `What you moved counts as soon as ${gone ? "the server is back" : info.ready ? "it is simulated" : "the engine is warm"}.` : "Move a lever: grey is how it was."}
        <span class="soft"> · ${shipped ? "as shipped with the case" : `${futures(move.draws)}, seed ${move.seed}`}${move.failed ? `, ${futures(move.failed)} failed` : ""}</span></p>
      <${BandLine} info=${info} band=${band} moved=${moved} probable=${answer.share !== null || question.is_share} />
      ${belief && moved && Object.keys(move.state.levers).length > 0 && html`<p class="beside">Your beliefs and doubts alone, without levers: <b>${belief.now}</b> (${belief.change})</p>`}
      ${
        part &&
        html`<p class="beside in-group">In ${group.text} (${count(group.data.count)} of ${futures(group.data.of)}): <b>${part.now ?? "too few to say"}</b>${part.error ? ` ${part.error}` : ""}
        ${" "}<button type="button" class="link" onClick=${() => set({ group: null })}>let go</button></p>`
      }`
        : html`<p class="value"><span id="now">–</span></p><p class="soft">${!info.ready ? "comes when the engine is warm" : !refused && "being simulated …"}</p>`
    }
    <${Moved} state=${state} />
  </section>`;
}

// Shares of futures with each option in force when the main question is asked, before and now.
export function Options({ choice, title }) {
  const info = useStore((s) => s.info),
    move = useStore((s) => s.move),
    group = useStore((s) => s.group);
  const about = info.choices.find((each) => each.choice === choice),
    now = move?.choices.find((each) => each.choice === choice);
  if (!about || !now) return null;
  const part = group?.data?.count >= 30 ? group.data.choices.find((each) => each.choice === choice) : null,
    rows = about.options.map((option, k) => ({ option, is: now.shares[k], was: now.before[k], here: part?.shares[k] }));
  const person = about.held.length
    ? html` <b>A person decides in place of ${about.actor_name}</b>, which nobody else knows in advance: ${about.held.map((each) => `${each.text} from ${date(each.at)} on`).join(", ")}.`
    : "";
  return html`<section class="options" aria-labelledby=${`options-${choice}`}><h2 id=${`options-${choice}`}>${title}</h2>
    <p class="soft">Share of futures with each option in force ${on(info.asked)}${part ? `; in brackets: in ${group.text}` : ""}.${person}</p>
    <ul class="bars">${rows.map(
      ({
        option,
        is,
        was,
        here,
      }) => html`<li key=${option.id}><span>${option.text}${option.id === about.status_quo ? html` <span class="soft">(as now)</span>` : ""}${option.limit && html` <span class="soft">${option.limit}</span>`}</span>
      <${Bar} now=${is} before=${was} /><span class="n"><${Step} was=${percent(was)} now=${percent(is)} />${here !== undefined ? ` (${percent(here)})` : ""}</span></li>`,
    )}</ul></section>`;
}
