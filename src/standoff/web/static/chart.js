// A fan chart: bands and median over futures, with a grey ghost of the state before. Only paths change on an update.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 320, HEIGHT = 170, LEFT = 46, RIGHT = 8, TOP = 8, BOTTOM = 20;

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function ticks(low, high) {
  const span = high - low || 1;
  const raw = span / 4, size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((k) => k * size).find((each) => each >= raw);
  const out = [];
  for (let value = Math.ceil(low / step) * step; value <= high + 1e-9 * span; value += step) out.push(Math.abs(value) < 1e-9 * span ? 0 : value);
  return [out, Math.max(0, -Math.floor(Math.log10(step)))];
}

export function plain(value, decimals) {
  return (Math.abs(value) < 0.5 * 10 ** -decimals ? 0 : value).toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace("-", "−");
}

export class Fan {
  constructor(fan, times) {
    this.times = times;
    this.figure = document.createElement("figure");
    const caption = document.createElement("figcaption"), title = document.createElement("h3");
    title.textContent = fan.unit ? `${fan.name}, ${fan.unit}` : fan.name;
    caption.append(title);
    this.svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
    this.axes = element("g", {});
    const names = ["wide", "narrow", "ghost-band", "ghost", "line"];
    this.paths = Object.fromEntries(names.map((name) => [name, element("path", { class: name })]));
    this.svg.append(this.axes, ...Object.values(this.paths));
    this.figure.append(caption, this.svg);
    this.before = fan.quantiles;
    this.frozen = false;
    this.show(fan);
  }

  // Scales stay while a lever is held, and fit again on release.
  show(fan) {
    const now = fan.quantiles;
    if (!this.frozen || !this.range) {
      const all = [now[0], now[4], this.before[0], this.before[4]].flat();
      const low = Math.min(...all), high = Math.max(...all), room = 0.04 * (high - low || Math.abs(high) || 1);
      this.range = [low >= 0 && low - room < 0 ? 0 : low - room, high + room];
      this.draw_axes();
    }
    const { wide, narrow, line, ghost } = this.paths;
    wide.setAttribute("d", this.band(now[0], now[4]));
    narrow.setAttribute("d", this.band(now[1], now[3]));
    line.setAttribute("d", this.curve(now[2]));
    const same = now[2].every((value, k) => value === this.before[2][k]);
    ghost.setAttribute("d", same ? "" : this.curve(this.before[2]));
    this.paths["ghost-band"].setAttribute("d", same ? "" : this.curve(this.before[0]) + this.curve(this.before[4]));
    const last = this.times.length - 1, text = (value) => plain(value, this.decimals);
    const was = same ? "" : `, before ${text(this.before[2][last])}`;
    this.svg.setAttribute("aria-label", `${fan.name}: median ${text(now[2][last])} ${fan.unit} in ${this.times[last]}${was}; ` +
      `90 % of futures ${text(now[0][last])} to ${text(now[4][last])}`);
  }

  x(k) { return LEFT + (WIDTH - LEFT - RIGHT) * (k / Math.max(this.times.length - 1, 1)); }

  y(value) {
    const [low, high] = this.range, share = (value - low) / (high - low);
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.min(Math.max(share, -0.1), 1.1));
  }

  curve(values) { return values.map((value, k) => `${k ? "L" : "M"}${this.x(k).toFixed(1)} ${this.y(value).toFixed(1)}`).join(""); }

  band(low, high) {
    const back = low.map((value, k) => `L${this.x(k).toFixed(1)} ${this.y(value).toFixed(1)}`).reverse().join("");
    return `${this.curve(high)}${back}Z`;
  }

  draw_axes() {
    const [values, decimals] = ticks(...this.range), parts = [];
    this.decimals = decimals;
    for (const value of values) {
      const y = this.y(value).toFixed(1), label = element("text", { x: LEFT - 5, y: Number(y) + 4, "text-anchor": "end" });
      label.textContent = plain(value, decimals);
      parts.push(element("path", { class: "axis", d: `M${LEFT} ${y}H${WIDTH - RIGHT}` }), label);
    }
    const years = this.times.map((time, k) => [time, k]).filter(([time]) => /-01$|^\d{4}$/.test(time));
    const every = Math.ceil(years.length / 5) || 1;
    for (const [time, k] of years.filter((_, n) => n % every === 0)) {
      const label = element("text", { x: this.x(k), y: HEIGHT - 5, "text-anchor": "middle" });
      label.textContent = time.slice(0, 4);
      parts.push(label);
    }
    this.axes.replaceChildren(...parts);
  }
}
