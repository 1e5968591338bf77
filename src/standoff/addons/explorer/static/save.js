// Save a chart as a picture (SVG with its colours) or its numbers (CSV).

import { ask } from "./api.js";
import { is_moved, set, store } from "./store.js";
import { changes, date, futures, list } from "./words.js";

const LETTER = 5.4,
  LINE = 13,
  SCALE = 2; // of the small type: width and height in pixels; pixels of a copy for one of the page
const STYLES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
];

function download(name, type, text) {
  const link = Object.assign(document.createElement("a"), {
    href: URL.createObjectURL(new Blob([text], { type })),
    download: name,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export const file_name = (title) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60) || "chart";

// A text that a spreadsheet would take for a formula begins with an apostrophe.
function quoted(cell) {
  const text = typeof cell === "string" && /^[=+@\t\r-]/.test(cell) ? `'${cell}` : String(cell ?? "");
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function save_data(title, rows) {
  download(`${file_name(title)}.csv`, "text/csv", `${rows.map((row) => row.map(quoted).join(",")).join("\n")}\n`);
}

// Whose numbers these are, for what stands under a picture.
export function source_line() {
  const { info, move } = store;
  return `${info.title}. Knowledge of ${date(info.as_of)}${move ? `; ${futures(move.draws)}, seed ${move.seed}` : ""}. standoff, case ${info.case} (${info.model.slice(0, 8)})${move && is_moved(move.state) ? `, with ${list(changes(move.state).map((each) => each.text))}` : ""}`;
}

// The chart with its title, a line on what is shown, and its source and date.
function picture(title, svg, note) {
  const copy = svg.cloneNode(true),
    from = [svg, ...svg.querySelectorAll("*")],
    to = [copy, ...copy.querySelectorAll("*")];
  for (const [k, each] of from.entries()) {
    const style = getComputedStyle(each);
    for (const name of STYLES) to[k].setAttribute(name, style.getPropertyValue(name));
    for (const name of ["class", "tabindex", "role"]) to[k].removeAttribute(name);
  }
  const box = svg.viewBox.baseVal,
    space = "http://www.w3.org/2000/svg",
    style = getComputedStyle(document.body),
    letters = Math.floor(box.width / LETTER);
  const below = [note, source_line()].filter(Boolean).flatMap((text) => wrapped(text, letters)),
    above = wrapped(title, Math.floor(letters * 0.75)),
    top = 8 + 17 * above.length,
    bottom = 10 + LINE * below.length;
  const make = (name, attributes, text) => {
    const out = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) out.setAttribute(key, value);
    if (text) out.textContent = text;
    return out;
  };
  const words = { x: 4, fill: style.color, "font-family": "sans-serif" };
  copy.prepend(
    make("rect", { x: 0, y: -top, width: box.width, height: box.height + top + bottom, fill: style.backgroundColor }),
    ...above.map((text, k) =>
      make("text", { ...words, y: -top + 16 + 17 * k, "font-size": 14, "font-weight": 600 }, text),
    ),
    ...below.map((text, k) => make("text", { ...words, y: box.height + 14 + LINE * k, "font-size": 10 }, text)),
  );
  copy.setAttribute("xmlns", space);
  copy.setAttribute("viewBox", `0 ${-top} ${box.width} ${box.height + top + bottom}`);
  copy.setAttribute("width", box.width);
  copy.setAttribute("height", box.height + top + bottom);
  return { text: new XMLSerializer().serializeToString(copy), width: box.width, height: box.height + top + bottom };
}

// A text in lines of so many letters.
export function wrapped(text, letters) {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1) && lines.at(-1).length + word.length >= letters) lines.push(word);
    else lines.push(`${lines.pop()} ${word}`.trim());
  }
  return lines;
}

export const save_picture = (title, svg, note) =>
  download(`${file_name(title)}.svg`, "image/svg+xml", picture(title, svg, note).text);

// The same as pixels, for a page of another program.
export async function copy_picture(title, svg, note) {
  const { text, width, height } = picture(title, svg, note),
    image = new Image(),
    canvas = Object.assign(document.createElement("canvas"), { width: SCALE * width, height: SCALE * height });
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
}

const POLL = 2000; // milliseconds between questions whether the file is there; assumption

// The present state as one file to hand on, which the server makes.
export async function hand_on() {
  const { state, info } = store;
  let page = "";
  set({ sharing: true });
  try {
    while (!page) {
      ({ page } = await ask("/api/share", { state }));
      if (!page) await new Promise((go_on) => setTimeout(go_on, POLL));
    }
    download(`${file_name(info.case)}.html`, "text/html", page);
  } catch (error) {
    set({ notice: { kind: "share", text: error.message } });
  }
  set({ sharing: false });
}
