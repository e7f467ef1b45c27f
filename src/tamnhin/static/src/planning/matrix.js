// The matrix: people against KPIs, as quick as a spreadsheet. Draws a grid over the page's JSON; matrix-store saves it.
(() => {
  "use strict";
  const app = document.getElementById("matrix");
  const source = document.getElementById("matrix-data");
  if (!app || !source) return;
  const { fold, parse, plain, write, rows: clipRows, equal, fill, Store, grid: Grid } = window.tamnhinMatrix;
  const data = JSON.parse(source.textContent);
  const weights = data.view === "weight";
  const words = data.words;
  const say = (name, values = {}) => fill(words[name], values);
  const $ = (id) => document.getElementById(id);
  const live = $("matrix-live");
  const announce = (text) => {
    live.textContent = text;
  };

  // -- the model: values as shown, bases as the server has them ------------------------------------------------
  const rows = data.rows;
  const columns = data.columns;
  for (const row of rows) {
    row.base = [...row.cells];
    row.faults = {};
    row.find = fold(`${row.name} ${row.code} ${row.position}`);
  }
  const rowAt = new Map(rows.map((row, index) => [row.id, index]));
  const columnAt = (id) => columns.findIndex((column) => column.id === id);
  let shown = rows.map((_, index) => index); // rows that the filter leaves
  const canEdit = (row) => !row.locked;
  const past = [];
  const future = [];

  const read = (text) => {
    const value = typeof text === "string" ? parse(text, data.language) : text;
    if (value === null) return { value: null };
    if (Number.isNaN(value)) return { raw: text, fault: say("not_a_number", { text }) };
    if (!weights) return { value };
    if (value < 0 || value > 100) return { raw: plain(value, data.language), fault: words.out_of_range };
    if (Math.abs(Math.round(value * 100) / 100 - value) > 1e-9) return { raw: plain(value, data.language), fault: words.too_fine };
    return { value: Math.round(value * 100) / 100 };
  };
  const cellText = (row, c) => row.faults[c]?.raw ?? write(row.cells[c], data.language, weights ? "number" : columns[c].kind);
  const micro = (value) => Math.round(value * 1e6);
  const totalOf = (row) => row.cells.reduce((sum, value) => sum + micro(value ?? 0), 0);

  const grid = new Grid({
    table: $("matrix-grid"), data, rows, columns, weights, say, words, cellText, canEdit,
    total: (row) => (weights ? totalOf(row) / 1e6 : row.total),
    write: (value, kind) => write(value, data.language, kind), icons: app.dataset.icons,
  });

  // -- saving ----------------------------------------------------------------------------------------------------
  const alertBox = $("matrix-alert");
  const state = $("matrix-state");
  const store = new Store({
    key: data.key, url: data.save, csrf: app.dataset.csrf, first: data.first, last: data.last,
    field: weights ? "w" : "t",
    tell: {
      state(kind, values) {
        const trouble = ["offline", "login", "refused"].includes(kind);
        alertBox.hidden = !trouble;
        if (trouble) alertBox.lastElementChild.textContent = say(kind, values);
        state.textContent = kind === "clean" ? "" : trouble ? say("unsaved", values) : say(kind, values);
        state.className = `push small ${kind === "saved" ? "saved" : "muted"}`;
      },
      saved(answer) {
        for (const one of answer.stored) {
          const row = rows[rowAt.get(one.owner)];
          const c = columnAt(one.kpi);
          row.base[c] = one.value;
          if (row.lines) row.lines[c] = row.lines[c] || one.value !== null;
          if (row.faults[c]?.server) delete row.faults[c];
          grid.paint(rowAt.get(one.owner), c);
        }
        for (const one of answer.rows) {
          const row = rows[rowAt.get(one.id)];
          const same = Object.entries(one).every(([name, value]) => row[name] === value);
          Object.assign(row, one);
          if (!same) grid.head(rowAt.get(one.id));
        }
        listFaults();
      },
      conflicts: (list) => list.forEach(addConflict),
      refused(list) {
        for (const one of list) {
          const row = rows[rowAt.get(one.o)];
          const c = columnAt(one.k);
          row.faults[c] = { fault: one.text, server: true };
          grid.paint(rowAt.get(one.o), c);
        }
        listFaults();
      },
    },
  });

  // changes: [{r, c, text or value}]; what cannot be read stays in its cell, marked, and is not sent
  const apply = (changes, { record = true } = {}) => {
    const done = [];
    const send = [];
    let locked = 0;
    for (const { r, c, input } of changes) {
      const row = rows[r];
      if (!canEdit(row)) { locked += 1; continue; }
      const before = row.faults[c]?.raw !== undefined ? { raw: row.faults[c].raw } : { value: row.cells[c] };
      const found = read(input);
      if (before.raw === undefined && !found.fault && before.value === found.value && !row.faults[c]) continue;
      delete row.faults[c];
      if (found.fault) {
        row.faults[c] = { raw: found.raw, fault: found.fault };
      } else {
        row.cells[c] = found.value;
        send.push({ owner: row.id, kpi: columns[c].id, was: row.base[c], value: found.value });
      }
      done.push({ r, c, before: before.raw ?? before.value, after: found.fault ? found.raw : found.value });
      grid.paint(r, c);
    }
    if (done.length) {
      if (record) {
        past.push(done);
        future.length = 0;
      }
      grid.sums(new Set(done.map((one) => one.r)), new Set(done.map((one) => one.c)));
      listFaults();
      store.set(send);
    }
    if (locked) announce(say("locked", { count: locked }));
    return done.length;
  };
  const undo = (from, to, word) => {
    const batch = from.pop();
    if (!batch) return announce(words.nothing);
    const back = word === "undone";
    apply(batch.map(({ r, c, before, after }) => ({ r, c, input: back ? before : after })), { record: false });
    to.push(batch);
    const { r, c } = batch[0];
    if (shown.includes(r)) grid.focus(r, c);
    return announce(say(word, { count: batch.length }));
  };

  // -- two people at once; cells that were refused -----------------------------------------------------------------
  const conflicts = $("matrix-conflicts");
  const button = (text, act, primary) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = primary ? "btn btn-primary" : "btn btn-plain";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };
  const listItem = (text, ...buttons) => {
    const item = document.createElement("li");
    const label = document.createElement("span");
    label.className = "grow";
    label.textContent = text;
    item.append(label, ...buttons);
    return item;
  };
  const addConflict = (one) => {
    const r = rowAt.get(one.o);
    const c = columnAt(one.k);
    const row = rows[r];
    row.base[c] = one.theirs;
    const shownAs = (value) => (value === null ? "—" : write(value, data.language, weights ? "number" : columns[c].kind));
    const by = [one.by || words.someone, one.at].filter(Boolean).join(" ");
    const text = say("conflict", { who: row.name, kpi: columns[c].name, by, theirs: shownAs(one.theirs), mine: shownAs(one.mine) });
    const close = (item) => {
      item.remove();
      conflicts.hidden = !conflicts.querySelector("li");
      grid.focus(r, c);
    };
    const item = listItem(
      text,
      button(words.keep_mine, () => {
        row.cells[c] = one.mine;
        store.set([{ owner: row.id, kpi: one.k, was: one.theirs, value: one.mine }], { now: true });
        grid.paint(r, c);
        grid.sums(new Set([r]), new Set([c]));
        close(item);
      }),
      button(words.take_theirs, () => {
        row.cells[c] = one.theirs;
        grid.paint(r, c);
        grid.sums(new Set([r]), new Set([c]));
        close(item);
      }),
    );
    conflicts.querySelector("ul").append(item);
    conflicts.hidden = false;
    announce(text);
  };
  const errors = $("matrix-errors");
  const listFaults = () => {
    const list = errors.querySelector("ul");
    const items = [];
    rows.forEach((row, r) => {
      for (const [c, { fault }] of Object.entries(row.faults)) {
        const go = button(`${row.name} · ${columns[c].name}`, () => grid.focus(r, Number(c)));
        go.className = "btn btn-ghost";
        items.push(listItem(fault, go));
      }
    });
    list.replaceChildren(...items.slice(0, 50));
    errors.hidden = !items.length;
  };

  // -- whole acts ---------------------------------------------------------------------------------------------------
  const block = () => {
    const { top, bottom, left, right } = grid.selection();
    const chosen = shown.filter((_, place) => place >= top && place <= bottom);
    return { chosen, left: Math.max(0, left), right };
  };
  const each = (act) => {
    const { chosen, left, right } = block();
    const changes = [];
    for (const r of chosen) for (let c = left; c <= right; c += 1) changes.push(act(r, c));
    return changes;
  };
  const acts = {
    undo: () => undo(past, future, "undone"),
    redo: () => undo(future, past, "redone"),
    clear: () => announce(say("cleared", { count: apply(each((r, c) => ({ r, c, input: null }))) })),
    down() {
      const { chosen, left, right } = block();
      const first = chosen.length > 1 ? chosen[0] : shown[shown.indexOf(chosen[0]) - 1];
      if (first === undefined) return;
      const changes = each((r, c) => ({ r, c, input: rows[first].cells[c] })).filter((one) => one.r !== first);
      if (left <= right) announce(say("filled", { count: apply(changes) }));
    },
    right() {
      const { left, right } = block();
      const from = right > left ? left : left - 1;
      if (from < 0) return;
      announce(say("filled", { count: apply(each((r, c) => ({ r, c, input: rows[r].cells[from] })).filter((one) => one.c !== from)) }));
    },
    split() {
      const { chosen } = block();
      const changes = [];
      for (const r of chosen) {
        const given = rows[r].cells.map((value, c) => [value, c]).filter(([value]) => value !== null);
        const weighing = given.some(([value]) => value > 0) ? given.filter(([value]) => value > 0) : given;
        equal(weighing.length || 1).forEach((value, i) => weighing[i] && changes.push({ r, c: weighing[i][1], input: value }));
      }
      apply(changes);
      announce(say("split", { count: chosen.length }));
    },
  };
  app.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-do]");
    if (tool) {
      acts[tool.dataset.do]();
      grid.focusAgain();
    }
  });

  // -- keys, mouse and clipboard ------------------------------------------------------------------------------------
  grid.listen({ apply, acts, plain: (r, c) => rows[r].faults[c]?.raw ?? plain(rows[r].cells[c], data.language), shown: () => shown });
  const table = $("matrix-grid");
  table.addEventListener("copy", (event) => {
    if (grid.editing()) return;
    const { chosen, left, right } = block();
    const text = chosen.map((r) => rows[r].cells.slice(left, right + 1).map((value) => plain(value, data.language)).join("\t"));
    event.clipboardData.setData("text/plain", text.join("\n"));
    event.preventDefault();
  });
  table.addEventListener("cut", (event) => {
    if (grid.editing()) return;
    table.dispatchEvent(new ClipboardEvent("copy", { clipboardData: event.clipboardData }));
    acts.clear();
    event.preventDefault();
  });
  table.addEventListener("paste", (event) => {
    if (grid.editing()) return;
    event.preventDefault();
    const given = clipRows(event.clipboardData.getData("text/plain"));
    const { chosen, left, right } = block();
    if (!chosen.length) return;
    const wide = Math.max(...given.map((line) => line.length));
    const tall = Math.max(given.length, chosen.length % given.length === 0 ? chosen.length : given.length);
    const span = Math.max(wide, (right - left + 1) % wide === 0 ? right - left + 1 : wide);
    const start = shown.indexOf(chosen[0]);
    const changes = [];
    let clipped = 0;
    for (let i = 0; i < tall; i += 1) {
      for (let j = 0; j < span; j += 1) {
        const input = given[i % given.length][j % wide];
        if (input === undefined) continue;
        const r = shown[start + i];
        const c = left + j;
        if (r === undefined || c >= columns.length) clipped += 1;
        else changes.push({ r, c, input });
      }
    }
    const count = apply(changes);
    grid.select(start, left, Math.min(start + tall, shown.length) - 1, Math.min(left + span, columns.length) - 1);
    announce([say("pasted", { count }), clipped && say("clipped", { count: clipped })].filter(Boolean).join(". "));
  });

  // -- filter, and columns to add -----------------------------------------------------------------------------------
  const filter = $("matrix-filter");
  filter.addEventListener("input", () => {
    const wanted = fold(filter.value).split(/\s+/).filter(Boolean);
    shown = rows.map((_, index) => index).filter((index) => wanted.every((word) => rows[index].find.includes(word)));
    grid.show(shown);
    grid.sums(new Set(), new Set(columns.keys()));
    announce(say("shown", { shown: shown.length, all: rows.length }));
  });
  const addColumn = (kpi) => {
    const there = columnAt(kpi.id);
    if (there >= 0) {
      announce(words.there);
      return there;
    }
    columns.push(kpi);
    for (const row of rows) {
      row.cells.push(null);
      row.base.push(null);
      row.lines?.push(false);
    }
    return columns.length - 1;
  };
  window.tamnhinMatrix.adding?.({
    input: $("matrix-kpi"), list: $("matrix-kpis"), kpis: data.kpis, fold, nothing: words.no_match,
    choose(kpi) {
      const c = addColumn(kpi);
      grid.draw();
      grid.show(shown);
      grid.focus(shown.find((r) => canEdit(rows[r])) ?? shown[0] ?? 0, c);
      announce(say("added", { name: kpi.name }));
    },
  });

  // -- what was typed before and never saved ------------------------------------------------------------------------
  const restored = [];
  for (const [owner, kpi, was, value] of store.kept()) {
    const row = rows[rowAt.get(owner)];
    if (!row || !canEdit(row)) continue;
    let c = columnAt(kpi);
    if (c < 0) {
      const known = data.kpis.find((one) => one.id === kpi);
      if (!known) continue;
      c = addColumn(known);
    }
    if (row.base[c] === value) continue;
    row.cells[c] = value;
    restored.push({ owner, kpi, was, value });
  }
  grid.draw();
  app.hidden = false;
  if (restored.length) {
    store.set(restored);
    announce(say("restored", { count: restored.length }));
    state.textContent = say("restored", { count: restored.length });
  } else store.keep();
  const propose = $("matrix-propose");
  propose?.addEventListener("click", async (event) => {
    if (!store.pending) return;
    event.preventDefault();
    await store.flush();
    if (!store.pending) window.location.assign(propose.href);
  });
})();
