// A part of the page that the server has written, as the report has it.

import { html, useLayoutEffect, useRef } from "./preact.js";

export function Written({ text }) {
  const box = useRef();
  useLayoutEffect(() => {
    box.current.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
  }, [text]);
  return html`<div class="written" ref=${box}></div>`;
}
