// Requests to the server of this machine: JSON with the token of this start, and one request away at a time.

const KEY = "standoff-token";
export const TAB = crypto.randomUUID();

// The token comes in the address once, is kept for this port, and leaves the address.
function token() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    localStorage.setItem(KEY, given);
    history.replaceState(
      null,
      "",
      location.pathname + location.hash.replace(/([#&])token=[^&]*&?/, "$1").replace(/[#&]$/, ""),
    );
  }
  return localStorage.getItem(KEY) ?? "";
}

const headers = { "content-type": "application/json", "x-standoff-token": token() };

// A server that was started again has another token; a newer tab of this port has put it where this one finds it.
function renewed() {
  const kept = localStorage.getItem(KEY) ?? "";
  if (kept === headers["x-standoff-token"]) return false;
  headers["x-standoff-token"] = kept;
  return true;
}

export class Refusal extends Error {
  constructor(status, problems) {
    super(problems.join("; "));
    this.status = status;
    this.problems = problems;
  }
}

export async function ask(path, body, signal) {
  const options = body
    ? {
        method: "POST",
        headers,
        body: JSON.stringify(/^\/api\/(tries|reload)/.test(path) ? body : { ...body, tab: TAB }),
        signal,
      }
    : { headers, signal };
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    throw error.name === "AbortError" ? error : new Refusal(0, ["the server is gone"]);
  }
  let data;
  try {
    data = await response.json();
  } catch (error) {
    throw error.name === "AbortError"
      ? error
      : new Refusal(response.status, ["the answer of the server cannot be read; its terminal says why"]);
  }
  if (response.status === 401 && renewed()) return ask(path, body, signal);
  if (!response.ok)
    throw new Refusal(
      response.status,
      (data.problems ?? []).map((each) => each.what ?? each),
    );
  return data;
}

// One request is away, the newest waits for it; whoever waited before is forgotten. A slow one is stopped for a new one.
export class Channel {
  constructor(receive, fail) {
    Object.assign(this, { receive, fail, away: null, waiting: null });
  }

  ask(path, body, { slow = false } = {}) {
    this.waiting = { path, body, slow };
    if (!this.away) this.next();
    else if (this.away.slow) this.away.stop.abort();
  }

  drop() {
    this.waiting = null;
    if (this.away) this.away.stop.abort();
  }

  async next() {
    const { path, body, slow } = this.waiting;
    this.waiting = null;
    this.away = { slow, stop: new AbortController() };
    try {
      const begun = performance.now(),
        data = await ask(path, body, this.away.stop.signal);
      this.receive(data, body, this.waiting !== null, performance.now() - begun);
    } catch (error) {
      if (error.name === "AbortError")
        await new Promise((done) => setTimeout(done)); // it is away no longer
      else if (!(error.status === 409 && error.problems.includes("superseded"))) this.fail(error, body);
    }
    this.away = null;
    if (this.waiting) this.next();
  }
}
