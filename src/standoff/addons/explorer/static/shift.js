// One lever at both ends of its range, or one variant, beside the answer as it stands.

import d3 from "./vendor/d3.js";
import { html } from "./preact.js";
import { tied } from "./words.js";

const WIDTH = 200,
  HEIGHT = 22;

export function Shift({ item, told, most }) {
  const x = d3.scaleLinear([0, most || 1], [8, WIDTH - 8]),
    base = told.share ?? 0,
    middle = HEIGHT / 2;
  const places = item.sizes.map((size) => x(Math.min(Math.max(base + size, 0), most))),
    player = told.by_code[item.actor];
  const ends = item.ends.map(([setting, answer]) => `${setting ? `at ${setting}: ` : ""}${answer}`);
  return html`<li class="shift"><p>${player && html`<span class=${`disc side-${player.colour}`} title=${player.name}></span> `}${item.kind === "variant" && html`<span class="term">variant</span> `}${item.text.charAt(0).toUpperCase()}${item.text.slice(1)}</p>
    ${
      told.share !== null &&
      html`<svg role="img" viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} aria-label=${`The answer ${ends.join(", ")}`}><path class="grid" d=${`M${x(0)} ${middle}H${x(most || 1)}`} /><path class="span" d=${`M${d3.min([...places, x(base)]).toFixed(1)} ${middle}H${d3.max([...places, x(base)]).toFixed(1)}`} /><path class="base" d=${`M${x(base).toFixed(1)} 2V${HEIGHT - 2}`} />
      ${places.map((place, k) => html`<circle class=${`end ${item.sizes[k] < 0 ? "" : "up"}`} cx=${place.toFixed(1)} cy=${middle} r="5.5" />`)}</svg>`
    }
    <p class="soft n">${item.now && html`now ${item.now} · `}${ends.map((each, k) => html`${k ? " · " : ""}<span class="nobr">${tied(each)}</span>`)}</p></li>`;
}
