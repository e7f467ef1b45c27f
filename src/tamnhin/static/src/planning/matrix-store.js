// What has been typed and not saved: kept on this machine, sent soon, sent again when the connection is back.
(() => {
  "use strict";
  const SOON = 700; // ms after the last change
  const MANY = 60; // a paste or a fill is done at once: nobody is still typing
  const LONGEST = 60000;

  class Store {
    // tell: {state(kind, values), saved(answer), conflicts(list), refused(list)}
    constructor({ key, url, csrf, first, last, field, tell }) {
      Object.assign(this, { key, url, csrf, first, last, field, tell });
      this.dirty = new Map(); // "owner:kpi" -> {was, value, held}
      this.timer = null;
      this.flying = null;
      this.failures = 0;
      window.addEventListener("online", () => this.flush());
    }

    get count() {
      return this.dirty.size;
    }

    get pending() {
      return [...this.dirty.values()].some((one) => !one.held);
    }

    // What stood here when the page was left with cells that had not been saved.
    kept() {
      try {
        return JSON.parse(localStorage.getItem(this.key) ?? "[]");
      } catch {
        return [];
      }
    }

    keep() {
      try {
        if (!this.dirty.size) localStorage.removeItem(this.key);
        else localStorage.setItem(this.key, JSON.stringify([...this.dirty].map(([at, one]) => [...at.split(":").map(Number), one.was, one.value])));
      } catch {
        // a full or forbidden storage keeps nothing; saving goes on
      }
    }

    // changes: [{owner, kpi, was, value}] – ``was`` is what the server holds as far as this page knows
    set(changes, { now = false } = {}) {
      for (const { owner, kpi, was, value } of changes) {
        const at = `${owner}:${kpi}`;
        const before = this.dirty.get(at);
        const base = before ? before.was : was;
        if (base === value && !this.flying) this.dirty.delete(at);
        else this.dirty.set(at, { was: base, value, held: false });
      }
      this.keep();
      this.tell.state(this.dirty.size ? "unsaved" : "clean", { count: this.dirty.size });
      clearTimeout(this.timer);
      if (this.dirty.size) this.timer = setTimeout(() => this.flush(), now || changes.length > MANY ? 0 : SOON);
    }

    drop(owner, kpi) {
      this.dirty.delete(`${owner}:${kpi}`);
      this.keep();
    }

    async flush() {
      clearTimeout(this.timer);
      if (this.flying) {
        await this.flying;
        return this.pending ? this.flush() : undefined;
      }
      const sent = [...this.dirty].filter(([, one]) => !one.held).map(([at, one]) => [at, { ...one }]);
      if (!sent.length) return undefined;
      this.flying = this.send(sent).finally(() => {
        this.flying = null;
      });
      return this.flying;
    }

    async send(sent) {
      this.tell.state("saving", { count: sent.length });
      let response;
      let answer = null;
      try {
        response = await fetch(this.url, {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf, Accept: "application/json" },
          credentials: "same-origin",
          body: JSON.stringify({
            first: this.first,
            last: this.last,
            cells: sent.map(([at, one]) => [...at.split(":").map(Number), this.field, one.was, one.value]),
          }),
        });
        if (response.headers.get("Content-Type")?.startsWith("application/json")) answer = await response.json();
      } catch {
        return this.failed("offline");
      }
      if (response.ok && answer) return this.took(sent, answer);
      if (response.status === 400 && answer) {
        for (const [at] of sent) if (this.dirty.has(at)) this.dirty.get(at).held = true;
        return this.tell.state("refused", { text: answer.error, count: this.dirty.size });
      }
      return this.failed(response.redirected || response.ok || [401, 403].includes(response.status) ? "login" : "offline");
    }

    failed(kind) {
      this.failures += 1;
      this.keep();
      this.tell.state(kind, { count: this.dirty.size });
      const delay = Math.min(LONGEST, 1000 * 2 ** Math.min(this.failures, 6)) * (0.8 + Math.random() * 0.4);
      this.timer = setTimeout(() => this.flush(), delay);
    }

    took(sent, answer) {
      this.failures = 0;
      const apart = new Set([...answer.conflicts, ...answer.refused].map((one) => `${one.o}:${one.k}`));
      const stored = [];
      for (const [at, one] of sent) {
        const now = this.dirty.get(at);
        if (apart.has(at)) continue;
        const [owner, kpi] = at.split(":").map(Number);
        stored.push({ owner, kpi, value: one.value });
        if (!now) continue;
        if (now.value === one.value) this.dirty.delete(at);
        else now.was = one.value; // typed on while it was under way
      }
      for (const one of answer.refused) {
        const now = this.dirty.get(`${one.o}:${one.k}`);
        if (now) now.held = true; // stays until somebody types something else
      }
      for (const one of answer.conflicts) this.dirty.delete(`${one.o}:${one.k}`);
      this.keep();
      const mine = new Map(sent);
      this.tell.saved({ ...answer, stored });
      if (answer.conflicts.length) {
        this.tell.conflicts(answer.conflicts.map((one) => ({ ...one, mine: mine.get(`${one.o}:${one.k}`).value })));
      }
      this.tell.refused(answer.refused);
      this.tell.state(this.dirty.size ? "unsaved" : "saved", { count: this.dirty.size, at: answer.at });
      if (this.pending) this.timer = setTimeout(() => this.flush(), SOON);
    }
  }

  window.tamnhinMatrix = { ...window.tamnhinMatrix, Store };
})();
