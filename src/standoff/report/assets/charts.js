// Charts: values under the pointer or the arrow keys, and buttons that save the picture and its numbers.
(() => {
  const SPACE = "http://www.w3.org/2000/svg",
    HEAD = 26,
    FONT = "system-ui, sans-serif";
  const style = getComputedStyle(document.documentElement);
  const coloured = (text) =>
    text.replace(/var\((--[a-z0-9-]+)\)/g, (whole, name) => style.getPropertyValue(name).trim() || whole);
  const part = (name, attributes) => {
    const out = document.createElementNS(SPACE, name);
    for (const [key, value] of Object.entries(attributes)) out.setAttribute(key, value);
    return out;
  };
  const title_of = (svg) => {
    const head =
      svg.closest("figure").querySelector("h3, h4") ?? svg.closest("details")?.querySelector("summary h2, summary h3");
    return (head ?? document.querySelector("h1")).textContent.trim();
  };
  const download = (name, type, text) => {
    const file =
      name
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "")
        .slice(0, 60) || "chart";
    const link = Object.assign(document.createElement("a"), {
      href: URL.createObjectURL(new Blob([text], { type })),
      download: `${file}.${type === "text/csv" ? "csv" : "svg"}`,
    });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  const picture = (svg) => {
    const copy = svg.cloneNode(true),
      { x, y, width, height } = svg.viewBox.baseVal,
      title = title_of(svg);
    copy.querySelector(".pointer")?.remove();
    for (const name of ["data-chart", "tabindex", "style"]) copy.removeAttribute(name);
    const paper = part("rect", { x, y: y - HEAD, width, height: height + HEAD, fill: "var(--paper)" });
    const head = part("text", { x: x + 4, y: y - 8, fill: "var(--ink)", "font-size": 13, "font-weight": 600 });
    head.textContent = title;
    copy.prepend(paper, head);
    const frame = {
      viewBox: `${x} ${y - HEAD} ${width} ${height + HEAD}`,
      width,
      height: height + HEAD,
      "font-family": FONT,
    };
    for (const [key, value] of Object.entries(frame)) copy.setAttribute(key, value);
    download(title, "image/svg+xml", coloured(new XMLSerializer().serializeToString(copy)));
  };

  const cell = (value) =>
    /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? "");
  const table = (svg, data) => {
    const head = data.head.map((name, k) => (k && data.unit ? `${name} (${data.unit})` : name));
    download(title_of(svg), "text/csv", `${[head, ...data.rows].map((row) => row.map(cell).join(",")).join("\n")}\n`);
  };

  const tip = Object.assign(document.createElement("div"), { className: "tip", hidden: true });
  tip.setAttribute("role", "status");
  document.body.append(tip);
  const number = (value) =>
    typeof value === "number" ? value.toLocaleString("en", { maximumFractionDigits: 4 }) : value;

  function hover(svg, data) {
    const days = data.rows.map((row) => Date.parse(row[0])),
      first = days[0],
      span = days.at(-1) - first || 1,
      [left, right] = data.axis;
    const box = svg.viewBox.baseVal,
      line = part("line", { class: "pointer", y1: box.y + 20, y2: box.y + box.height - 20, visibility: "hidden" });
    let row = days.length - 1;
    svg.append(line);
    const show = (k) => {
      row = Math.min(Math.max(k, 0), days.length - 1);
      const x = left + ((days[row] - first) / span) * (right - left),
        frame = svg.getBoundingClientRect();
      for (const name of ["x1", "x2"]) line.setAttribute(name, x);
      line.setAttribute("visibility", "visible");
      const unit = data.unit ? ` ${data.unit}` : "";
      tip.textContent = [
        data.rows[row][0],
        ...data.head.slice(1).map((name, n) => `${name}: ${number(data.rows[row][n + 1])}${unit}`),
      ].join("\n");
      tip.hidden = false;
      const at = frame.left + ((x - box.x) / box.width) * frame.width,
        wide = document.documentElement.clientWidth;
      tip.style.left = `${scrollX + Math.max(4, at + 12 + tip.offsetWidth > wide ? at - 12 - tip.offsetWidth : at + 12)}px`;
      tip.style.top = `${scrollY + frame.top + 24}px`;
    };
    const hide = () => {
      line.setAttribute("visibility", "hidden");
      tip.hidden = true;
    };
    const near = (event) => {
      const frame = svg.getBoundingClientRect(),
        x = box.x + ((event.clientX - frame.left) / frame.width) * box.width;
      const day = first + ((x - left) / (right - left)) * span;
      show(days.reduce((best, each, k) => (Math.abs(each - day) < Math.abs(days[best] - day) ? k : best), 0));
    };
    svg.setAttribute("tabindex", "0");
    svg.addEventListener("pointermove", near);
    svg.addEventListener("pointerdown", near);
    svg.addEventListener("pointerleave", hide);
    svg.addEventListener("focus", () => {
      if (svg.matches(":focus-visible")) show(row);
    });
    svg.addEventListener("blur", hide);
    svg.addEventListener("keydown", (event) => {
      if (event.key === "Escape") hide();
      const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -12, PageDown: 12, Home: -Infinity, End: Infinity }[
        event.key
      ];
      if (!step) return;
      event.preventDefault();
      show(row + step);
    });
  }

  for (const svg of document.querySelectorAll("figure svg[role='img']")) {
    const data = svg.dataset.chart ? JSON.parse(svg.dataset.chart) : null;
    const tools = Object.assign(document.createElement("p"), { className: "tools" });
    const button = (text, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
      made.setAttribute("aria-label", `${text}: ${title_of(svg)}`);
      made.addEventListener("click", act);
      tools.append(made);
    };
    button("Save picture", () => picture(svg));
    if (data) button("Save data", () => table(svg, data));
    if (data?.axis && data.rows.length > 1) hover(svg, data);
    if (svg.closest(".charts")) {
      // two charts side by side: each with its own buttons
      const own = document.createElement("div");
      svg.replaceWith(own);
      own.append(svg, tools);
    } else (svg.closest(".scroll") ?? svg).after(tools);
  }
})();
