// Futures near a point of a chart: those under the pointer or the keyboard, and those that are pinned.

import { Channel } from "./api.js";
import { lost, on_move } from "./moves.js";
import { listen, set, store } from "./store.js";

const REST = 120; // milliseconds that a pointer rests before futures are asked for; assumption
const KIND = "near:";

// A point of a chart as a word of the page's focus, and back.
export const near_word = (stock, at, value) =>
  `${KIND}${encodeURIComponent(stock)}|${at}|${Number(value.toPrecision(4))}`;

function place_of(own) {
  if (!own?.startsWith(KIND)) return null;
  const [stock, at, value] = own.slice(KIND.length).split(" ")[0].split("|");
  return { stock: decodeURIComponent(stock), at, value: Number(value) };
}

const answers = (name) =>
  new Channel(
    ({ futures, low, high }, asked) =>
      set({ [name]: { own: near_word(asked.stock, asked.at, asked.value), futures, low, high } }),
    (error) => {
      if (error.status === 0) lost();
    },
  );
const channels = { near: answers("near"), near_pinned: answers("near_pinned") };

function ask(name, own) {
  const place = place_of(own);
  if (place && store.info.ready)
    channels[name].ask("/api/near", { state: store.state, ...place, pinned: name === "near_pinned" });
}

let timer = 0,
  pinned = "";

// The point under the pointer or the keyboard; none when it leaves.
export function look(own) {
  clearTimeout(timer);
  if (own) timer = setTimeout(() => ask("near", own), REST);
  else {
    channels.near.drop();
    if (store.near) set({ near: null });
  }
}

listen(() => {
  const own = place_of(store.pinned?.own) ? store.pinned.own : "";
  if (own === pinned) return;
  pinned = own;
  if (own) ask("near_pinned", own);
  else if (store.near_pinned) set({ near_pinned: null });
});
on_move((held) => {
  if (!held && pinned) ask("near_pinned", pinned);
});
