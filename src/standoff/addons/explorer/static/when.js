// When the event of the question happens, and which reasons set those dates apart.

import { useFollowing } from "./panel.js";
import { html, useState } from "./preact.js";
import { useStore } from "./store.js";
import { date, futures, signed } from "./words.js";

export function When() {
  const id = useStore((s) => s.question),
    info = useStore((s) => s.info),
    [open, set_open] = useState(false),
    question = info.questions.find((each) => each.id === id);
  if (!question?.is_share) return null;
  return html`<section aria-labelledby="when-title"><h2 id="when-title">When it happens, and why then</h2>
    ${open ? html`<${Found} />` : html`<p><button type="button" onClick=${() => set_open(true)}>Look for the deciding dates</button></p>`}</section>`;
}

function Found() {
  const asked = useStore((s) => s.question),
    info = useStore((s) => s.info);
  const [data, error] = useFollowing("/api/when", (s) => ({ state: s.state, question: s.question }), [asked]);
  if (error) return html`<p class="soft">${error}</p>`;
  if (!data) return html`<p class="soft">Looking …</p>`;
  const most = Math.max(1, ...data.dates.map(([, n]) => n)),
    name = (each) => `${each.actor ? `${each.actor}: ` : ""}${each.text}`;
  const of_choice = (each) =>
    data.reasons.filter((other) => name(other) === name(each)).length > 1
      ? info.choices.find((other) => other.choice === each.choice)?.text
      : "";
  return html`<p>${data.futures ? `It happens in ${futures(data.futures)}.` : "It happens in no future."}</p>
    ${data.dates.length > 0 && html`<ul class="bars dated" aria-label="Deciding dates">${data.dates.map(([label, n]) => html`<li key=${label}><span>${date(label)}</span><div class="bar" aria-hidden="true"><i style=${{ width: `${(100 * n) / most}%` }}></i></div><span class="n">${futures(n)}</span></li>`)}</ul>`}
    ${data.note && html`<p class="soft">${data.note}</p>`}
    ${data.reasons.length > 0 && html`<table><caption class="hidden">Deciding reasons</caption><tbody>${data.reasons.map((each) => html`<tr key=${`${each.choice} ${each.reason}`}><th scope="row">${name(each)}${of_choice(each) && html` <span class="soft">${of_choice(each)}</span>`}</th><td class="n">${signed(each.log_odds, 2)}${each.error ? ` ± ${(1.64 * each.error).toFixed(2)}` : ""}</td></tr>`)}</tbody></table>`}`;
}
