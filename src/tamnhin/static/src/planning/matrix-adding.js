// Adding a column: a field that finds a KPI among those that have none yet, by name or code, marks or none.
(() => {
  "use strict";
  const adding = ({ input, list, kpis, fold, nothing, choose }) => {
    if (!input) return;
    for (const kpi of kpis) kpi.find = fold(`${kpi.name} ${kpi.code}`);
    let found = [];
    let at = -1;
    const close = () => {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
      at = -1;
    };
    const take = (kpi) => {
      kpis.splice(kpis.indexOf(kpi), 1);
      input.value = "";
      close();
      choose(kpi);
    };
    const light = (to) => {
      at = found.length ? (to + found.length) % found.length : -1;
      [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
      if (at >= 0) input.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at]?.scrollIntoView({ block: "nearest" });
    };
    const open = () => {
      const wanted = fold(input.value).split(/\s+/).filter(Boolean);
      found = kpis.filter((kpi) => wanted.every((word) => kpi.find.includes(word))).slice(0, 30);
      const items = found.map((kpi, index) => {
        const item = document.createElement("li");
        item.id = `matrix-kpi-${index}`;
        item.setAttribute("role", "option");
        item.textContent = `${kpi.name} · ${kpi.code}`;
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(kpi);
        });
        return item;
      });
      if (!items.length) {
        const none = document.createElement("li");
        none.setAttribute("role", "option");
        none.setAttribute("aria-disabled", "true");
        none.textContent = nothing;
        items.push(none);
      }
      list.replaceChildren(...items);
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      light(wanted.length ? 0 : -1);
    };
    input.addEventListener("input", open);
    input.addEventListener("focus", open);
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) open();
        light(at + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (found[Math.max(0, at)] && !list.hidden) take(found[Math.max(0, at)]);
      } else if (event.key === "Escape") close();
    });
  };

  window.tamnhinMatrix = { ...window.tamnhinMatrix, adding };
})();
