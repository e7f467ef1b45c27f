// The KPI tree: the whole of it comes as columns, rows are made when their branch is opened. An ARIA tree with one tab
// stop: arrows walk and open, Home and End jump, letters find by name, Enter opens the node's page.
(() => {
  "use strict";
  const list = document.getElementById("tree");
  const source = document.getElementById("tree-data");
  if (!list || !source) return;
  const data = JSON.parse(source.textContent);
  const count = data.kind.length;
  const below = Array.from({ length: count }, () => []);
  const tops = [];
  for (let i = 0; i < count; i += 1) (data.parent[i] < 0 ? tops : below[data.parent[i]]).push(i);
  const level = new Uint8Array(count);
  for (let i = 0; i < count; i += 1) level[i] = data.parent[i] < 0 ? 1 : level[data.parent[i]] + 1; // parents come first
  const place = new Uint32Array(count);
  for (const group of [tops, ...below]) group.forEach((node, index) => { place[node] = index; });
  const kind = (i) => data.kinds[data.kind[i]].key;
  const owner = (i) => data.owners[data.owner[i]];
  const kpi = (i) => data.kpis[data.kpi[i]];
  const isLine = (i) => kind(i) === "unit" || kind(i) === "person";
  const name = (i) => data.text[i] || (isLine(i) ? owner(i)[1] : kpi(i)[1]);
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();

  // --- addresses ---
  const code = (text) => encodeURIComponent(text.replaceAll("~", "~7E").replaceAll("/", "~2F"));
  const dated = (address) => (data.period && address ? `${address}?period=${encodeURIComponent(data.period)}` : address);
  const url = (i) => {
    if (kind(i) === "vision") return data.vision_url;
    if (kind(i) === "goal") return data.goal_url.replace("__CODE__", code(data.code[i]));
    if (kind(i) === "orphans") return "";
    if (data.owner[i] < 0) return data.card_url.replace("__KPI__", code(kpi(i)[0]));
    return dated(data.kpi_url.replace("__OWNER__", code(owner(i)[0])).replace("__KPI__", code(kpi(i)[0])));
  };
  const id = (i) => data.id[i] || `line:${code(owner(i)[0])}/${code(kpi(i)[0])}`.replaceAll("%7E", "~");
  const here = (i) => {
    const query = new URLSearchParams();
    if (data.period) query.set("period", data.period);
    query.set("at", decodeURIComponent(id(i)));
    return `${data.home}?${query}`;
  };

  // --- rows ---
  const icons = list.dataset.icons;
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };
  const ns = "http://www.w3.org/2000/svg";
  const icon = (which, extra) => {
    const svg = document.createElementNS(ns, "svg");
    svg.setAttribute("class", extra ? `icon ${extra}` : "icon");
    svg.setAttribute("aria-hidden", "true");
    svg.append(document.createElementNS(ns, "use"));
    svg.firstChild.setAttribute("href", `${icons}#${which}`);
    return svg;
  };
  const rows = new Map();
  const open = new Set();
  // Icons are the dear part of a row: each is put in when the row comes near the window, or goes to paper.
  const slot = (which) => {
    const place = make("span", "tree-slot");
    place.dataset.icon = which;
    return place;
  };
  const adorn = (row) => {
    watch.unobserve(row);
    for (const empty of row.querySelectorAll("[data-icon]:empty")) empty.append(icon(empty.dataset.icon));
  };
  const watch = new IntersectionObserver((seen) => {
    for (const one of seen) if (one.isIntersecting) adorn(one.target);
  }, { rootMargin: "300px" });
  window.addEventListener("beforeprint", () => {
    flush();
    [...list.children].forEach(adorn);
  });
  const make_row = (i) => {
    const row = make("li", `tree-row lv-${Math.min(level[i], 12)} kind-${kind(i)}`);
    row.dataset.node = i;
    row.tabIndex = -1;
    row.setAttribute("role", "treeitem");
    row.setAttribute("aria-level", level[i]);
    row.setAttribute("aria-posinset", place[i] + 1);
    row.setAttribute("aria-setsize", (data.parent[i] < 0 ? tops : below[data.parent[i]]).length);
    const words = make("span", "tree-name");
    const toggle = make("span", "tree-toggle");
    words.append(toggle, slot(data.kinds[data.kind[i]].icon), make("span", "visually-hidden", data.kinds[data.kind[i]].word));
    const address = url(i);
    const title = make(address ? "a" : "span", "", name(i));
    if (address) {
      title.href = address;
      title.tabIndex = -1;
    }
    const text = make("span", "tree-text");
    text.append(title);
    words.append(text);
    if (data.code[i] && !isLine(i) && kind(i) !== "orphans") text.append(" ", make("span", "small muted nowrap", data.code[i]));
    if (data.note[i]) text.append(" ", make("span", "small muted", data.note[i]));
    if (data.people[i]) {
      const more = make("a", "small", list.dataset.people.replace("{n}", data.people[i]));
      more.href = here(i);
      more.tabIndex = -1;
      text.append(" ", more);
    }
    const status = make("span", "tree-status");
    if (data.status[i] >= 0) {
      const look = data.statuses[data.status[i]];
      const shown = make("span", `stat tone-${look.tone}`);
      shown.append(slot(look.icon), make("span", "", look.word));
      status.append(shown);
    }
    const target = make("span", "num tree-target");
    if (data.target[i]) target.append(make("span", "visually-hidden", `${list.dataset.target} `), data.target[i]);
    row.append(words, make("span", "num tree-actual", data.actual[i]), target, status);
    rows.set(i, row);
    mark(i);
    watch.observe(row);
    return row;
  };
  const mark = (i) => {
    const row = rows.get(i);
    if (!row || !below[i].length) return;
    row.setAttribute("aria-expanded", open.has(i)); // the toggle is drawn from this
  };
  const shown_under = (i, into) => {
    for (const child of below[i]) {
      into.push(child);
      if (open.has(child)) shown_under(child, into);
    }
    return into;
  };
  const row_of = (i) => rows.get(i) ?? make_row(i);
  // A window full at once, the rest in the breaks after it; whoever needs all of them first flushes.
  let waiting_rows = null;
  const put = (nodes, after) => {
    flush();
    waiting_rows = { nodes, at: 0, last: after };
    put_some(120);
    const go_on = () => {
      if (!waiting_rows) return;
      put_some(250);
      setTimeout(go_on);
    };
    setTimeout(go_on);
  };
  const put_some = (many) => {
    const { nodes, at: from, last } = waiting_rows;
    const part = nodes.slice(from, from + many).map(row_of);
    if (last) last.after(...part);
    else list.prepend(...part);
    waiting_rows = from + many < nodes.length ? { nodes, at: from + many, last: part[part.length - 1] } : null;
  };
  const flush = () => {
    if (waiting_rows) put_some(Infinity);
  };
  const expand = (i) => {
    if (!below[i].length || open.has(i)) return;
    open.add(i);
    mark(i);
    const row = rows.get(i);
    if (row?.isConnected) put(shown_under(i, []), row);
  };
  const collapse = (i) => {
    if (!open.has(i)) return;
    flush();
    for (const child of shown_under(i, [])) rows.get(child)?.remove();
    open.delete(i);
    mark(i);
  };
  const draw = () => {
    const all = [];
    for (const top of tops) {
      all.push(top);
      if (open.has(top)) shown_under(top, all);
    }
    list.replaceChildren();
    put(all, null);
  };

  // --- where the reader is ---
  const way = document.getElementById("tree-way");
  let at = tops[0] ?? -1;
  const path = (i) => {
    const up = [];
    for (let node = i; node >= 0; node = data.parent[node]) up.unshift(node);
    return up;
  };
  const settle = (i, focus = true) => {
    if (focus) flush();
    rows.get(at)?.setAttribute("tabindex", "-1");
    rows.get(at)?.classList.remove("here");
    at = i;
    const row = row_of(i);
    row.tabIndex = 0;
    if (!focus) return;
    row.classList.add("here");
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    const link = make("a", "", way.dataset.here);
    link.href = here(i);
    way.replaceChildren(make("b", "", way.dataset.word), ...path(i).map((node) => make("span", "", kind(node) === "vision" ? data.kinds[data.kind[node]].word : name(node))), link);
    way.hidden = false;
  };
  const reveal = (i) => {
    for (const node of path(i).slice(0, -1)) expand(node);
    settle(i);
  };

  // --- keyboard and mouse ---
  const beside = (row, step) => (step > 0 ? row.nextElementSibling : row.previousElementSibling);
  const node_of = (row) => Number(row.dataset.node);
  let typed = "";
  let typed_at = 0;
  list.addEventListener("keydown", (event) => {
    const row = event.target.closest(".tree-row");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    flush();
    const i = node_of(row);
    const to = (other) => other && settle(node_of(other));
    const acts = {
      ArrowDown: () => to(beside(row, 1)),
      ArrowUp: () => to(beside(row, -1)),
      ArrowRight: () => (open.has(i) ? to(beside(row, 1)) : expand(i)),
      ArrowLeft: () => (open.has(i) ? collapse(i) : data.parent[i] >= 0 && settle(data.parent[i])),
      Home: () => to(list.firstElementChild),
      End: () => to(list.lastElementChild),
      Enter: () => row.querySelector(".tree-text > a[href]")?.click(),
      " ": () => (open.has(i) ? collapse(i) : expand(i)),
      "*": () => (data.parent[i] < 0 ? tops : below[data.parent[i]]).forEach(expand),
    };
    if (event.key in acts) {
      event.preventDefault();
      acts[event.key]();
    } else if (event.key.length === 1) {
      typed = event.timeStamp - typed_at < 700 ? typed + fold(event.key) : fold(event.key);
      typed_at = event.timeStamp;
      const all = [...list.children];
      const from = all.indexOf(row) + (typed.length > 1 ? 0 : 1);
      const found = [...all.slice(from), ...all.slice(0, from)].find((other) => fold(name(node_of(other))).startsWith(typed));
      if (found) {
        event.preventDefault();
        event.stopPropagation();
        to(found);
      }
    }
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest(".tree-row");
    if (!row || (event.target.closest("a") && !event.target.closest(".tree-toggle"))) return;
    const i = node_of(row);
    settle(i);
    if (event.target.closest(".tree-toggle") || event.detail === 2) (open.has(i) ? collapse : expand)(i);
  });
  const openers = { "tree-open": () => { for (let i = 0; i < count; i += 1) if (below[i].length) open.add(i); }, "tree-close": () => { open.clear(); tops.forEach((i) => kind(i) !== "orphans" && open.add(i)); } };
  for (const [which, act] of Object.entries(openers)) {
    const button = document.getElementById(which);
    button.hidden = false;
    button.addEventListener("click", () => {
      act();
      for (const i of rows.keys()) mark(i);
      draw();
      settle(tops[0], false);
    });
  }

  // --- search: as one types; Enter goes to the next ---
  const field = document.getElementById("tree-q");
  const said = document.getElementById("tree-found");
  let folded = null;
  let hits = [];
  let hit = -1;
  const go = () => {
    if (!hits.length) return;
    hit = (hit + 1) % hits.length;
    said.textContent = list.dataset.found.replace("{at}", hit + 1).replace("{all}", hits.length);
    reveal(hits[hit]);
    field.focus({ preventScroll: true });
  };
  const search = () => {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    hit = -1;
    hits = [];
    said.textContent = "";
    if (!words.length) return;
    folded ??= Array.from({ length: count }, (_, i) => fold(`${name(i)} ${data.code[i]}`));
    for (let i = 0; i < count; i += 1) if (words.every((word) => folded[i].includes(word))) hits.push(i);
    if (hits.length) go();
    else said.textContent = list.dataset.none;
  };
  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 150);
  });
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (hits.length) go();
    else search();
  });

  // --- begin: as the server wrote it ---
  list.setAttribute("role", "tree");
  for (let i = 0; i < count; i += 1) if (level[i] < data.levels && below[i].length && kind(i) !== "orphans") open.add(i);
  for (const asked of new URLSearchParams(window.location.search).getAll("open")) {
    const i = data.id.indexOf(asked);
    if (i >= 0) open.add(i);
  }
  draw();
  settle(tops[0] ?? 0, false);
  if (window.location.hash === "#orphans") {
    const branch = tops.find((i) => kind(i) === "orphans");
    if (branch !== undefined) {
      expand(branch);
      settle(branch);
    }
  }
})();
