// The page: the browser owns the sliders, one request is away at a time, and the latest state wins.

import { Fan, plain } from "./chart.js";

const REST = 250; // milliseconds of rest after which all futures are asked for; assumption, as in docs/explorer.md
const byId = (id) => document.getElementById(id);
const KEY = "standoff-token";

function token() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    localStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname + location.hash.replace(/([#&])token=[^&]*&?/, "$1").replace(/[#&]$/, ""));
  }
  return localStorage.getItem(KEY) ?? "";
}

const headers = { "content-type": "application/json", "x-standoff-token": token() };
let info, base, shown, fans = [], controls = new Map();
let away = false, waiting = null, timer = 0, spoken = 0;
let tries = [{}], place = 0;

async function ask(path, body) {
  const options = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
  const response = await fetch(path, options);
  const data = await response.json();
  if (!response.ok) throw Object.assign(new Error(data.problems.join("; ")), { status: response.status });
  return data;
}

function notice(text) {
  byId("notice").textContent = text;
  byId("notice").hidden = !text;
}

// -- state ------------------------------------------------------------------------------------------------------------

const state = () => Object.fromEntries([...controls].filter(([, each]) => each.moved).map(([name, each]) => [name, each.value]));

function read_address() {
  const text = new URLSearchParams(location.hash.slice(1)).get("levers") ?? "";
  const pairs = text.split(",").filter(Boolean).map((pair) => pair.split("="));
  return Object.fromEntries(pairs.filter(([name, value]) => controls.has(name) && Number.isFinite(Number(value))).map(([name, value]) => [name, Number(value)]));
}

function write_address(levers, push) {
  const text = Object.entries(levers).map(([name, value]) => `${name}=${value}`).join(",");
  const address = text ? `#levers=${text}` : location.pathname;
  if (push) history.pushState(null, "", address); else history.replaceState(null, "", address);
}

function set_state(levers) {
  for (const [name, each] of controls) each.set(name in levers ? levers[name] : each.lever.now, name in levers);
  request(info.draws.full);
}

function rest() {
  const levers = state(), same = JSON.stringify(levers) === JSON.stringify(tries[place]);
  for (const fan of fans) fan.frozen = false;
  if (!same) {
    tries = [...tries.slice(0, place + 1), levers];
    place += 1;
    write_address(levers, true);
  }
  buttons();
  request(info.draws.full);
}

function go(step) {
  if (!(place + step in tries)) return;
  place += step;
  write_address(tries[place], false);
  set_state(tries[place]);
  buttons();
}

function buttons() {
  byId("undo").disabled = place === 0;
  byId("redo").disabled = place === tries.length - 1;
  byId("reset").disabled = !Object.keys(state()).length;
}

// -- requests: one away, the newest waits ------------------------------------------------------------------------------

function request(draws) {
  waiting = { levers: state(), draws };
  if (!away && base) send();
}

async function send() {
  const body = waiting;
  waiting = null;
  away = true;
  try {
    const move = await ask("/api/move", body);
    notice("");
    if (!waiting || waiting.draws === info.draws.quick) show(move);
  } catch (error) {
    notice(error.status ? error.message : "The server is gone: start `standoff open` again. What is shown stays.");
  }
  away = false;
  if (waiting) send();
}

// -- levers -----------------------------------------------------------------------------------------------------------

class Control {
  constructor(lever) {
    Object.assign(this, { lever, value: lever.now, moved: false });
    this.box = document.createElement("div");
    this.box.className = "lever";
    const label = document.createElement("label"), row = document.createElement("div"), strip = document.createElement("div");
    label.textContent = lever.unit ? `${lever.text} (${lever.unit})` : lever.text;
    label.htmlFor = `lever-${lever.name}`;
    row.className = "row";
    strip.className = "strip";
    this.range = Object.assign(document.createElement("input"), { type: "range", id: label.htmlFor, min: lever.low, max: lever.high });
    this.range.step = (lever.high - lever.low) / 100;
    this.field = Object.assign(document.createElement("input"), { type: "text", inputMode: "decimal" });
    this.field.setAttribute("aria-label", `${lever.text}, value`);
    this.back = Object.assign(document.createElement("button"), { type: "button", textContent: "↺" });
    this.back.setAttribute("aria-label", `Reset: ${lever.text}`);
    const share = (value) => `${100 * Math.min(Math.max((value - lever.low) / (lever.high - lever.low), 0), 1)}%`;
    const band = document.createElement("b"), tick = document.createElement("u");
    band.style.left = share(lever.believed[0]);
    band.style.width = `calc(${share(lever.believed[1])} - ${share(lever.believed[0])})`;
    tick.style.left = share(lever.now);
    strip.title = `now ${this.text(lever.now)}; believed ${this.text(lever.believed[0])} to ${this.text(lever.believed[1])}`;
    strip.append(band, tick);
    const scale = document.createElement("div");
    scale.append(this.range, strip);
    row.append(scale, this.field, this.back);
    this.box.append(label, row, this.about());
    this.range.addEventListener("input", () => this.drag(Number(this.range.value)));
    this.range.addEventListener("change", () => settle());
    this.field.addEventListener("change", () => this.typed());
    this.back.addEventListener("click", () => { this.set(lever.now, false); settle(); });
    this.set(lever.now, false);
  }

  text(value) { return plain(value, Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2); }

  set(value, moved) {
    Object.assign(this, { value, moved });
    this.range.value = value;
    this.field.value = String(Number(value.toPrecision(4)));
    this.range.setAttribute("aria-valuetext", `${this.text(value)} ${this.lever.unit}`.trim());
    this.box.classList.toggle("moved", moved);
    this.back.hidden = !moved;
  }

  drag(value) {
    for (const fan of fans) fan.frozen = true;
    this.set(Number(value.toPrecision(4)), true);
    request(info.draws.quick);
    clearTimeout(timer);
    timer = setTimeout(rest, REST);
  }

  typed() {
    const value = Number(this.field.value.replace("−", "-").replace(",", "."));
    if (!Number.isFinite(value) || value < this.lever.low || value > this.lever.high || this.field.value.trim() === "") {
      notice(`${this.lever.text}: a number from ${this.text(this.lever.low)} to ${this.text(this.lever.high)} ${this.lever.unit}`);
      this.set(this.value, this.moved);
      return;
    }
    notice("");
    this.set(value, true);
    settle();
  }

  about() {
    const details = document.createElement("details"), summary = document.createElement("summary"), body = document.createElement("div");
    summary.textContent = "what it is, and who says so";
    body.className = "soft";
    details.append(summary, body);
    details.addEventListener("toggle", () => { if (details.open && !body.childNodes.length) this.sources(body); });
    return details;
  }

  async sources(body) {
    const { lever } = this, line = document.createElement("p");
    line.textContent = `${lever.target}: ${this.text(lever.now)} ${lever.unit}, believed ${this.text(lever.believed[0])} to ${this.text(lever.believed[1])}. ` +
      `Rests on ${lever.sources.join(", ") || "nothing"}.`;
    body.append(line);
    for (const name of lever.sources) {
      try {
        const claim = await ask(`/api/claims/${encodeURIComponent(name)}`), quote = document.createElement("blockquote");
        quote.textContent = `${claim.statement} — ${claim.speaker} (${claim.side}), ${claim.published}. ${claim.title}`;
        body.append(quote);
      } catch (error) {
        if (error.status !== 404) throw error; // a published work or an assumption
      }
    }
  }
}

function settle() {
  clearTimeout(timer);
  rest();
}

// -- picture ----------------------------------------------------------------------------------------------------------

function show(move) {
  shown = move;
  const main = move.answers[0], moved = Object.keys(move.levers).length > 0;
  byId("now").textContent = main.now;
  byId("word").textContent = main.word;
  byId("bar").hidden = main.share === null;
  byId("bar-now").style.width = `${100 * (main.share ?? 0)}%`;
  byId("bar-before").style.width = `${100 * (main.share_before ?? 0)}%`;
  byId("beside").textContent = moved ? beside(main, move) : `${move.draws.toLocaleString("en")} futures, none of the levers moved`;
  for (const [k, fan] of fans.entries()) fan.show(move.fans[k]);
  show_options(move);
  show_answers(move, moved);
  byId("command").textContent = command(move);
  byId("sentence").textContent = sentence(main, move);
  clearTimeout(spoken);
  spoken = setTimeout(() => { byId("spoken").textContent = `${main.now}, ${moved ? `before ${main.before}, ${main.change}` : "no lever moved"}`; }, 600);
}

function beside(main, move) {
  const turned = main.turned && (main.turned[0] || main.turned[1])
    ? `; of ${move.draws.toLocaleString("en")} futures ${main.turned[0]} turned to yes, ${main.turned[1]} to no` : `; ${move.draws.toLocaleString("en")} futures`;
  return `before ${main.before}, ${main.change}${turned}`;
}

function show_options(move) {
  const index = Math.max(0, byId("choice").selectedIndex), now = move.choices[index], before = base.choices[index];
  if (!now) return;
  const last = move.times.length - 1;
  byId("options").replaceChildren(...now.options.map((name, k) => {
    const row = document.createElement("div"), label = document.createElement("span"), track = document.createElement("div");
    const bar = document.createElement("i"), tick = document.createElement("u"), value = document.createElement("span");
    const [is, was] = [now.shares[k][last], before.shares[k][last]];
    row.className = "option";
    track.className = "track";
    label.textContent = name;
    bar.style.width = `${100 * is}%`;
    tick.style.left = `calc(${100 * was}% - 1px)`;
    value.textContent = is === was ? `${plain(100 * is, 1)} %` : `${plain(100 * was, 1)} → ${plain(100 * is, 1)} %`;
    track.append(bar, tick);
    row.append(label, track, value);
    return row;
  }));
}

function show_answers(move, moved) {
  const clear = (each) => each.change !== "no clear change";
  const rows = moved ? [...move.answers].sort((a, b) => clear(b) - clear(a)) : move.answers;
  byId("answers").replaceChildren(...rows.map((each) => {
    const row = document.createElement("tr"), head = document.createElement("th");
    head.scope = "row";
    head.textContent = `${each.text} (${each.date})`;
    row.append(head, ...[each.before, moved ? each.now : "", moved ? each.change : ""].map((text) => Object.assign(document.createElement("td"), { textContent: text })));
    row.className = moved && !clear(each) ? "quiet" : "";
    return row;
  }));
}

function command(move) {
  const sets = Object.entries(move.levers).map(([name, value]) => ` --set ${name}=${value}`).join("");
  return `standoff run ${info.case}${info.variant ? ` --variant ${info.variant}` : ""}${sets} --draws ${move.draws} --seed ${move.seed}`;
}

function sentence(main, move) {
  const parts = Object.entries(move.levers).map(([name, value]) => {
    const { lever } = controls.get(name);
    return `${lever.text} at ${value}${lever.unit ? ` ${lever.unit}` : ""} instead of ${Number(lever.now.toPrecision(3))}`;
  });
  const what = parts.length ? `With ${parts.join(" and ")} from ${info.as_of} on: ${main.before} → ${main.now}, ${main.change}` : `As it stands: ${main.now}`;
  return `${main.text} ${what} (${move.draws.toLocaleString("en")} futures, seed ${move.seed}).`;
}

// -- start ------------------------------------------------------------------------------------------------------------

function start() {
  document.title = `${info.title} · standoff`;
  byId("title").textContent = info.title;
  byId("origin").textContent = `${info.case}${info.variant ? `, variant ${info.variant}` : ""} · as of ${info.as_of} · case ${info.model.slice(0, 8)}`;
  byId("question").textContent = `${info.question} (${info.date})`;
  byId("since").textContent = info.as_of;
  for (const lever of info.levers) controls.set(lever.name, new Control(lever));
  byId("levers").replaceChildren(...[...controls.values()].map((each) => each.box));
  if (!info.levers.length) byId("levers").textContent = "This case has no levers: section `levers` of the scenario names some.";
  const given = info.shipped[info.main];
  if (given && info.is_share) {
    byId("now").textContent = `${plain(100 * given[0], 1)} %`;
    byId("beside").textContent = "as shipped with the case; the futures are being simulated";
  }
  buttons();
}

async function warm() {
  info = await ask("/api/case");
  start();
  const begun = Date.now();
  while (!info.ready && !info.problems.length) {
    notice(`The futures are being simulated (${Math.round((Date.now() - begun) / 1000)} s; minutes the first time, while programs are compiled). A lever can be moved already.`);
    await new Promise((done) => setTimeout(done, 700));
    info = { ...info, ...(await ask("/api/case")) };
  }
  if (info.problems.length) { notice(info.problems.map((each) => each.what).join("; ")); return; }
  base = await ask("/api/move", { levers: {}, draws: info.draws.full });
  notice("");
  fans = base.fans.map((fan) => new Fan(fan, base.times));
  byId("fans").replaceChildren(...fans.map((fan) => fan.figure));
  byId("choice").replaceChildren(...base.choices.map((each) => Object.assign(document.createElement("option"), { textContent: `${each.actor}: ${each.text}` })));
  byId("choice").selectedIndex = Math.max(0, base.choices.findIndex((each) => each.choice === info.choice));
  show(base);
  const levers = { ...read_address(), ...state() };
  if (Object.keys(levers).length) {
    tries = [{}, levers];
    place = 1;
    set_state(levers);
  }
  buttons();
}

byId("undo").addEventListener("click", () => go(-1));
byId("redo").addEventListener("click", () => go(1));
byId("reset").addEventListener("click", () => { for (const each of controls.values()) each.set(each.lever.now, false); settle(); });
byId("choice").addEventListener("change", () => { if (shown) show_options(shown); });
addEventListener("popstate", () => { if (base) set_state(read_address()); });
addEventListener("keydown", (event) => {
  if (event.target instanceof HTMLInputElement && event.target.type === "text") return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "u") go(-1);
  if (event.key === "U") go(1);
});

warm().catch((error) => notice(error.status ? error.message : "The server is gone: start `standoff open` again."));
