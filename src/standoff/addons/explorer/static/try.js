// The first screen: what the actor does instead, charts, all answers, and the same state elsewhere.

import { Options, ask_about } from "./answer.js";
import { Charts } from "./charts.js";
import { linked, question_word } from "./focus.js";
import { TwoLevers } from "./two_levers.js";
import { html, useState } from "./preact.js";
import { save_data, source_line } from "./save.js";
import { is_moved, set, useStore } from "./store.js";
import { command, python, question_date, sentence } from "./words.js";
import { write_address } from "./address.js";

const answer_rows = (move, by_id) => [
  ["question", "text", "date", "before", "now", "difference", "futures", "seed"],
  ...move.answers.map((each) => [
    each.question,
    by_id.get(each.question)?.text ?? "",
    by_id.get(each.question)?.date ?? "",
    each.before,
    each.now,
    each.change,
    move.draws,
    move.seed,
  ]),
];

function Answers() {
  const info = useStore((s) => s.info),
    move = useStore((s) => s.move),
    asked = useStore((s) => s.question),
    group = useStore((s) => s.group),
    [all, set_all] = useState(false);
  if (!move) return null;
  const moved = is_moved(move.state),
    by_id = new Map(info.questions.map((each) => [each.id, each])),
    parts = new Map((group?.data?.answers ?? []).map((each) => [each.question, each]));
  const clear = move.answers.filter((each) => each.clear).length,
    rows = moved ? [...move.answers].sort((a, b) => b.clear - a.clear) : move.answers;
  const shown = all ? rows : rows.slice(0, moved ? Math.min(Math.max(clear, 4), 12) : 6);
  return html`<section aria-labelledby="answers-title"><h2 id="answers-title">All answers</h2>
    <p class="soft">${moved ? `${clear} of ${rows.length} answers change clearly; they come first. ` : ""}Choose a question to follow it above.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Table of all answers"><table class="answers stacked"><thead><tr><th scope="col">question</th><th scope="col" class="n">${moved ? "before" : "answer"}</th>
      ${moved && html`<th scope="col" class="n">now</th><th scope="col">difference (90 %; of a number: of its mean)</th>`}${group?.data && html`<th scope="col">in ${group.text}</th>`}</tr></thead>
      <tbody>${shown.map((each) => {
        const question = by_id.get(each.question),
          part = parts.get(each.question);
        return (
          question &&
          html`<tr key=${each.question} data-opens="question" class=${moved && !each.clear ? "unclear" : ""} ...${linked([question_word(each.question)])} data-text=${question.text}>
          <th scope="row"><button type="button" class="link" aria-pressed=${each.question === asked ? "true" : "false"} title=${question.resolution} onClick=${() => ask_about(each.question)}>${question.text}</button> <span class="soft nobr">${question_date(question)}</span></th>
          <td class="n" data-head=${moved ? "before" : undefined}>${each.before}</td>${moved && html`<td class="n" data-head="now">${each.now}</td><td data-head="difference">${each.change}</td>`}${group?.data && html`<td data-head=${`in ${group.text}`}>${part?.now ?? "–"}${part?.error ? ` ${part.error}` : ""}</td>`}</tr>`
        );
      })}</tbody></table></div>
    <p><button type="button" onClick=${() => save_data("answers", answer_rows(move, by_id))}>Save all answers (CSV)</button></p>
    ${rows.length > shown.length || all ? html`<p><button type="button" onClick=${() => set_all(!all)}>${all ? "Show fewer" : `Show all ${rows.length}`}</button></p>` : ""}</section>`;
}

function Copied({ title, text, id }) {
  const [done, set_done] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      set_done(true);
      setTimeout(() => set_done(false), 2000);
    } catch {
      getSelection().selectAllChildren(document.getElementById(id));
    }
  };
  return html`<div class="copied"><div class="head"><h3>${title}</h3><button type="button" aria-label=${`Copy: ${title}`} onClick=${copy}>${done ? "Copied" : "Copy"}</button></div><pre id=${id} tabindex="0">${text}</pre></div>`;
}

export function Elsewhere() {
  const info = useStore((s) => s.info),
    move = useStore((s) => s.move),
    id = useStore((s) => s.question);
  if (!move) return null;
  const question = info.questions.find((each) => each.id === id) ?? info.questions[0],
    line = command(move);
  return html`<details class="elsewhere"><summary><h2>The same elsewhere</h2> <span class="soft">as a sentence, a command, one file, and Python</span></summary>
    <p class="soft">The address of this page holds the state as well: copy it, or go back in the browser to undo.</p>
    <${Copied} title="As a source" id="citation" text=${`${source_line()}, model ${info.model}.`} />
    <${Copied} title="In words" id="sentence" text=${sentence(move, question)} />
    ${line ? html`<${Copied} title="On the command line" id="command" text=${line} />` : html`<p class="soft">One command cannot say this state, as levers, beliefs and claims act differently; Python can.</p>`}
    ${line && html`<${Copied} title="As one file to hand on" id="share" text=${`${line.replace("standoff run", "standoff share")} -o state.html`} />`}
    <${Copied} title="In Python" id="python" text=${python(move)} /></details>`;
}

// The choice that was picked, or the one behind the question, or behind the main question.
export function Instead() {
  const info = useStore((s) => s.info),
    id = useStore((s) => s.question),
    picked = useStore((s) => s.choice);
  const asked = info.questions.find((each) => each.id === id)?.choice,
    choice = picked || asked || info.questions[0]?.choice || info.choices[0]?.choice;
  if (!choice) return null;
  const pick = (event) => {
    set({ choice: event.target.value, at: "", option: "", against: "" });
    write_address();
  };
  return html`<div class="instead"><${Options} choice=${choice} title=${`${info.choices.find((each) => each.choice === choice)?.actor_name}: what it does${choice === asked ? " instead" : ""}`} />
    <p><label>Choice <select value=${choice} onChange=${pick}>${info.choices.map((each) => html`<option key=${each.choice} value=${each.choice}>${each.actor_name}: ${each.text}</option>`)}</select></label></p></div>`;
}

export function Try() {
  return html`<${Charts} /><${Answers} /><${TwoLevers} />`;
}
