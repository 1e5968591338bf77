// Everything that the page knows, in one place; parts of the page draw themselves anew when what they select changes.

import { Component, h, useLayoutEffect, useReducer, useRef } from "./preact.js";

export const EMPTY = { levers: {}, beliefs: {}, holds: {}, claims: {} };

export const store = {
  info: null, // the case, as the server describes it
  move: null, // the newest answer to a state
  seen: {}, // claims in words, by id
  sides: null,
  side_texts: {}, // sides of the ledger, and their names
  shipped: false, // `move` came with the case
  state: EMPTY, // what is moved
  place: 0,
  last: 0, // position in the undo history, and its end
  dragging: false, // scales stay while a handle is held
  busy: false, // a request is away for longer than 300 ms
  gone: false, // the server does not answer
  refused: "", // why the newest state was not answered
  notice: null, // a text for the reader
  screen: "story",
  question: "",
  charts: [],
  choice: "",
  at: "",
  option: "",
  against: "",
  claim: "",
  future: null,
  group: null, // {text, futures, data}: a part of the futures
  near: null,
  near_pinned: null, // {own, futures, low, high}: futures near a point of a chart
  settled: null,
  earlier: null, // the newest move that came to rest, and the one before
  story: null, // one future
  wanted: "", // a claim that was asked for while the case was being read
  card: "", // the card of an actor, likewise
  told: null, // the overview as the server writes it
  pinned: null, // what was pinned: {own, links, text}
  points: {}, // claims on charts, by stock
  tries: null,
  trial: null, // tries, and the id of the one shown
  search: "", // among levers and beliefs
  movers: null,
  movers_done: false, // what levers, options and beliefs do, by kind and name
  found: [], // beliefs that a search has brought
  sheet: false, // on a phone: levers open
  ghosts: true,
  sharing: false, // a file to hand on is being made
};

const listeners = new Set();

export function set(patch) {
  Object.assign(store, patch);
  for (const listener of [...listeners]) listener();
}

export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useStore(select) {
  const [, draw] = useReducer((count) => count + 1, 0);
  const now = useRef();
  now.current = { select, value: select(store) };
  useLayoutEffect(
    () =>
      listen(() => {
        if (now.current.select(store) !== now.current.value) draw();
      }),
    [],
  );
  return now.current.value;
}

// A component that is drawn again only when one of its properties changes.
export function memo(draw) {
  return class extends Component {
    shouldComponentUpdate(next) {
      const keys = new Set([...Object.keys(next), ...Object.keys(this.props)]);
      return [...keys].some((key) => next[key] !== this.props[key]);
    }

    render(props) {
      return h(draw, props);
    }
  };
}

export const controls = (info) => [...info.levers, ...info.beliefs];

// A control with the part of the state to which it belongs, and its name there.
export const as_belief = (control) => ({ ...control, part: "beliefs", key: control.name });
const as_lever = (control) => ({ ...control, part: "levers", key: control.name });
export const with_parts = (info) => ({
  ...info,
  levers: info.levers.map(as_lever),
  beliefs: info.beliefs.map(as_belief),
});
export const is_moved = (state) => Object.values(state).some((part) => Object.keys(part).length > 0);
export const same = (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

function sorted(state) {
  return Object.keys(EMPTY).map((part) => Object.entries(state[part] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
}
