// Save a chart as a picture (SVG with its colours) or its numbers (CSV).

const STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity", "font-family", "font-size", "font-weight"];

function download(name, type, text) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export const file_name = (title) => title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60) || "chart";

// A text that a spreadsheet would take for a formula begins with an apostrophe.
function quoted(cell) {
  const text = typeof cell === "string" && /^[=+@\t\r-]/.test(cell) ? `'${cell}` : String(cell ?? "");
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function save_data(title, rows) {
  download(`${file_name(title)}.csv`, "text/csv", `${rows.map((row) => row.map(quoted).join(",")).join("\n")}\n`);
}

export function save_picture(title, svg) {
  const copy = svg.cloneNode(true), from = [svg, ...svg.querySelectorAll("*")], to = [copy, ...copy.querySelectorAll("*")];
  for (const [k, each] of from.entries()) {
    const style = getComputedStyle(each);
    for (const name of STYLES) to[k].setAttribute(name, style.getPropertyValue(name));
    for (const name of ["class", "tabindex", "role"]) to[k].removeAttribute(name);
  }
  const box = svg.viewBox.baseVal, top = 24, space = "http://www.w3.org/2000/svg";
  const paper = document.createElementNS(space, "rect"), head = document.createElementNS(space, "text"), style = getComputedStyle(document.body);
  for (const [name, value] of Object.entries({ x: 0, y: -top, width: box.width, height: box.height + top, fill: style.backgroundColor })) paper.setAttribute(name, value);
  for (const [name, value] of Object.entries({ x: 4, y: -8, fill: style.color, "font-family": "sans-serif", "font-size": 13, "font-weight": 600 })) head.setAttribute(name, value);
  head.textContent = title;
  copy.prepend(paper, head);
  copy.setAttribute("xmlns", space);
  copy.setAttribute("viewBox", `0 ${-top} ${box.width} ${box.height + top}`);
  copy.setAttribute("width", box.width);
  copy.setAttribute("height", box.height + top);
  download(`${file_name(title)}.svg`, "image/svg+xml", new XMLSerializer().serializeToString(copy));
}
