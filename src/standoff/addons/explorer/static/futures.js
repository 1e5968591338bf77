// All futures as dots: open one as a story, or pick a group that every panel then follows.

import { Channel } from "./api.js";
import { Near } from "./charts.js";
import { write_address } from "./address.js";
import { Dots, dot_rows, shown } from "./dots.js";
import { Figure } from "./figure.js";
import { lost, on_move } from "./moves.js";
import { useFollowing } from "./panel.js";
import { html, useState } from "./preact.js";
import { Story } from "./story.js";
import { set, store, useStore } from "./store.js";
import { count, digits, futures, on, with_unit } from "./words.js";

const groups = new Channel(
  (data, asked) => {
    if (store.group?.futures === asked.futures) set({ group: { ...store.group, data } });
  },
  (error) => {
    if (error.status === 0) lost();
    else set({ notice: { kind: "group", text: error.message }, group: null });
  },
);

function ask_group() {
  groups.ask("/api/group", { state: store.state, futures: store.group.futures, stocks: [...new Set(store.charts)] });
}

export function pick_group(text, numbers) {
  set({ group: numbers.length ? { text, futures: numbers, data: null } : null });
  if (numbers.length) ask_group();
}

// Every screen follows the group: its numbers are asked for anew at rest, and are not shown for another state.
on_move((held) => {
  if (!store.group) return;
  if (!held) ask_group();
  else if (store.group.data) set({ group: { ...store.group, data: null } });
});

function open_future(number) {
  set({ future: number });
  write_address();
}

// Groups that one click gives: by outcome, those that the move turned, or the ends of a number.
function ready_groups(data) {
  const valid = data.outcomes.map((each, k) => [each, k]).filter(([each]) => each !== null),
    of = (keep) => valid.filter(keep).map(([, k]) => k);
  const turned = of(([each, k]) => data.before[k] !== null && each !== data.before[k]);
  if (data.labels) {
    return [
      ...data.labels.map((label, n) => [`the futures with “${label}”`, `With “${label}”`, of(([each]) => each === n)]),
      ["the futures that changed", "Those that changed", turned],
    ].filter(([, , numbers]) => numbers.length && numbers.length < valid.length);
  }
  const sorted = [...valid].sort((a, b) => a[0] - b[0]).map(([, k]) => k),
    fifth = Math.floor(sorted.length / 5);
  return [
    ["the lowest fifth", "The lowest fifth", sorted.slice(0, fifth)],
    ["the highest fifth", "The highest fifth", sorted.slice(-fifth)],
  ].filter(([, , numbers]) => numbers.length);
}

function outcome_text(data, k) {
  const say = (value) =>
      value === null || value === undefined
        ? "no outcome"
        : data.labels
          ? shown(data, value)
          : with_unit(digits(value), data.unit),
    was = say(data.before[k]),
    is = say(data.outcomes[k]);
  return `Future ${k}: ${is}${was !== is ? `, before ${was}` : ""}`;
}

// How the futures near a point end.
function near_text(data, near) {
  const numbers = near.futures;
  const ends = data.labels
    ? data.labels
        .map((label, n) => [label, numbers.filter((k) => data.outcomes[k] === n).length])
        .filter(([, n]) => n)
        .map(([label, n]) => `${label} ${count(n)}`)
    : [];
  const [low, high] = [near.low, near.high].map((value) => digits(value));
  return `${futures(numbers.length)}, from ${low} to ${high} there${ends.length ? `: ${ends.join(", ")}` : ""}.`;
}

export function Futures() {
  const info = useStore((s) => s.info),
    asked = useStore((s) => s.question),
    group = useStore((s) => s.group),
    number = useStore((s) => s.future),
    frozen = useStore((s) => s.dragging),
    [near, set_near] = useState(null);
  const under = useStore((s) => s.near),
    kept = useStore((s) => s.near_pinned),
    pinned = useStore((s) => s.pinned),
    lit = under ?? kept;
  const [data, error, ready] = useFollowing("/api/futures", (s) => ({ state: s.state, question: s.question }), [asked]),
    question = info.questions.find((each) => each.id === asked);
  if (error) return html`<p class="notice">${error}</p>`;
  if (!data)
    return html`<p class="soft">${ready ? "Reading the futures …" : "The futures come when the server has them."}</p>`;
  const turned = data.labels
      ? data.outcomes.filter((each, k) => each !== null && data.before[k] !== null && each !== data.before[k]).length
      : 0,
    all = ready_groups(data),
    inside = (group?.futures ?? data.outcomes.map((_, k) => k)).filter((k) => k < data.paths).sort((a, b) => a - b),
    total = data.outcomes.filter((each) => each !== null).length;
  const text = `${futures(total)} by outcome. ${data.labels ? data.labels.map((label, n) => `${label}: ${count(data.outcomes.filter((each) => each === n).length)}`).join(", ") : ""} Arrow keys go from future to future, Enter opens one.`;
  return html`<section aria-labelledby="futures-title"><h2 id="futures-title">One dot is one future</h2>
    <p class="soft">${futures(total)} of the case as written, by the outcome ${on(question?.date)}${question?.band ? `; the answer above is a mean over ${info.band_over}` : ""}. ${turned ? `${futures(turned)} changed with the move, in another colour. ` : ""}Click a dot to read it as a story; draw a box, or choose below, to follow a group.</p>
    <${Figure} title=${`Futures: ${question?.text ?? asked}`} head=${html`<p class="soft read-future" role="status">${near !== null ? outcome_text(data, near) : " "}</p>`} rows=${dot_rows}
      make=${(box) => new Dots(box, { point: set_near, open: open_future, group: (numbers) => pick_group("the box", numbers) })} data=${{ ...data, part: group?.futures, here: number, frozen, text, lit: lit?.futures }} />
    <div class="tools" role="group" aria-label="Groups of futures">${all.map(([name, label, numbers]) => html`<button type="button" key=${label} aria-pressed=${group?.text === name ? "true" : "false"} onClick=${() => pick_group(name, group?.text === name ? [] : numbers)}>${label} (${count(numbers.length)})</button>`)}
      ${group && html`<button type="button" onClick=${() => set({ group: null })}>All futures</button>`}
      <form class="by-number" onSubmit=${(event) => {
        event.preventDefault();
        const value = Number(event.target.elements.number.value);
        open_future(inside.find((k) => k >= value) ?? inside[0]);
      }}>
        <label>Future <input type="number" name="number" key=${group?.text} min="0" max=${data.paths - 1} defaultValue=${inside.includes(number) ? number : inside[0]} /></label> <button type="submit" disabled=${!inside.length}>Read it</button></form>${inside.indexOf(number) >= 0 && html`<button type="button" onClick=${() => open_future(inside[(inside.indexOf(number) + 1) % inside.length])}>Next</button>`}</div>
    ${kept && pinned && html`<p class="in-near" role="status">Pinned: ${pinned.text}. ${near_text(data, kept)} <button type="button" class="link" onClick=${() => pick_group(pinned.text, kept.futures)}>follow them as a group</button></p>`}
    ${group?.data && html`<p class="in-group" role="status">Every panel follows ${group.text}: ${count(group.data.count)} of ${futures(group.data.of)}${group.data.count < 30 ? "; below 30, answers are counts only" : ""}. Green lines on the charts of “Try” are its median and 90 %.</p>`}</section>
    ${number !== null && html`<${Story} number=${number} />`}<${Near} text=${under ? near_text(data, under) : ""} />`;
}
