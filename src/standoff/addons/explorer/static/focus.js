// One focus for the whole page: what belongs to the thing under the pointer or the keyboard is marked everywhere.
// Elements say what they are (data-own) and what they rest on (data-links), as words like `claim:ID` or `number:PATH`.

import { listen, set, store } from "./store.js";

const word = (kind) => (id) => `${kind}:${String(id).replaceAll(" ", "_")}`;
export const claim_word = word("claim"),
  number_word = word("number"),
  reason_word = word("reason"),
  stock_word = word("stock"),
  future_word = word("future"),
  choice_word = word("choice"),
  question_word = word("question");

export const linked = (own, links = []) => ({ "data-own": own.join(" "), "data-links": links.join(" ") });

let near = null,
  painted = false,
  asked = false;

const words = (text) => new Set((text ?? "").split(" ").filter(Boolean));
const meet = (one, other) => {
  for (const each of one) if (other.has(each)) return true;
  return false;
};
const target = (element) => (element instanceof Element ? element.closest("[data-own]") : null);

function described(element) {
  return {
    own: element.dataset.own,
    links: element.dataset.links ?? "",
    text: element.dataset.text ?? element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 120),
  };
}

function paint() {
  asked = false;
  const focus = near ?? store.pinned;
  if (!focus && !painted) return;
  const own = words(focus?.own),
    all = new Set([...own, ...words(focus?.links)]);
  for (const element of document.querySelectorAll("[data-own]")) {
    const lit = focus !== null && (meet(words(element.dataset.own), all) || meet(words(element.dataset.links), own));
    if (lit !== element.hasAttribute("data-lit")) element.toggleAttribute("data-lit", lit);
  }
  painted = focus !== null;
  document.body.toggleAttribute("data-focus", painted);
}

export function repaint() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(paint);
}

function preview(element) {
  const next = element ? described(element) : null;
  if (next?.own === near?.own) return;
  near = next;
  repaint();
}

export function release() {
  near = null;
  set({ pinned: null });
}

function pin(element) {
  const next = described(element);
  set({ pinned: store.pinned?.own === next.own ? null : next });
}

export function watch() {
  listen(repaint);
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "touch") preview(target(event.target));
  });
  document.addEventListener("focusin", (event) => preview(target(event.target)));
  document.addEventListener("focusout", () => preview(null));
  document.addEventListener("click", (event) => {
    const element = target(event.target),
      control = event.target.closest?.("button, a, input, select, textarea, summary, label");
    if (element && !element.dataset.opens && (!control || control === element)) pin(element);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) release();
    if (event.key === "Enter" && event.target.dataset?.own && event.target.tagName !== "BUTTON") pin(event.target);
  });
}
