// An answer over the ranges of two levers: a map in squares, with lines where it crosses a twentieth, a fifth and a half.

import { ask } from "./api.js";
import { change } from "./moves.js";
import { html, useEffect, useState } from "./preact.js";
import { mover_of, size } from "./movers.js";
import { store, useStore } from "./store.js";
import { capital, futures, value_text } from "./words.js";

const CELL = 44,
  LEFT = 60,
  BOTTOM = 40,
  LEVELS = [0.05, 0.2, 0.5],
  WORDS = ["5 %", "20 %", "50 %"]; // lines of equal chance; assumptions

// Edges of squares between which a level is crossed.
export function edges(answers, level) {
  const side = answers.length,
    above = (i, j) => answers[i]?.[j] >= level,
    x = (j) => LEFT + j * CELL,
    y = (i) => (side - i) * CELL,
    lines = [];
  for (let i = 0; i < side; i += 1) {
    for (let j = 0; j < side; j += 1) {
      if (j + 1 < side && above(i, j) !== above(i, j + 1)) lines.push(`M${x(j + 1)} ${y(i)}v${-CELL}`);
      if (i + 1 < side && above(i, j) !== above(i + 1, j)) lines.push(`M${x(j)} ${y(i + 1)}h${CELL}`);
    }
  }
  return lines.join("");
}

function Grid({ data, across, up }) {
  const side = data.answers.length,
    most = Math.max(...data.answers.flat(), 0.01),
    shown = (share) => (share < 0.005 ? "<1" : Math.round(100 * share)),
    crossed = LEVELS.map((level) => edges(data.answers, level));
  const set_both = (i, j) =>
    change({ ...store.state, levers: { ...store.state.levers, [across.key]: data.across[j], [up.key]: data.up[i] } });
  return html`<svg viewBox=${`0 0 ${LEFT + side * CELL + 8} ${side * CELL + BOTTOM}`} role="img" aria-label=${`Chance in per cent over ${across.text} and ${up.text}, from ${shown(data.answers[0][0])} to ${shown(data.answers.at(-1).at(-1))}`}>
    <rect class="ground" x=${LEFT} y="0" width=${side * CELL} height=${side * CELL} />
    ${data.answers.flatMap((row, i) =>
      row.map(
        (
          share,
          j,
        ) => html`<g key=${`${i} ${j}`} onClick=${() => set_both(i, j)} style="cursor: pointer"><title>${capital(across.text)} ${value_text(across, data.across[j])}, ${up.text} ${value_text(up, data.up[i])}: ${shown(share)} %</title>
      <rect x=${LEFT + j * CELL} y=${(side - 1 - i) * CELL} width=${CELL} height=${CELL} opacity=${0.08 + (0.82 * share) / most} />
      <text class=${share / most > 0.6 ? "on" : ""} x=${LEFT + (j + 0.5) * CELL} y=${(side - 0.4 - i) * CELL} text-anchor="middle">${shown(share)}</text></g>`,
      ),
    )}
    ${crossed.map((path, k) => path && html`<path class=${`level ${k ? "" : "low"}`} d=${path}><title>${WORDS[k]}</title></path>`)}
    ${[0, side - 1].map((k) => html`<text x=${LEFT + (k + 0.5) * CELL} y=${side * CELL + 16} text-anchor="middle">${value_text(across, data.across[k])}</text><text x=${LEFT - 6} y=${(side - 0.4 - k) * CELL} text-anchor="end">${value_text({}, Number(data.up[k].toPrecision(3)))}</text>`)}
    <text x=${LEFT + (side * CELL) / 2} y=${side * CELL + 34} text-anchor="middle">${capital(across.text)} →</text></svg>
    <p class="soft">${capital(up.text)} upwards. Per cent, ${futures(data.futures)} in each square, the same ones; a click sets both levers. ${crossed.some(Boolean) ? `Lines: where the chance crosses ${WORDS.filter((_, k) => crossed[k]).join(", ")}.` : ""}</p>`;
}

export function TwoLevers() {
  const info = useStore((s) => s.info),
    question = useStore((s) => s.question),
    movers = useStore((s) => s.movers),
    [picked, pick] = useState([]),
    [data, set_data] = useState(null),
    [fault, set_fault] = useState("");
  const asked = info.questions.find((each) => each.id === question),
    effect = (each) => size(mover_of(movers, "levers", each.key), question);
  useEffect(() => {
    set_data(null);
    set_fault("");
  }, [question, picked.join()]);
  if (info.levers.length < 2 || !asked?.is_share) return null;
  const ordered = [...info.levers].sort((one, other) => effect(other) - effect(one)),
    [across, up] = [0, 1].map((k) => info.levers.find((each) => each.key === picked[k]) ?? ordered[k]);
  const select = (k, label, now) =>
    html`<label>${label} <select value=${now.key} onChange=${(event) => pick(k ? [across.key, event.target.value] : [event.target.value, up.key])}>${ordered.map((each) => html`<option key=${each.key} value=${each.key}>${capital(each.text)}</option>`)}</select></label>`;
  const map = async () => {
    set_data({});
    set_fault("");
    try {
      set_data(await ask("/api/lever_map", { across: across.key, up: up.key, question }));
    } catch (error) {
      set_data(null);
      set_fault(error.message);
    }
  };
  return html`<details class="two-levers"><summary><h2>Two levers at once</h2></summary>
    <div class="pickers">${select(0, "Across", across)}${select(1, "Up", up)} <button type="button" disabled=${!info.ready || (data?.answers === undefined && data !== null) || across.key === up.key} onClick=${map}>Map “${asked.text}”</button></div>
    ${fault && html`<p class="fault" role="status">${fault}</p>`}
    ${data && (data.answers ? html`<${Grid} data=${data} across=${across} up=${up} />` : html`<p class="soft" role="status">81 squares are being simulated …</p>`)}</details>`;
}
