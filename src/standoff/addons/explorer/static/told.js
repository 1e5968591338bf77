// The front screen: the standoff told, as the server and the report write it. It ships with the case and needs no engine.

import { Answer } from "./answer.js";
import { ask } from "./api.js";
import { html, useEffect } from "./preact.js";
import { Recorded } from "./recorded.js";
import { open_claim } from "./source.js";
import { is_moved, set, store, useStore } from "./store.js";
import { Written } from "./written.js";

export async function load_story() {
  set({ told: await ask("/api/overview") });
}

// Links of the story, also while the case is being read: a claim has its page, an actor its card.
export function follow(event) {
  const link = event.target.closest?.(".story a[href^='#']");
  if (!link) return;
  event.preventDefault();
  const name = decodeURIComponent(link.getAttribute("href").slice(1));
  if (name.startsWith("claim-")) return store.info?.model ? open_claim(name.slice(6)) : set({ wanted: name.slice(6) });
  if (!store.info) set({ card: name });
  open_card(name);
}

// The card of an actor that was asked for, also before the page that the server wrote gives way to this one.
function open_card(name) {
  const card = document.getElementById(name)?.closest("details");
  if (!card) return;
  card.open = true;
  card.querySelector("summary").focus();
}

export function Told() {
  const told = useStore((s) => s.told),
    info = useStore((s) => s.info),
    state = useStore((s) => s.state);
  useEffect(() => {
    open_card(store.card);
    set({ card: "" });
  }, [told]);
  if (!told) return html`<p class="soft">Reading the overview …</p>`;
  const go = (screen) => () => {
    set({ screen });
    scrollTo({ top: 0 });
  };
  return html`${is_moved(state) && html`<p class="notice" role="status">This is the case as it stands; what you moved counts on the other screens.</p>`}
    ${!told.is_answered && info.questions.length > 0 && html`<${Answer} />`}
    <${Written} text=${told.written} />
    ${info.has_record && html`<${Recorded} />`}
    <section aria-labelledby="go-title"><h2 id="go-title">Try it yourself</h2><p>Move what governments could, and see which futures turn.</p>
      <div class="tools"><button type="button" class="large" onClick=${go("try")}>Move a lever</button><button type="button" onClick=${go("reasons")}>Read all reasons</button><button type="button" onClick=${go("claims")}>Doubt a claim</button></div></section>`;
}
