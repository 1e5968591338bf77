// The frame of a chart: its title, buttons that save it, the chart, and its numbers as a table.

import { html, useLayoutEffect, useRef, useState } from "./preact.js";
import { element } from "./scale.js";
import { copy_picture, save_data, save_picture } from "./save.js";

// `make` draws in a box, and gives an object with show(data) and close(); `rows` gives the numbers behind it, with a head.
export function Figure({ title, head, make, rows, data, className = "", children, overlay, note = "" }) {
  const box = useRef(),
    chart = useRef(),
    [open, set_open] = useState(false);
  useLayoutEffect(() => {
    chart.current = make(box.current);
    return () => chart.current.close();
  }, []);
  useLayoutEffect(() => {
    if (data) chart.current.show(data);
  });
  const picture = () => save_picture(title, box.current.querySelector("svg"), note),
    [copied, set_copied] = useState("");
  const copy = () =>
    copy_picture(title, box.current.querySelector("svg"), note).then(
      () => set_copied("Copied"),
      () => set_copied("This browser copies no pictures"),
    );
  const table = open && data ? rows(data) : [];
  return html`<figure class=${className} aria-label=${title}>
    <div class="head">${head ?? html`<h3>${title}</h3>`}
      <details class="save" onToggle=${(event) => set_open(event.target.open)}><summary aria-label=${`Save or read: ${title}`}>⋯</summary>
        <div class="menu">
          <button type="button" onClick=${picture}>Save picture (SVG)</button>
          <button type="button" onClick=${copy}>${copied || "Copy picture"}</button>
          <button type="button" onClick=${() => save_data(title, rows(data))}>Save data (CSV)</button>
          ${
            table.length > 0 &&
            html`<div class="scroll" tabindex="0" role="region" aria-label=${`Numbers: ${title}`}><table><caption class="hidden">${title}</caption>
            <thead><tr>${table[0].map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
            <tbody>${table.slice(1).map((row) => html`<tr>${row.map((cell, k) => (k ? html`<td>${cell}</td>` : html`<th scope="row">${cell}</th>`))}</tr>`)}</tbody></table></div>`
          }
        </div>
      </details>
    </div>
    <div class="plot"><div class="drawing" ref=${box}></div>${overlay}</div>
    ${children}
  </figure>`;
}

// Draws again when the width of the box changes.
export class Drawing {
  constructor(box, attributes) {
    this.box = box;
    this.svg = element("svg", { role: "img", "aria-label": "chart, not drawn yet", ...attributes });
    box.replaceChildren(this.svg);
    this.width = Math.max(200, Math.round(box.clientWidth || 320));
    this.watcher = new ResizeObserver(() => {
      const width = Math.round(box.clientWidth);
      if (width > 0 && width !== this.width) {
        this.width = width;
        if (this.data) this.draw();
      }
    });
    this.watcher.observe(box);
  }

  show(data) {
    this.data = data;
    this.draw();
  }

  // Height and text of the picture, and its parts where all are drawn anew.
  sized(height, text, parts) {
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${height}`);
    this.svg.setAttribute("aria-label", text);
    if (parts) this.svg.replaceChildren(...parts);
  }

  close() {
    this.watcher.disconnect();
  }
}
