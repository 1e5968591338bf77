// Numbers, dates and states in words; the same state as a command, as Python and as a sentence.

import { controls, is_moved, store } from "./store.js";

const MINUS = "−";
export const DISPUTES = {
  aside: "set aside",
  doubt: "doubted",
  false_low: "assumed false (low end)",
  false_high: "assumed false (high end)",
};

export function plain(value, decimals) {
  const shown = Math.abs(value) < 0.5 * 10 ** -decimals ? 0 : value;
  if (decimals > 6) return shown ? Number(shown.toPrecision(2)).toExponential().replaceAll("-", MINUS) : "0";
  return shown
    .toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    .replace("-", MINUS);
}

// Three significant digits, as charts have them.
export function digits(value, count = 3) {
  if (value === null || value === undefined) return "–";
  if (value === 0) return "0";
  const size = Math.floor(Math.log10(Math.abs(value))) + 1;
  if (size < -3) return value.toExponential(1).replace("-", MINUS);
  return Number(value.toPrecision(count))
    .toLocaleString("en", { maximumFractionDigits: Math.max(0, count - size) })
    .replace("-", MINUS);
}

export const signed = (value, decimals) =>
  value >= 0.5 * 10 ** -decimals ? `+${plain(value, decimals)}` : plain(value, decimals);
export const percent = (share) =>
  share > 0 && share < 0.005
    ? "<\u00a01\u00a0%"
    : share > 0.995 && share < 1
      ? ">\u00a099\u00a0%"
      : `${plain(100 * share, 0)}\u00a0%`;
export const RARE = 0.1; // a chance that is worth a word; assumption
// A chance that one can count: 1 in 9, 7 in 10.
export const odds = (p) =>
  p < 0.005
    ? "less than 1 in 100"
    : p > 0.95
      ? "almost sure"
      : p < 0.25
        ? `1 in ${Math.round(1 / p)}`
        : `${Math.round(10 * p)} in 10`;
export const tied = (text) => text.replace(/(\d) (?=(%|points?\b))/g, "$1\u00a0"); // a number and its sign stay on one line
export const count = (value) => value.toLocaleString("en");
export const with_unit = (value, unit) => (unit === "%" ? `${value} %` : unit ? `${value} ${unit}` : value);
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
export const futures = (n) => (n === 1 ? "1 future" : `${count(n)} futures`);

// The command that serves this page again, on its port.
export function open_command(info) {
  const port = location.port === "8765" ? "" : ` --port ${location.port}`,
    variant = info.variant ? ` --variant ${quoted(info.variant)}` : "";
  return `standoff open ${quoted(info.case)}${variant}${(info.holds ?? []).map((each) => ` --hold ${quoted(each)}`).join("")}${port}`;
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

// "2025-12" -> "December 2025"; other labels as they are.
export function date(label) {
  const found = /^(\d{4})-(\d\d)(?:-(\d\d))?$/.exec(label ?? "");
  if (!found || !MONTHS[found[2] - 1]) return label ?? "";
  return `${found[3] ? `${Number(found[3])} ` : ""}${MONTHS[found[2] - 1]} ${found[1]}`;
}

export const on = (label) => `${label?.length > 7 ? "on" : "in"} ${date(label)}`;

// A text with its dates in words.
export const dated = (text) => (text ?? "").replace(/\b\d{4}-\d\d(-\d\d)?\b/g, date);

// The date of a question, unless its own words name the year.
export const question_date = (question) =>
  question.text.includes(question.date.slice(0, 4)) ? "" : date(question.date);

export const known = (name, part) =>
  store.info
    ? [...controls(store.info), ...(store.found ?? [])].find((each) => each.key === name && each.part === part)
    : undefined;

export function value_text(control, value) {
  return typeof value === "number" ? with_unit(digits(value, 4), control?.unit) : String(value);
}

// One line for each thing that is moved.
export function changes(state) {
  const numbers = ["levers", "beliefs"].flatMap((part) =>
    Object.entries(state[part]).map(([name, value]) => {
      const control = known(name, part),
        was = control && control.now !== null ? ` instead of ${value_text(control, control.now)}` : "";
      return {
        part,
        name,
        title: control?.text ?? name,
        text: `${control?.text ?? name} at ${value_text(control, value)}`,
        was,
      };
    }),
  );
  const held = Object.entries(state.holds).map(([name, option]) => {
    const about = store.info?.choices.find((each) => each.choice === name),
      title = `${about?.actor_name ?? name}: ${about?.options.find((each) => each.id === option)?.text ?? option}`;
    return { part: "holds", name, title, text: `${title}, from now on`, was: "" };
  });
  return [
    ...numbers,
    ...held,
    ...Object.entries(state.claims).map(([name, word]) => {
      const title = store.seen[name] ? `the claim of ${store.seen[name]}` : `the claim ${name}`;
      return { part: "claims", name, title, text: `${title} ${DISPUTES[word]}`, was: "" };
    }),
  ];
}

export function sentence(move, question) {
  const answer = move.answers.find((each) => each.question === question.id),
    info = store.info;
  const parts = changes(move.state).map((each) => each.text + each.was);
  const what = parts.length
    ? `With ${list(parts)}: ${answer.before} → ${answer.now}, ${answer.change}`
    : `As the case stands: ${answer.now}`;
  return `${question.text} ${what} (${info.case}${info.variant ? `, variant ${info.variant}` : ""}, ${futures(move.draws)}, seed ${move.seed}).`;
}

export const list = (parts) =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

const quoted = (text) => (/^[\w./@:=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

// Null where one command cannot say it: levers and beliefs act from different dates, and claims have no option.
export function command(move) {
  const { levers, beliefs, holds: set_holds, claims } = move.state,
    info = store.info;
  const one = Object.keys(levers).length,
    other = Object.keys(beliefs).length;
  if (Object.keys(claims).length || (one && other)) return null;
  const written = (name, part, value) =>
    part === "beliefs" && typeof value === "number" && known(name, part)?.unit
      ? `${value} ${known(name, part).unit}`
      : value;
  const sets = [
    ["levers", levers],
    ["beliefs", beliefs],
  ]
    .flatMap(([part, values]) =>
      Object.entries(values).map(([name, value]) => ` --set ${quoted(`${name}=${written(name, part, value)}`)}`),
    )
    .join("");
  const variant = info.variant ? ` --variant ${quoted(info.variant)}` : "";
  const holds = [
    ...(info.holds ?? []),
    ...Object.entries(set_holds).map(([name, option]) => `${name}=${option}@${info.first}`),
  ]
    .map((each) => ` --hold ${quoted(each)}`)
    .join("");
  return `standoff run ${quoted(info.case)}${variant}${holds}${sets}${other ? " --since start" : ""} --draws ${move.draws} --seed ${move.seed}`;
}

const python_value = (value) => (typeof value === "number" ? String(value) : JSON.stringify(value));
const python_part = (part) =>
  `{${Object.entries(part)
    .map(([name, value]) => `${JSON.stringify(name)}: ${python_value(value)}`)
    .join(", ")}}`;

// Options that a person sets, from the form of `--hold` to that of `load`.
function python_held(holds) {
  const out = {};
  for (const [, choice, option, month] of holds.map((each) => /^(.*?)=(.*)@(.*)$/.exec(each)))
    (out[choice] ??= {})[month] = option;
  return Object.keys(out).length ? JSON.stringify(out).replaceAll('":', '": ').replaceAll(',"', ', "') : "";
}

export function python(move) {
  const info = store.info,
    held = python_held(info.holds ?? []),
    variant = `${info.variant ? `, variant=${JSON.stringify(info.variant)}` : ""}${held && `, held=${held}`}`;
  const state = Object.keys(move.state)
    .filter((part) => Object.keys(move.state[part] ?? {}).length)
    .map((part) => `"${part}": ${python_part(move.state[part])}`)
    .join(", ");
  return [
    "from standoff import build, load",
    "from standoff.addons.explorer.explorer import Explorer",
    "from standoff.addons.explorer.state import ExplorerState",
    "",
    `explorer = Explorer.open(build(*load(${JSON.stringify(info.case)}${variant})))`,
    `move = explorer.move(ExplorerState(**{${state}}), ${move.draws})`,
    'print(*(move["answers"][0][key] for key in ("before", "now", "change")))',
  ].join("\n");
}

export function spoken(move, question) {
  const answer = move.answers.find((each) => each.question === question.id);
  const [yes, no] = answer.turned ?? [0, 0],
    turns = yes || no ? `; ${count(yes)} of ${futures(move.draws)} turned to yes, ${count(no)} to no` : "";
  return `${question.text} ${is_moved(move.state) ? `${answer.now}, before ${answer.before}; difference ${answer.change}${turns}` : `${answer.now}; nothing is moved`}.`;
}
