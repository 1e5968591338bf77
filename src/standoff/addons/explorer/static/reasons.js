// Why an actor chooses: reasons that add up, for any choice, date and pair of options, before and now.

import { Bar, Step } from "./answer.js";
import { write_address } from "./address.js";
import { Figure } from "./figure.js";
import { claim_word, linked, number_word, reason_word } from "./focus.js";
import { useFollowing } from "./panel.js";
import { html, useEffect, useRef, useState } from "./preact.js";
import { Sources } from "./source.js";
import { IfThen } from "./movers.js";
import { is_moved, set, store, useStore } from "./store.js";
import { ROW, TOP, Waterfall, waterfall_rows } from "./waterfall.js";
import { When } from "./when.js";
import { capital, count, date, digits, futures, on, percent, signed } from "./words.js";

function pick(patch) {
  set(patch);
  write_address();
}

// The choice, date and options that are shown: those picked, or the choice behind the question at its date.
export function shown_choice(s) {
  const { info } = s,
    question = info.questions.find((each) => each.id === s.question);
  const about = info.choices.find((each) => each.choice === (s.choice || question?.choice)) ?? info.choices[0];
  if (!about) return null;
  const at = about.dates.includes(s.at)
    ? s.at
    : (about.dates.filter((each) => each <= (question?.date || "9")).at(-1) ?? about.dates[0] ?? "");
  return {
    about,
    at,
    option: about.options.some((each) => each.id === s.option) ? s.option : "",
    against: about.options.some((each) => each.id === s.against) ? s.against : "",
  };
}

function Pickers({ about, at, data }) {
  const info = useStore((s) => s.info),
    place = Math.max(0, about.dates.indexOf(at)),
    option = data?.option ?? "",
    against = data?.reference ?? "";
  const options = (chosen, other) =>
    about.options
      .filter((each) => each.id !== other)
      .map((each) => html`<option key=${each.id} value=${each.id}>${each.text}</option>`);
  return html`<div class="pickers">
    <label>Choice <select value=${about.choice} onChange=${(event) => pick({ choice: event.target.value, at: "", option: "", against: "" })}>
      ${info.choices.map((each) => html`<option key=${each.choice} value=${each.choice}>${each.actor_name}: ${each.text}</option>`)}</select></label>
    <label>Option <select value=${option} onChange=${(event) => pick({ option: event.target.value, against })}>${options(option, against)}</select></label>
    <label>against <select value=${against} onChange=${(event) => pick({ against: event.target.value, option })}>${options(against, option)}</select></label>
    <label class="dates">Date <span><input type="range" min="0" max=${about.dates.length - 1} step="1" value=${place} aria-valuetext=${date(at)} disabled=${about.dates.length < 2}
      onInput=${(event) => pick({ at: about.dates[event.target.value] })} /> <output>${date(at)}</output></span></label></div>`;
}

// Buttons over the bars: focus marks what belongs to a reason, a click opens what it is.
function Rows({ data, row, open, onOpen }) {
  return html`<ul class="rows" aria-label="Reasons">${data.reasons.map((each, k) => {
    const text = `${each.text}: ${signed(each.log_odds, 2)} log odds${each.mc_error ? `, plus or minus ${(1.64 * each.mc_error).toFixed(2)}` : ""}`;
    return html`<li key=${each.reason} style=${{ top: `${TOP + row * k}px`, height: `${row - 2}px` }}><button type="button" aria-label=${text} aria-expanded=${open === each.reason ? "true" : "false"} data-text=${`Reason: ${each.text}`}
      onClick=${() => onOpen(open === each.reason ? "" : each.reason)} ...${linked([reason_word(`${data.choice}/${each.reason}`)], [...each.numbers.map(number_word), ...each.claims.map(claim_word)])}></button></li>`;
  })}</ul>`;
}

function Reason({ each, moved }) {
  return html`<div class="card" aria-label=${`Reason: ${each.text}`} role="region"><h3>${capital(each.text)}</h3>
    <p>${signed(each.log_odds, 2)} log odds${each.mc_error ? html` ± ${(1.64 * each.mc_error).toFixed(2)} (90 %, of the mean over futures)` : ""}${each.interval ? html`; in 90 % of futures ${signed(each.interval[0], 2)} to ${signed(each.interval[1], 2)}` : ""}${moved && each.before !== null ? `; before ${signed(each.before, 2)}` : ""}.</p>
    ${left_over(each) ? html`<p class="soft">No reason, but what is left over when all that is stated has been weighed.</p>` : ""}
    ${each.weight && html`<p class="soft">Weight: ${each.weight}.</p>`}
    ${each.sources.length + each.claims.length ? html`<p class="soft">Who says so:</p>` : ""}
    <${Sources} claims=${each.claims} sources=${each.sources} /></div>`;
}

function OptionTable({ data, moved }) {
  return html`<section aria-labelledby="decided-title"><h2 id="decided-title">If it decided ${on(data.at)}</h2>
    <p class="soft">${data.decision_frequency < 0.9995 ? `The decision arises in ${percent(data.decision_frequency)} of futures. ` : ""}Mean probability of each option, over ${futures(data.futures)}.</p>
    <ul class="bars">${data.options.map(
      (
        each,
      ) => html`<li key=${each.option}><span>${each.text}${each.option === data.status_quo ? html` <span class="soft">(as now)</span>` : ""}${each.restriction && html` <span class="soft">${each.restriction}${each.available_share < 0.9995 ? `; it could be chosen in ${percent(each.available_share)} of these futures` : ""}</span>`}</span>
      <${Bar} now=${each.probability} before=${moved ? each.before : null} /><span class="n"><${Step} was=${moved && each.before !== null ? percent(each.before) : null} now=${percent(each.probability)} /></span></li>`,
    )}</ul></section>`;
}

function Forecasts({ data, moved }) {
  if (!data.forecasts.length) return null;
  return html`<section aria-labelledby="others-title"><h2 id="others-title">What it expects of others</h2>
    <p class="soft">How probable it holds each move of the others, beside how often they make it.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Expected moves of others"><table><thead><tr><th scope="col">actor and move</th><th scope="col" class="n">expected</th><th scope="col" class="n">does</th>${moved && html`<th scope="col" class="n">did before</th>`}</tr></thead>
    <tbody>${data.forecasts.map(
      (
        each,
      ) => html`<tr key=${`${each.choice} ${each.option}`}><th scope="row">${each.actor}: ${each.text}</th><td class="n">${percent(each.expected)}</td><td class="n">${each.does === null ? "–" : percent(each.does)}</td>
      ${moved && html`<td class="n">${each.before_does == null ? "–" : percent(each.before_does)}</td>`}</tr>`,
    )}</tbody></table></div></section>`;
}

export function Reasons() {
  const info = useStore((s) => s.info),
    asked = useStore((s) => `${s.question} ${s.choice} ${s.at} ${s.option} ${s.against}`),
    frozen = useStore((s) => s.dragging),
    state = useStore((s) => s.state);
  const shown = shown_choice(store),
    [open, set_open] = useState(""),
    [row, set_row] = useState(ROW),
    order = useRef({});
  const [data, error, ready] = useFollowing(
    "/api/reasons",
    (s, held) => {
      const now = shown_choice(s);
      return (
        now &&
        now.at && {
          state: s.state,
          choice: now.about.choice,
          at: now.at,
          draws: held ? s.info.draws.quick : s.info.draws.full,
          ...(now.option ? { option: now.option } : {}),
          ...(now.against ? { against: now.against } : {}),
        }
      );
    },
    [asked],
    true,
  );
  useEffect(() => set_open(""), [shown?.about.choice]);
  if (!shown) return html`<p>Nobody has a free choice in this case.</p>`;
  if (!shown.at)
    return html`<${Pickers} about=${shown.about} at="" /><p>A person decides in place of ${shown.about.actor_name}, for no reason that the case knows: ${shown.about.held.map((each) => `${each.text} from ${date(each.at)} on`).join(", ")}.</p>`;
  const moved = is_moved(state),
    ordered = data && in_order(data, order.current),
    reason = ordered?.reasons.find((each) => each.reason === open);
  const text = (id) => shown.about.options.find((each) => each.id === id)?.text ?? id;
  const title =
    data &&
    `${shown.about.actor_name}: why ${data.log_odds >= 0 ? "" : "not "}“${text(data.option)}” ${data.log_odds >= 0 ? "and not" : "but"} “${text(data.reference)}”`;
  const was = data?.before_log_odds;
  const odds =
    data &&
    `${digits(Math.exp(Math.abs(data.log_odds)))} to 1 ${data.log_odds >= 0 ? "for" : "against"} “${text(data.option)}”, ${signed(data.log_odds, 2)} log odds`;
  return html`<${Pickers} about=${shown.about} at=${shown.at} data=${data} />
    ${error && html`<p class="notice">${error}</p>`}
    ${ready && !data && !error && html`<p class="soft">Reading the reasons …</p>`}${!ready && html`<p class="soft">The reasons come when the futures are simulated.</p>`}
    ${
      data &&
      html`<section aria-labelledby="reasons-title"><h2 id="reasons-title">${title}</h2>
      <p>${odds}${moved ? ` (before ${was == null ? "the decision did not arise" : signed(was, 2)})` : ""}. <span class="soft">Mean over ${count(data.futures)} futures in which the decision arises. +0.7 log odds about doubles the odds. ${moved ? "Grey outlines: before." : ""}</span></p>
      <${Figure} title=${`${title}, ${date(data.at)}`} head=${html`<p class="legend"><span class="key for-key"></span>for <span class="key against-key"></span>against <span class="key sum-key"></span>together; whiskers: 90 % error of the mean</p>`} className="falls" make=${(box) => new Waterfall(box)} rows=${waterfall_rows}
        data=${{ ...ordered, frozen, placed: set_row, moved: moved && was != null, text: `${title}: ${ordered.reasons.map((each) => `${each.text} ${signed(each.log_odds, 2)}`).join(", ")}; together ${odds}` }}
        overlay=${html`<${Rows} data=${ordered} row=${row} open=${open} onOpen=${set_open} />`} />
      ${reason ? html`<${Reason} each=${reason} moved=${moved} />` : html`<p class="soft">Choose a reason to read who says so.</p>`}</section>
      <${OptionTable} data=${data} moved=${moved} /><${Forecasts} data=${data} moved=${moved} />`
    }
    <${IfThen} choice=${shown?.about.choice} />
    ${ready && html`<${When} />`}`;
}

// What nobody has stated is no reason: it stands after them.
const left_over = (each) => Number(each.kind === "alternative_constant");

// Reasons keep their places while numbers move: sorted once for a choice and a pair of options.
function in_order(data, kept) {
  const key = `${data.choice} ${data.option} ${data.reference}`;
  if (kept.key !== key)
    Object.assign(kept, {
      key,
      places: new Map(
        [...data.reasons]
          .sort((a, b) => left_over(a) - left_over(b) || Math.abs(b.log_odds) - Math.abs(a.log_odds))
          .map((each, k) => [each.reason, k]),
      ),
    });
  return {
    ...data,
    reasons: [...data.reasons].sort((a, b) => (kept.places.get(a.reason) ?? 99) - (kept.places.get(b.reason) ?? 99)),
  };
}
