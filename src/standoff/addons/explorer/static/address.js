// The state of the page in the address: readable, editable by hand, never with a token.

import { EMPTY, store } from "./store.js";

const WORDS = ["aside", "doubt", "false_low", "false_high"];
const VIEW = ["screen", "question", "choice", "at", "option", "against", "claim"];

const plain = (text) =>
  encodeURIComponent(text).replace(/%(2C|3A|2F|40|5B|5D)/g, (code) =>
    code === "%2C" || code === "%3A" ? code : decodeURIComponent(code),
  );
const pairs = (part) =>
  Object.entries(part)
    .map(([name, value]) => `${plain(name)}:${plain(String(value))}`)
    .join(",");

function unpaired(text, valid) {
  const out = {};
  for (const pair of (text ?? "").split(",").filter(Boolean)) {
    const [name, value] = pair.split(/[:=]/).map(decodeURIComponent);
    if (value !== undefined && value !== "" && valid(value))
      out[name] = Number.isFinite(Number(value)) ? Number(value) : value;
  }
  return out;
}

export function address() {
  const { info, state, charts } = store;
  if (!info) return location.hash;
  const parts = [["case", plain(info.case)]];
  if (info.variant) parts.push(["variant", plain(info.variant)]);
  for (const part of Object.keys(EMPTY))
    if (Object.keys(state[part] ?? {}).length) parts.push([part, pairs(state[part])]);
  const usual = { screen: "story", question: info.main };
  for (const name of VIEW) if (store[name] && store[name] !== usual[name]) parts.push([name, plain(store[name])]);
  if (store.future !== null && store.screen === "futures") parts.push(["future", store.future]);
  if (charts.join() !== info.shown.join()) parts.push(["charts", charts.map(plain).join(",")]);
  parts.push(["seed", info.seed], ["draws", store.move?.draws ?? info.draws.full], ["model", info.model.slice(0, 8)]);
  return `#${parts.map(([name, value]) => `${name}=${value}`).join("&")}`;
}

export function read_address() {
  const raw = Object.fromEntries(
    location.hash
      .slice(1)
      .split("&")
      .filter(Boolean)
      .map((pair) => {
        const cut = pair.indexOf("=");
        return cut < 0 ? [pair, ""] : [pair.slice(0, cut), pair.slice(cut + 1)];
      }),
  );
  const text = (name) => {
    try {
      return decodeURIComponent(raw[name] ?? "");
    } catch {
      return "";
    }
  };
  const parsed = (name, valid) => {
    try {
      return unpaired(raw[name], valid);
    } catch {
      return {};
    }
  };
  const view = Object.fromEntries(VIEW.filter((name) => raw[name]).map((name) => [name, text(name)]));
  if (/^\d+$/.test(raw.future ?? "")) view.future = Number(raw.future);
  if (raw.charts) view.charts = text("charts").split(",");
  const state = {
    ...EMPTY,
    levers: parsed("levers", () => true),
    beliefs: parsed("beliefs", (value) => Number.isFinite(Number(value))),
    holds: parsed("holds", () => true),
    claims: parsed("claims", (value) => WORDS.includes(value)),
  };
  return { state, view, model: text("model"), case: text("case"), variant: text("variant") };
}

// Moves push an entry when they come to rest, so that Back undoes; everything else replaces it.
export function write_address(push = false) {
  const place = push ? store.place + 1 : store.place,
    entry = { place, trial: store.trial };
  if (push) {
    history.pushState(entry, "", address());
    Object.assign(store, { place, last: place });
    sessionStorage.setItem("standoff-last", place);
  } else history.replaceState(entry, "", address());
}
