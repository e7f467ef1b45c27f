// Drawing the grid and moving in it: sticky heads, roving focus, ranges, one field that edits in place.
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";

  class Grid {
    constructor(options) {
      Object.assign(this, options);
      this.at = { r: 0, c: 0 };
      this.anchor = { place: 0, c: 0 };
      this.visible = this.rows.map((_, index) => index);
      this.marked = new Set();
      this.field = null;
    }

    icon(name) {
      const svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("class", "icon");
      svg.setAttribute("aria-hidden", "true");
      const use = document.createElementNS(SVG, "use");
      use.setAttribute("href", `${this.icons}#${name}`);
      svg.append(use);
      return svg;
    }

    make(tag, role, className, text) {
      const node = document.createElement(tag);
      if (role) node.setAttribute("role", role);
      if (className) node.className = className;
      if (text !== undefined) node.textContent = text;
      return node;
    }

    // -- drawing --------------------------------------------------------------------------------------------------
    draw() {
      const { table, rows, columns } = this;
      table.setAttribute("aria-rowcount", rows.length + 2);
      table.setAttribute("aria-colcount", columns.length + 2);
      const head = this.make("thead", "rowgroup");
      const top = this.make("tr", "row");
      top.setAttribute("aria-rowindex", 1);
      top.append(this.headCell(this.words.owner, "matrix-name", 1), this.headCell(this.words.total, "matrix-total num", 2));
      columns.forEach((column, c) => top.append(this.columnHead(column, c)));
      head.append(top);
      const body = this.make("tbody", "rowgroup");
      this.lines = rows.map((row, r) => this.line(row, r));
      body.append(...this.lines.map((line) => line.tr));
      const foot = this.make("tfoot", "rowgroup");
      const last = this.make("tr", "row");
      last.setAttribute("aria-rowindex", rows.length + 2);
      this.feet = [this.make("th", "rowheader", "matrix-name", this.words.sum), this.make("td", "gridcell", "matrix-total num")];
      this.feet.push(...columns.map(() => this.make("td", "gridcell", "num")));
      this.feet.forEach((cell, index) => cell.setAttribute("aria-colindex", index + 1));
      last.append(...this.feet);
      foot.append(last);
      table.replaceChildren(head, body, foot);
      this.sums(new Set(rows.keys()), new Set(columns.keys()));
      const start = this.cell(this.at.r, this.at.c) ?? this.cell(0, -1);
      if (start) start.tabIndex = 0;
    }

    headCell(text, className, index) {
      const cell = this.make("th", "columnheader", className, text);
      cell.scope = "col";
      cell.setAttribute("aria-colindex", index);
      return cell;
    }

    columnHead(column, c) {
      const cell = this.headCell(undefined, "num", c + 3);
      cell.dataset.column = c;
      cell.title = `${column.name} (${column.code})`;
      const name = this.make("span", "", "matrix-kpi", column.name);
      const sub = this.make("span", "", "matrix-sub", [column.code, column.unit].filter(Boolean).join(" · "));
      cell.append(name, sub);
      if (column.draft) sub.append(" ", this.icon("pencil"), this.make("span", "", "visually-hidden", this.words.draft_kpi));
      return cell;
    }

    line(row, r) {
      const tr = this.make("tr", "row");
      tr.setAttribute("aria-rowindex", r + 2);
      tr.dataset.row = r;
      const name = this.make("th", "rowheader", "matrix-name");
      name.scope = "row";
      name.tabIndex = -1;
      name.setAttribute("aria-colindex", 1);
      const total = this.make("td", "gridcell", "matrix-total num");
      total.setAttribute("aria-colindex", 2);
      const cells = this.columns.map((_, c) => {
        const cell = this.make("td", "gridcell", "num");
        cell.tabIndex = -1;
        cell.dataset.c = c;
        cell.setAttribute("aria-colindex", c + 3);
        return cell;
      });
      tr.append(name, total, ...cells);
      const line = { tr, name, total, cells };
      this.drawHead(line, row);
      cells.forEach((_, c) => this.drawCell(line, row, c));
      return line;
    }

    head(r) {
      this.drawHead(this.lines[r], this.rows[r]);
      this.lines[r].cells.forEach((_, c) => this.drawCell(this.lines[r], this.rows[r], c));
    }

    drawHead(line, row) {
      const link = this.make("a", "", "", row.name);
      link.href = row.url;
      link.tabIndex = -1;
      const sub = this.make("span", "", "matrix-sub");
      const look = { active: ["circle-check", "good"], agreed: ["check", "good"], draft: ["pencil", "warn"], waiting: ["clock", "open"], none: ["circle-dashed", "none"] }[row.stage];
      const chip = this.make("span", "", `stat tone-${look[1]}`);
      chip.append(this.icon(look[0]), this.make("span", "", "", row.word));
      sub.append(chip);
      if (row.position) sub.append(` ${row.position}`);
      if (row.locked) sub.append(" · ", this.icon("lock"), ` ${row.locked}`);
      line.name.replaceChildren(link, sub);
    }

    paint(r, c) {
      this.drawCell(this.lines[r], this.rows[r], c);
    }

    drawCell(line, row, c) {
      const cell = line.cells[c];
      const fault = row.faults[c];
      const state = [
        "num",
        !this.canEdit(row) && "is-locked",
        fault && "is-wrong",
        !fault && row.cells[c] !== row.base[c] && "is-new",
        row.cells[c] === 0 && this.weights && "is-followed",
        row.lines && !row.lines[c] && row.cells[c] === null && "is-off",
        this.marked.has(cell) && "is-in",
      ];
      // only what differs is written: each writing costs a layout of the table, and a paste draws thousands of cells
      const name = state.filter(Boolean).join(" ");
      if (cell.className !== name) cell.className = name;
      if (!cell.contains(this.field)) {
        const text = this.cellText(row, c);
        if (cell.textContent !== text) cell.textContent = text;
      }
      if (fault) {
        cell.title = fault.fault;
        cell.setAttribute("aria-invalid", "true");
        cell.setAttribute("aria-description", fault.fault);
      } else if (cell.hasAttribute("aria-invalid")) {
        cell.removeAttribute("title");
        cell.removeAttribute("aria-invalid");
        cell.removeAttribute("aria-description");
      }
      if (!this.canEdit(row) && !cell.hasAttribute("aria-readonly")) cell.setAttribute("aria-readonly", "true");
    }

    sums(rows, columns) {
      for (const r of rows) this.drawTotal(this.lines[r], this.rows[r]);
      for (const c of columns) {
        const given = this.visible.map((r) => this.rows[r].cells[c]).filter((value) => value !== null);
        const cell = this.feet[c + 2];
        const count = this.say("people", { count: given.length });
        const sum = given.reduce((all, value) => all + value, 0);
        const adds = this.weights || this.columns[c].adds;
        cell.replaceChildren(
          this.make("span", "", "", this.weights ? count : adds ? this.write(Number(sum.toPrecision(15)), this.columns[c].kind) : "—"),
          this.make("span", "", "matrix-sub", this.weights ? this.write(Math.round(sum * 100) / 100, "number") : adds ? count : this.words.not_additive),
        );
      }
    }

    drawTotal(line, row) {
      const total = Math.round(this.total(row) * 1e6) / 1e6;
      const missing = Math.round((100 - total) * 1e6) / 1e6;
      const none = row.cells.every((value) => value === null) && this.weights;
      const tone = none ? "none" : missing === 0 ? "good" : "warn";
      const text = none ? this.words.empty : missing === 0 ? this.words.full : this.say(missing > 0 ? "short" : "over", { count: this.write(Math.abs(missing), "number") });
      const stat = this.make("span", "", `stat tone-${tone}`);
      stat.append(this.icon(none ? "circle-dashed" : missing === 0 ? "circle-check" : "alert-triangle"), this.make("span", "", "", none ? "" : this.write(total, "number")));
      line.total.replaceChildren(stat, this.make("span", "", "matrix-sub", text));
    }

    show(visible) {
      this.visible = visible;
      const wanted = new Set(visible);
      this.lines.forEach((line, r) => {
        line.tr.hidden = !wanted.has(r);
      });
    }

    // -- focus and ranges -----------------------------------------------------------------------------------------
    cell(r, c) {
      const line = this.lines[r];
      return line && (c < 0 ? line.name : line.cells[c]);
    }

    place(r) {
      return Math.max(0, this.visible.indexOf(r));
    }

    focus(r, c, extend = false) {
      const cell = this.cell(r, c);
      if (!cell) return;
      const old = this.cell(this.at.r, this.at.c);
      if (old) old.tabIndex = -1;
      this.at = { r, c };
      cell.tabIndex = 0;
      cell.focus();
      if (!extend) this.anchor = { place: this.place(r), c };
      this.mark();
    }

    focusAgain() {
      this.cell(this.at.r, this.at.c)?.focus();
    }

    select(top, left, bottom, right) {
      this.anchor = { place: top, c: left };
      this.focus(this.visible[bottom], right, true);
    }

    selection() {
      const place = this.place(this.at.r);
      return {
        top: Math.min(place, this.anchor.place), bottom: Math.max(place, this.anchor.place),
        left: Math.min(this.at.c, this.anchor.c), right: Math.max(this.at.c, this.anchor.c),
      };
    }

    mark() {
      for (const cell of this.marked) {
        cell.classList.remove("is-in");
        cell.removeAttribute("aria-selected");
      }
      this.marked.clear();
      const { top, bottom, left, right } = this.selection();
      if (top === bottom && left === right) return;
      for (let place = top; place <= bottom; place += 1) {
        for (let c = Math.max(0, left); c <= right; c += 1) {
          const cell = this.cell(this.visible[place], c);
          if (!cell) continue;
          cell.classList.add("is-in");
          cell.setAttribute("aria-selected", "true");
          this.marked.add(cell);
        }
      }
    }

    move(rows, columns, extend) {
      const place = Math.min(Math.max(this.place(this.at.r) + rows, 0), this.visible.length - 1);
      const c = Math.min(Math.max(this.at.c + columns, extend ? 0 : -1), this.columns.length - 1);
      if (this.visible.length) this.focus(this.visible[place], c, extend);
    }

    // -- editing --------------------------------------------------------------------------------------------------
    editing() {
      return this.field !== null;
    }

    edit(start) {
      const { r, c } = this.at;
      if (c < 0 || !this.canEdit(this.rows[r]) || this.field) return;
      const cell = this.cell(r, c);
      const field = this.make("input", "", "matrix-input");
      field.inputMode = "decimal";
      field.autocomplete = "off";
      field.setAttribute("aria-label", this.say("cell", { who: this.rows[r].name, kpi: this.columns[c].name }));
      field.value = start ?? this.on.plain(r, c);
      this.field = field;
      cell.replaceChildren(field);
      field.focus();
      if (start === undefined) field.select();
      field.addEventListener("blur", () => this.commit(false));
    }

    commit(refocus = true) {
      if (!this.field) return;
      const { r, c } = this.at;
      const text = this.field.value;
      const before = this.on.plain(r, c);
      this.field = null;
      if (text.trim() !== before) this.on.apply([{ r, c, input: text }]);
      this.paint(r, c);
      if (refocus) this.cell(r, c).focus();
    }

    cancel() {
      const { r, c } = this.at;
      this.field = null;
      this.paint(r, c);
      this.cell(r, c).focus();
    }

    listen(on) {
      this.on = on;
      this.table.addEventListener("keydown", (event) => (this.field ? this.fieldKey(event) : this.key(event)));
      this.table.addEventListener("mousedown", (event) => this.press(event));
      this.table.addEventListener("mouseover", (event) => {
        const spot = event.buttons === 1 && this.dragging && this.spot(event.target);
        if (spot && spot.c >= 0) this.focus(spot.r, spot.c, true);
      });
      document.addEventListener("mouseup", () => {
        this.dragging = false;
      });
      this.table.addEventListener("dblclick", (event) => {
        if (this.spot(event.target)?.c >= 0) this.edit();
      });
    }

    spot(target) {
      const line = target.closest("tr[data-row]");
      if (!line) return null;
      const cell = target.closest("[data-c]");
      return { r: Number(line.dataset.row), c: cell ? Number(cell.dataset.c) : -1 };
    }

    press(event) {
      if (event.button !== 0 || event.target.closest("a, input")) return;
      const column = event.target.closest("[data-column]");
      if (column) {
        event.preventDefault();
        this.select(0, Number(column.dataset.column), this.visible.length - 1, Number(column.dataset.column));
        return;
      }
      const spot = this.spot(event.target);
      if (!spot) return;
      event.preventDefault();
      if (this.field) this.commit(false);
      const same = spot.r === this.at.r && spot.c === this.at.c && document.activeElement === this.cell(spot.r, spot.c);
      if (same && spot.c >= 0 && !event.shiftKey) {
        this.edit();
        return;
      }
      if (spot.c < 0) this.select(this.place(spot.r), 0, this.place(spot.r), this.columns.length - 1);
      else this.focus(spot.r, spot.c, event.shiftKey);
      this.dragging = true;
    }

    fieldKey(event) {
      const moves = { Enter: [event.shiftKey ? -1 : 1, 0], Tab: [0, event.shiftKey ? -1 : 1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
      if (event.isComposing) return;
      if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        this.cancel();
      } else if (moves) {
        event.preventDefault();
        this.commit();
        this.move(...moves, false);
      }
    }

    key(event) {
      const command = event.ctrlKey || event.metaKey;
      const { key, shiftKey } = event;
      if (event.altKey || event.isComposing) return;
      const last = { row: this.visible.length - 1, column: this.columns.length - 1 };
      const page = 15;
      const moves = {
        ArrowDown: [command ? last.row : 1, 0], ArrowUp: [command ? -last.row : -1, 0],
        ArrowRight: [0, command ? last.column + 1 : 1], ArrowLeft: [0, command ? -last.column - 1 : -1],
        PageDown: [page, 0], PageUp: [-page, 0], Home: [command ? -last.row : 0, -this.at.c], End: [command ? last.row : 0, last.column + 1],
      };
      const commands = {
        z: shiftKey ? "redo" : "undo", y: "redo", d: "down", r: "right",
      };
      let taken = true;
      if (key === "Enter" && this.at.c < 0) {
        window.location.assign(this.rows[this.at.r].url);
      } else if (key === "Enter") {
        this.move(shiftKey ? -1 : 1, 0, false);
      } else if (key === "Tab") {
        const edge = shiftKey ? this.at.c < 0 : this.at.c >= last.column;
        if (edge) taken = false; // the way out of the grid
        else this.move(0, shiftKey ? -1 : 1, false);
      } else if (moves[key]) {
        this.move(...moves[key], shiftKey);
      } else if (key === "F2") {
        this.edit();
      } else if (key === "Delete" || key === "Backspace") {
        this.on.acts.clear();
      } else if (key === "Escape") {
        this.focus(this.at.r, this.at.c);
      } else if (command && commands[key.toLowerCase()]) {
        this.on.acts[commands[key.toLowerCase()]]();
      } else if (command && key.toLowerCase() === "a") {
        this.select(0, 0, last.row, last.column);
      } else if (key === " " && (shiftKey || command)) {
        const { top, bottom, left, right } = this.selection();
        if (shiftKey) this.select(top, 0, bottom, last.column);
        else this.select(0, Math.max(0, left), last.row, right);
      } else if (key.length === 1 && !command) {
        this.edit(key === " " ? "" : key);
      } else {
        taken = false;
      }
      if (taken) event.preventDefault();
    }
  }

  window.tamnhinMatrix = { ...window.tamnhinMatrix, grid: Grid };
})();
