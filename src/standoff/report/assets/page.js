"use strict";
(() => {
  const reveal = (name) => {
    const target = document.getElementById(decodeURIComponent(name));
    if (!target) return;
    for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    target.scrollIntoView();
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    const panel = link.closest("[popover]");
    if (panel && panel.hidePopover) panel.hidePopover();
    reveal(link.hash.slice(1));
  });
  if (location.hash) reveal(location.hash.slice(1));

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details.printed:not([open])")];
    for (const node of closed) node.open = true;
  });
  addEventListener("afterprint", () => {
    for (const node of closed) node.open = false;
  });

  const form = document.getElementById("filter");
  if (!form) return;
  const rows = [...document.querySelectorAll(".claims tbody tr")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const count = document.getElementById("count");
  const show = () => {
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const { side, line, used } = form.elements;
    let shown = 0;
    rows.forEach((row, i) => {
      const fits =
        words.every((word) => texts[i].includes(word)) &&
        (!side.value || row.dataset.side === side.value) &&
        (!line || !line.value || ` ${row.dataset.lines} `.includes(` ${line.value} `)) &&
        (!used.checked || !row.classList.contains("unused"));
      row.hidden = !fits;
      shown += fits;
    });
    count.textContent = `${shown} of ${rows.length} claims`;
  };
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
})();
