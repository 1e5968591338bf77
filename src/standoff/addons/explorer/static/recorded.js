// Recorded forecasts as they moved with the date of the case, beside the best rival and what came.

import { ask } from "./api.js";
import { html, useState } from "./preact.js";
import { Axis, path, ticks, time_ticks, year } from "./scale.js";
import { capital, date, dated, digits, tied, with_unit } from "./words.js";

const WIDTH = 300,
  HEIGHT = 130,
  LEFT = 46,
  RIGHT = 8,
  TOP = 8,
  BOTTOM = 22;

function Moved({ question }) {
  const { points } = question,
    scale = question.is_event ? 100 : 1,
    unit = question.is_event ? "%" : question.unit;
  const drawn = points
    .flatMap(({ said, best, came }) => [...said, best, came].filter((each) => each !== null))
    .map((each) => each * scale);
  const low = question.is_event ? 0 : Math.min(...drawn),
    high = question.is_event ? 100 : Math.max(...drawn),
    [values, decimals] = ticks(low, high, 3);
  const years = points.map((each) => year(each.at)),
    x = new Axis(Math.min(...years), Math.max(...years), LEFT + 8, WIDTH - RIGHT - 8),
    y = new Axis(low, high, HEIGHT - BOTTOM, TOP),
    last = points.at(-1);
  const told = `${with_unit(digits(scale * last.said[1]), unit)} on ${date(last.at)}${last.came === null ? "" : question.is_event ? `; it ${last.came ? "came" : "did not come"}` : `; ${with_unit(digits(last.came), unit)} came`}`;
  return html`<figure class="recorded"><figcaption><b>${question.text}</b><br /><span class="soft">${dated(question.told)}. ${capital(told)}.</span></figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${`${question.text}: ${told}`}>
      ${values.map((value) => html`<g key=${value}><path class="grid" d=${`M${LEFT} ${y.at(value)}H${WIDTH - RIGHT}`} /><text x=${LEFT - 5} y=${y.at(value) + 4} text-anchor="end">${value.toFixed(decimals)}</text></g>`)}
      ${time_ticks(x.low, x.high, 3).map(([value, text]) => html`<text key=${value} x=${x.at(value)} y=${HEIGHT - 5} text-anchor="middle">${text}</text>`)}
      <path class="line" fill="none" d=${path(
        years.map((each) => x.at(each)),
        points.map((each) => y.at(scale * each.said[1])),
      )} />
      ${points.map(
        (
          each,
          k,
        ) => html`<g key=${each.at}><path class="range" d=${`M${x.at(years[k])} ${y.at(scale * each.said[0])}V${y.at(scale * each.said[2])}`} />
        ${each.best !== null && html`<circle class="rival" cx=${x.at(years[k])} cy=${y.at(scale * each.best)} r="3.5" />`}${each.came !== null && html`<circle class="came" cx=${x.at(years[k])} cy=${y.at(scale * each.came)} r="3.5" />`}</g>`,
      )}
    </svg></figure>`;
}

export function Recorded() {
  const [data, set_data] = useState(null);
  const open = (event) => {
    if (event.target.open && !data)
      ask("/api/forecasts").then(set_data, () => set_data({ questions: [], sentence: "" }));
  };
  return html`<details class="recorded-all" onToggle=${open}><summary>Forecasts with time, beside the best rival and what came</summary>
    ${!data && html`<p class="soft">Reading the record …</p>`}
    ${data && !data.questions.length && html`<p class="soft">This case has no record with two forecasts of a question. <code>standoff roll</code> begins one.</p>`}
    ${data?.questions.length > 0 && html`<p>${tied(data.sentence)}</p><p class="soft">Line: the median of the model; bar: its central 90 %; ring: the best rival by its past; dot: what came.</p><div class="recorded-grid">${data.questions.map((each) => html`<${Moved} key=${each.question} question=${each} />`)}</div>`}</details>`;
}
