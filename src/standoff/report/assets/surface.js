// Answers over the levers, read off the stored surface: see response_surface.py, whose numbers these are.
(() => {
  const form = document.getElementById("levers"),
    stored = document.getElementById("surface");
  if (!form || !stored) return;
  const { levers, answers } = JSON.parse(stored.textContent),
    STEPS = 100;
  const asked = form.elements.asked,
    moved = new Map();
  const make = (name, attributes, ...inside) => {
    const out = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) out.setAttribute(key, value);
    out.append(...inside);
    return out;
  };
  const parabola = ([a, b, c], [p, q, r], x) =>
    (p * (x - b) * (x - c)) / ((a - b) * (a - c)) +
    (q * (x - a) * (x - c)) / ((b - a) * (b - c)) +
    (r * (x - a) * (x - b)) / ((c - a) * (c - b));
  const share = ({ values: [low, , high] }, x) => (x - low) / (high - low);
  const unscaled = (answer, x) => (answer.isShare ? 1 / (1 + Math.exp(-x)) : x);
  const change = (answer) => {
    let sum = answer.base;
    for (const [n, x] of moved) sum += parabola(levers[n].values, answer.effects[n], x);
    for (const [key, corners] of Object.entries(answer.pairs)) {
      const [i, j] = key.split("-").map(Number);
      if (!moved.has(i) || !moved.has(j)) continue;
      const u = share(levers[i], moved.get(i)),
        v = share(levers[j], moved.get(j));
      sum += [(1 - u) * (1 - v), (1 - u) * v, u * (1 - v), u * v].reduce(
        (total, weight, n) => total + weight * corners[n],
        0,
      );
    }
    return unscaled(answer, sum) - unscaled(answer, answer.base);
  };
  const number = (x) => Number(x.toPrecision(3)).toLocaleString("en");
  const percent = (p, digits) => {
    const text = (100 * p).toFixed(digits),
      step = 10 ** -digits;
    return Number(text) <= 0
      ? `< ${step.toFixed(digits)} %`
      : Number(text) >= 100
        ? `> ${(100 - step).toFixed(digits)} %`
        : `${text} %`;
  };
  const printed = (answer, value) =>
    answer.isShare
      ? percent(Math.min(Math.max(value, 0), 1), answer.decimals)
      : `${number(value)} ${answer.unit}`.trim();
  const of = ({ unit }, x) => `${number(x)} ${unit}`.trim();
  const show = () => {
    const answer = answers[asked.value],
      n = moved.size;
    form.querySelector("#read").textContent = n
      ? `about ${printed(answer, answer.point + change(answer))}`
      : answer.printed;
    form.querySelector("#as-it-is").textContent = n ? `as things stand: ${answer.printed}` : "as things stand";
    form.querySelector("#errors").textContent = answer.errors;
    for (const [k, lever] of levers.entries()) {
      const input = form.elements[`lever-${k}`],
        out = form.querySelector(`#at-${k}`),
        at = moved.get(k);
      out.textContent = at === undefined ? `${of(lever, lever.now)}, as believed` : of(lever, at);
      out.className = at === undefined ? "soft" : "";
      input.setAttribute("aria-valuetext", out.textContent);
    }
  };
  const place = (lever) => Math.round(STEPS * Math.min(Math.max(share(lever, lever.now), 0), 1));
  const size = (answer, n) =>
    Math.max(
      ...answer.effects[n].map((x) => Math.abs(unscaled(answer, answer.base + x) - unscaled(answer, answer.base))),
    );
  const draw = () => {
    const answer = answers[asked.value],
      whose = new Map();
    for (const [n, { who }] of levers.entries()) whose.set(who, [...(whose.get(who) ?? []), n]);
    const groups = [...whose]
      .map(([who, group]) => [who, group.sort((a, b) => size(answer, b) - size(answer, a))])
      .sort(([, a], [, b]) => size(answer, b[0]) - size(answer, a[0]));
    form.querySelector("#sliders").replaceChildren(
      ...groups.map(([who, group]) =>
        make(
          "fieldset",
          {},
          make("legend", {}, who || "Nobody’s to set"),
          ...group.map((n) => {
            const lever = levers[n],
              at = moved.get(n),
              [low, , high] = lever.values;
            const input = make("input", {
              type: "range",
              id: `lever-${n}`,
              name: `lever-${n}`,
              min: 0,
              max: STEPS,
              value: at === undefined ? place(lever) : Math.round(STEPS * share(lever, at)),
            });
            input.addEventListener("input", () => {
              moved.set(n, low + ((high - low) * input.value) / STEPS);
              show();
            });
            return make(
              "p",
              {},
              make("label", { for: `lever-${n}` }, lever.text),
              " ",
              make("span", { id: `at-${n}` }),
              input,
              make("span", { class: "soft ends" }, make("span", {}, of(lever, low)), make("span", {}, of(lever, high))),
            );
          }),
        ),
      ),
    );
    show();
  };
  asked.append(...answers.map((answer, n) => make("option", { value: n }, answer.text)));
  asked.addEventListener("change", draw);
  form.addEventListener("reset", () => {
    const kept = asked.value;
    moved.clear();
    setTimeout(() => {
      asked.value = kept;
      draw();
    });
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("no-levers").hidden = true;
  form.hidden = false;
  draw();
})();
