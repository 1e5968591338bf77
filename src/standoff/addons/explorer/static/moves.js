// A move: the browser owns the handles, the newest state wins, and the same futures give ever sharper numbers.

import { ask, Channel } from "./api.js";
import { read_address, write_address } from "./address.js";
import { EMPTY, is_moved, same, set, store } from "./store.js";
import { changes, spoken } from "./words.js";

const REST = 250,
  LONG_REST = 2000,
  SPOKEN = 600,
  PATIENCE = 300; // milliseconds; assumptions, as in docs/explorer.md
const FRAMES = 12,
  FRAME = 80; // of a replay: one second; assumption

let rest_timer = 0,
  long_timer = 0,
  spoken_timer = 0,
  busy_timer = 0,
  retry_timer = 0,
  number = 0,
  before = EMPTY,
  replaying = false,
  held = false,
  keeping = null,
  tries_queue = Promise.resolve(); // the move whose try is stored, and what is stored in turn
const settled = new Set();

// Parts of the page that follow a state, such as reasons and futures, ask for more once it is shown.
export const on_move = (follow) => {
  settled.add(follow);
  return () => settled.delete(follow);
};

const channel = new Channel(receive, refused);

function send(draws) {
  const { info, state, charts } = store;
  if (!info?.ready) return;
  clearTimeout(long_timer);
  clearTimeout(busy_timer);
  busy_timer = setTimeout(() => set({ busy: true }), PATIENCE);
  number += 1;
  channel.ask(
    "/api/move",
    { state, draws, stocks: [...new Set(charts)], seq: number },
    { slow: draws !== info.draws.quick },
  );
}

function receive(move, asked, more) {
  clearTimeout(busy_timer);
  const { info } = store,
    quick = asked.draws === info.draws.quick;
  if (more && !quick) return;
  set({
    move: { ...move, state: { ...EMPTY, ...asked.state } },
    shipped: false,
    gone: false,
    busy: false,
    refused: "",
  });
  for (const follow of settled) follow(quick);
  if (quick && !store.dragging && !replaying && !more) send(info.draws.full);
  if (quick || replaying) return;
  if (!store.dragging && !same(store.settled?.state ?? EMPTY, move.state)) set({ earlier: store.settled });
  if (!store.dragging) set({ settled: store.move });
  if (asked.draws !== info.draws.quick)
    tries_queue = tries_queue
      .then(remember)
      .then(renew)
      .catch((error) => {
        if (error.status === 0) lost();
      });
  if (asked.draws === info.draws.full) {
    long_timer = setTimeout(() => {
      if (!document.hidden) send(info.draws.most);
    }, LONG_REST);
  }
  if (!store.dragging) write_address();
}

function refused(error) {
  clearTimeout(busy_timer);
  set({ busy: false });
  if (error.status === 0) lost();
  else if (error.status === 409) retry_timer = setTimeout(() => send(store.info.draws.full), LONG_REST);
  else set({ refused: error.message });
}

// The server does not answer: what is shown stays, and the newest state is sent when it is back and warm.
export function lost(gone = true) {
  set({ gone });
  clearTimeout(retry_timer);
  retry_timer = setTimeout(async () => {
    try {
      const { ready, problems, stage } = await ask("/api/case"),
        info = { ...store.info, ready, problems, stage };
      set({ info, gone: false });
      if (ready) send(info.draws.full);
      else if (!(problems ?? []).length) lost(false);
    } catch (error) {
      if ([0, 401].includes(error.status))
        lost(); // 401: a new start, whose page has not been opened yet
      else set({ gone: false, refused: error.message });
    }
  }, LONG_REST);
}

export const request = () => send(store.info.draws.full);

// -- changes -----------------------------------------------------------------------------------------------------------

// A new state while a handle is held; it comes to rest by itself.
export function drag(state) {
  if (!store.dragging) before = store.state;
  set({ state, dragging: true });
  send(store.info.draws.quick);
  clearTimeout(rest_timer);
  rest_timer = setTimeout(() => rest(), REST);
}

// The pointer holds a handle: until it lets go nothing comes to rest, so that one drag is one try.
export function hold() {
  held = true;
}
export function let_go() {
  held = false;
  rest();
}

// A new state at once, as one step of the history.
export function change(state) {
  if (!store.dragging) before = store.state;
  set({ state });
  rest(true);
}

// `quick` where nothing was dragged: the few futures are there in half the time, and the others go on from them.
export function rest(quick = false) {
  clearTimeout(rest_timer);
  if (!store.dragging && same(before, store.state)) return;
  if (held) {
    send(store.info.draws.full);
    return;
  }
  set({ dragging: false });
  if (!same(before, store.state)) {
    set({ parent: store.trial ?? store.parent, trial: null, previous: before });
    keeping = null;
    write_address(true);
    before = store.state;
  }
  send(quick ? store.info.draws.quick : store.info.draws.full);
}

export function put(part, name, value) {
  const next = { ...store.state, [part]: { ...store.state[part] } };
  if (value === undefined) delete next[part][name];
  else next[part][name] = value;
  return next;
}

export const reset_all = () => change(EMPTY);
export const undo = () => {
  if (store.place > 0) history.back();
};
export const redo = () => {
  if (store.place < store.last) history.forward();
};

// -- history -----------------------------------------------------------------------------------------------------------

export function arrive(event) {
  const { state, view } = read_address(),
    place = event.state?.place;
  if (place === undefined) {
    // an address typed by hand
    Object.assign(store, { place: store.place + 1, last: store.place + 1 });
    history.replaceState({ place: store.place, trial: null }, "", location.href);
  } else Object.assign(store, { place });
  before = state;
  set({ previous: store.state, state, trial: event.state?.trial ?? null, ...view });
  if (!same(store.previous, state) || store.move === null) send(store.info.draws.full);
}

// A try is kept when a move has come to rest and is answered.
async function remember() {
  const { move, info, question } = store,
    answer = move.answers.find((each) => each.question === question);
  clearTimeout(spoken_timer);
  spoken_timer = setTimeout(() => {
    document.getElementById("spoken").textContent = spoken(
      move,
      info.questions.find((each) => each.id === question),
    );
  }, SPOKEN);
  if (store.trial || !is_moved(move.state) || !answer || !same(move.state, store.state)) return;
  if (keeping) return;
  keeping = move;
  if (!store.tries) await load_tries().catch(() => {});
  if (keeping !== move) return;
  const known = (store.tries ?? []).find((each) => !each.deleted && same(each.state, move.state));
  if (known) {
    set({ trial: known.id });
    write_address();
    return;
  }
  try {
    const text = changes(move.state)
      .map((each) => each.text)
      .join("; ");
    const { id } = await ask("/api/tries", {
      parent: store.parent ?? null,
      state: move.state,
      draws: move.draws,
      text,
      question,
      answer: answer.now,
      change: answer.change,
    });
    if (keeping === move) {
      set({ trial: id });
      write_address();
    }
    await load_tries();
  } catch (error) {
    if (error.status === 0) lost();
  }
}

// The try that is shown has the answer that is shown: of more futures, or of the case as it is now.
async function renew() {
  const { move, trial, tries, state } = store,
    kept_try = tries?.find((each) => each.id === trial);
  if (!kept_try || !same(kept_try.state, move.state) || !same(move.state, state)) return;
  const answer = move.answers.find((each) => each.question === kept_try.question),
    same_case = kept_try.model === move.model;
  if (!answer || (same_case && kept_try.draws >= move.draws)) return;
  await ask(`/api/tries/${encodeURIComponent(trial)}`, {
    draws: move.draws,
    answer: answer.now,
    change: answer.change,
  });
  await load_tries();
}

export async function load_tries() {
  set({ tries: (await ask("/api/tries")).tries });
}

// The last change once more, from before to now, so that one can look elsewhere meanwhile.
export async function replay() {
  const from = store.previous,
    to = store.state;
  if (replaying || !from || same(from, to) || !store.info.ready) return;
  replaying = true;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches,
    frames = still ? 1 : FRAMES;
  for (let frame = 0; frame <= frames; frame += 1) {
    set({ state: between(from, to, frame / frames), dragging: true });
    send(store.info.draws.quick);
    await new Promise((done) => setTimeout(done, still ? FRAME * FRAMES : FRAME));
  }
  replaying = false;
  set({ state: to, dragging: false });
  send(store.info.draws.full);
}

function between(from, to, share) {
  if (share === 0) return from;
  if (share === 1) return to;
  const known = (name, part) =>
    [...store.info.levers, ...store.info.beliefs].find((each) => each.key === name && each.part === part)?.now;
  const mixed = (part) =>
    Object.fromEntries(
      [...new Set([...Object.keys(from[part]), ...Object.keys(to[part])])]
        .map((name) => {
          const one = from[part][name] ?? known(name, part),
            other = to[part][name] ?? known(name, part);
          return [
            name,
            typeof one === "number" && typeof other === "number"
              ? one + (other - one) * share
              : (to[part][name] ?? one),
          ];
        })
        .filter(([, value]) => value !== undefined),
    );
  return { ...to, levers: mixed("levers"), beliefs: mixed("beliefs") };
}
