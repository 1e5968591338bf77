// A hundred futures that one can count.

import { html } from "./preact.js";
import { date } from "./words.js";

const ACROSS = 20,
  STEP = 20,
  RADIUS = 7.5;
const CLASSES = ["yes", "no", "third", "fourth", "fifth", "sixth"];

// Where each future stands, and which answer it has; the first answers come first.
export function placed(hundred) {
  const answers = hundred.flatMap(([, count], k) => Array(count).fill(k));
  return answers.map((kind, n) => ({
    kind,
    x: (n % ACROSS) * STEP + STEP / 2,
    y: Math.floor(n / ACROSS) * STEP + STEP / 2,
  }));
}

export function Hundred({ told }) {
  if (!told.hundred.length) return null;
  const text = told.hundred.map(([label, count]) => `${label} ${count}`).join(", ");
  return html`<figure class="hundred" aria-label="A hundred futures">
    <svg role="img" viewBox=${`0 0 ${ACROSS * STEP} ${(100 / ACROSS) * STEP}`} aria-label=${`Of 100 futures: ${text}`}>
      ${placed(told.hundred).map(({ kind, x, y }, n) => html`<circle key=${n} class=${`future ${CLASSES[kind] ?? "no"}`} cx=${x} cy=${y} r=${RADIUS} />`)}</svg>
    <figcaption>${told.hundred.map(([label, count], k) => html`<span class="entry" key=${label}><span class=${`disc future-key ${CLASSES[k] ?? "no"}`}></span><b>${count}</b> ${label}</span> `)}<span class="soft">of 100 futures, by ${date(told.date)}</span></figcaption></figure>`;
}
