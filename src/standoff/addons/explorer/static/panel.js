// Data of a screen that follow the state: asked for when the screen opens and after each move, one request at a time.

import { Channel } from "./api.js";
import { lost, on_move } from "./moves.js";
import { useEffect, useRef, useState } from "./preact.js";
import { store, useStore } from "./store.js";

const SLOW = 250; // milliseconds of an answer: then no more are asked for while a handle is held; assumption

// `body` makes the request from the store, or null where there is nothing to ask; `quick` follows a held handle too.
export function useFollowing(path, body, depends, quick = false) {
  const [data, set_data] = useState(null),
    [error, set_error] = useState(""),
    ready = useStore((s) => s.info.ready),
    gone = useStore((s) => s.gone),
    channel = useRef(),
    slow = useRef(false);
  const wanted = useRef();
  wanted.current = body;
  useEffect(() => {
    channel.current = new Channel(
      (out, asked, more, took) => {
        set_data(out);
        set_error("");
        if (asked.draws === store.info.draws.quick) slow.current = took > SLOW;
      },
      (fault) => {
        if (fault.status === 0) lost();
        else set_error(fault.message);
      },
    );
    return () => channel.current.drop();
  }, []);
  useEffect(() => {
    if (!ready) return undefined;
    const follow = (held) => {
      if (!held || (quick && !slow.current)) ask(held);
    };
    const ask = (held) => {
      const asked = wanted.current(store, held);
      if (asked) channel.current.ask(path, asked, { slow: !quick });
    };
    ask(false);
    return on_move(follow);
  }, [ready, path, ...depends]);
  return [data, error, ready && !gone];
}
