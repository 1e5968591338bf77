// Variants of the case side by side: only what differs, in the same futures and under the same moves.

import { ask } from "./api.js";
import { Fan, fan_rows } from "./fan.js";
import { Figure } from "./figure.js";
import { lost, on_move } from "./moves.js";
import { html, useEffect, useRef, useState } from "./preact.js";
import { is_moved, store, useStore } from "./store.js";
import { capital, question_date } from "./words.js";

const POLL = 1500,
  MOST = 3; // milliseconds while one is opened; columns that a reader compares; assumptions
const SMALL = { ratio: 0.55, least: 130, most: 170, lines: 3 };

const is_running = (each) => !each.open && /^(waits|compiling)/.test(each.stage); // another stage says why it cannot be opened
const is_clear = (each) => each.change !== "no clear change";

function useVariants() {
  const [data, set_data] = useState(null),
    [error, set_error] = useState(""),
    timer = useRef(),
    stop = useRef(),
    ready = useStore((s) => s.info.ready);
  const load = async (name) => {
    clearTimeout(timer.current);
    stop.current?.abort();
    stop.current = new AbortController();
    try {
      const known = await ask("/api/variants", { state: store.state, ...(name ? { name } : {}) }, stop.current.signal);
      set_data(known);
      set_error("");
      if (known.variants.some(is_running)) timer.current = setTimeout(load, POLL);
    } catch (fault) {
      if (fault.status === 0) lost();
      else if (fault.name !== "AbortError") set_error(fault.message);
    }
  };
  const latest = useRef();
  latest.current = load;
  useEffect(() => {
    if (ready) latest.current();
    const off = on_move((held) => {
      if (!held) latest.current();
    });
    return () => {
      off();
      clearTimeout(timer.current);
      stop.current?.abort();
    };
  }, [ready]);
  return [data?.variants ?? null, error, load];
}

function Differences({ shown }) {
  return html`<div class="sides-by-side">${shown.map(
    (each) => html`<section key=${each.name} aria-label=${`What differs: ${each.text}`}><h3>${capital(each.text)}</h3>
    ${each.differs.length ? html`<ul class="differs">${each.differs.map((one) => html`<li key=${one.path}>${one.text ? html`${one.text} <code class="soft">${one.path}</code>` : html`<code>${one.path}</code>`}: <span class="soft">${one.base || "nothing"}</span> <span aria-hidden="true">→</span><span class="hidden">in the case, here</span> ${one.here || "nothing"}</li>`)}</ul>` : html`<p class="soft">No number differs.</p>`}</section>`,
  )}</div>`;
}

function Table({ shown, questions }) {
  const answers = shown.map((each) => new Map(each.answers.map((one) => [one.question, one]))),
    rows = questions.filter((each) => answers.some((one) => one.has(each.id) && is_clear(one.get(each.id))));
  if (!rows.length) return html`<p class="soft">No answer differs clearly.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table of answers that differ"><table class="answers stacked"><thead><tr><th scope="col">question</th><th scope="col" class="n">as open</th>${shown.map((each) => html`<th scope="col" key=${each.name}>${capital(each.text)}</th>`)}</tr></thead>
    <tbody>${rows.map(
      (
        each,
      ) => html`<tr key=${each.id}><th scope="row">${each.text} <span class="soft nobr">${question_date(each)}</span></th><td class="n" data-head="as open">${answers.map((one) => one.get(each.id)).find(Boolean)?.before}</td>
      ${answers.map((one, k) => {
        const answer = one.get(each.id);
        return html`<td key=${k} data-head=${capital(shown[k].text)} class=${answer && is_clear(answer) ? "" : "unclear"}>${answer ? html`<b>${answer.now}</b><br /><span class="soft">${answer.change}</span>` : "–"}</td>`;
      })}</tr>`,
    )}</tbody></table></div>`;
}

// Whether a band or the median of a chart lies elsewhere, by more than a fiftieth of its height.
function differs({ quantiles, before }) {
  if (!before) return false;
  const all = [...quantiles, ...before].flat(),
    height = Math.max(...all) - Math.min(...all);
  return quantiles.some((row, n) => row.some((value, k) => Math.abs(value - before[n][k]) > height / 50));
}

function Fans({ each, info }) {
  const fans = each.fans.filter(differs);
  if (!fans.length) return null;
  return html`<section aria-label=${`Charts that differ: ${each.text}`}><h3>${capital(each.text)}</h3><div class="fans small">${fans.map(
    (fan) => {
      const about = info.stocks.find((one) => one.stock === fan.stock) ?? { name: fan.stock, unit: "" },
        unit = fan.quantiles.length === 1 ? "% of futures" : (fan.unit ?? about.unit),
        title = unit ? `${about.name}, ${unit}` : about.name;
      return html`<${Figure} key=${fan.stock} title=${title} make=${(box) => new Fan(box, SMALL)} rows=${fan_rows} data=${{ ...fan, times: each.times, name: about.name, unit: fan.quantiles.length === 1 ? "%" : unit, as_of: info.as_of }} />`;
    },
  )}</div></section>`;
}

export function Variants() {
  const info = useStore((s) => s.info),
    state = useStore((s) => s.state),
    [variants, error, load] = useVariants(),
    [hidden, set_hidden] = useState({});
  if (!info.variants.length)
    return html`<p>This case has no variants: its section <code>variants</code> names some.</p>`;
  const all = variants ?? info.variants,
    open = all.filter((each) => each.open),
    shown = open.filter((each) => !hidden[each.name]).slice(-MOST),
    opening = all.filter(is_running);
  const compare = (name) => {
    load(name);
    document.getElementById("variants-title").scrollIntoView({ block: "nearest" });
  };
  return html`<section aria-labelledby="variants-title"><h2 id="variants-title">Variants</h2>
      <p class="soft">Each is the same case with other assumptions, in the same futures${is_moved(state) ? " and with what you have moved" : ""}. Opening one simulates it, which takes a moment, and minutes where it must be compiled. Up to ${MOST} stand side by side.</p>
      ${error && html`<p class="notice">${error}</p>`}${opening.map((each) => html`<p key=${each.name} role="status">${capital(each.text)}: ${each.stage} …</p>`)}</section>
    ${
      shown.length > 0 &&
      html`<section aria-labelledby="differs-title"><h2 id="differs-title">What is different in them</h2><${Differences} shown=${shown} /></section>
      <section aria-labelledby="variant-answers-title"><h2 id="variant-answers-title">Answers that differ clearly</h2><${Table} shown=${shown} questions=${info.questions} /></section>
      <section aria-labelledby="variant-charts-title"><h2 id="variant-charts-title">Charts that differ</h2><p class="soft">Grey: the case as it is open here.</p>${shown.map((each) => html`<${Fans} key=${each.name} each=${each} info=${info} />`)}</section>`
    }
    <section aria-labelledby="all-variants-title"><h2 id="all-variants-title">All variants</h2>
      <ul class="variants">${all.map(
        (each) => html`<li key=${each.name}><span>${capital(each.text)}</span>
        ${
          each.open
            ? html`<label class="nobr"><input type="checkbox" checked=${shown.includes(each)} onChange=${(event) => set_hidden({ ...hidden, [each.name]: !event.target.checked })} /> shown</label>`
            : is_running(each)
              ? html`<span class="soft">${each.stage} …</span>`
              : html`${each.stage && html`<span class="fault">${each.stage}</span>`}<button type="button" disabled=${!info.ready} aria-label=${`Compare: ${each.text}`} onClick=${() => compare(each.name)}>Compare</button>`
        }</li>`,
      )}</ul></section>`;
}
