// Recorded forecasts as they moved with the date of the case, beside the best rival and what came, as the report draws them.

import { ask } from "./api.js";
import { html, useState } from "./preact.js";
import { Written } from "./written.js";

export function Recorded() {
  const [text, set_text] = useState(null);
  const open = (event) => {
    if (event.target.open && text === null)
      ask("/api/forecasts").then(
        (data) => set_text(data.written),
        () => set_text(""),
      );
  };
  return html`<details class="recorded" onToggle=${open}><summary>Forecasts with time, beside the best rival and what came</summary>
    ${text === null ? html`<p class="soft">Reading the record …</p>` : html`<${Written} text=${text} />`}</details>`;
}
