// Figures that belong together: what is typed is counted by the server, exactly, and put back beside what is still being typed.
// Without this the buttons do the same. What is not saved is kept on this machine until it is.
(() => {
  "use strict";
  const form = document.querySelector("form[data-count]");
  if (!form || !form.querySelector("[name=act][value=save]")) return;
  const state = () => form.querySelector("[data-state]");
  const edited = new Map(); // id -> number of the edit, so that an answer never takes away what was typed after it was asked for
  let clock = 0;
  let asked = null;
  let dirty = form.hasAttribute("data-dirty");
  let leaving = false;
  const say = (text, icon = "") => {
    const place = state();
    if (place) place.textContent = icon ? `${icon} ${text}` : text;
  };

  // --- kept on this machine ---
  const key = form.dataset.keep;
  const fields = () => [...form.elements].filter((one) => one.name && !["csrfmiddlewaretoken", "act", "revision"].includes(one.name));
  const write = (value) => {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // a full or forbidden storage keeps nothing; saving goes on
    }
  };
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(key) ?? "null");
    } catch {
      return null;
    }
  };
  const keep = (sent = false) => {
    const values = fields().filter((one) => !["checkbox", "radio"].includes(one.type) || one.checked).map((one) => [one.name, one.value]);
    write({ revision: form.dataset.revision, sent, values });
  };
  const restore = () => {
    const kept = read();
    if (!kept || dirty) return;
    // what was sent has been saved; what stands for another revision is an older thought
    if (kept.sent || kept.revision !== form.dataset.revision) {
      write(null);
      return;
    }
    const values = new Map(kept.values);
    let changed = 0;
    for (const one of fields()) {
      if (["checkbox", "radio"].includes(one.type)) {
        const on = one.type === "radio" ? values.get(one.name) === one.value : values.has(one.name);
        if (on !== one.checked) changed += 1;
        one.checked = on;
      } else if (values.has(one.name) && one.value !== values.get(one.name)) {
        one.value = values.get(one.name); // with what it was shown with: else every figure would count as typed
        if (one.type !== "hidden") changed += 1;
      }
    }
    if (changed) {
      dirty = true;
      count();
      say(form.dataset.restored);
    } else write(null);
  };

  // --- counting ---
  const put = (page) => {
    const active = document.activeElement;
    for (const fresh of page.querySelectorAll("[data-live]")) {
      const place = form.querySelector(`[data-live="${CSS.escape(fresh.dataset.live)}"]`);
      if (!place) continue;
      if (place.contains(active) || [...place.querySelectorAll("[id]")].some((one) => edited.has(one.id))) {
        for (const one of fresh.querySelectorAll("input[id], select[id]")) {
          const mine = document.getElementById(one.id);
          if (!mine || edited.has(one.id)) continue;
          if (mine.type === "checkbox") mine.checked = one.checked;
          else if (mine.value !== one.value) {
            mine.value = one.value;
            if (mine === active) mine.select();
          }
          mine.setAttribute("aria-invalid", one.getAttribute("aria-invalid") ?? "false");
        }
      } else if (fresh.querySelector("input") || place.innerHTML !== fresh.innerHTML) {
        place.replaceChildren(...fresh.childNodes); // what a field holds is not in its HTML
      }
      place.closest("tr")?.setAttribute("class", fresh.closest("tr")?.getAttribute("class") ?? "");
    }
    // a month changed by hand makes the way one's own: both, or the next count would divide again
    for (const id of ["way", "was-way"]) {
      const fresh = page.getElementById(id);
      const mine = document.getElementById(id);
      if (fresh && mine && !edited.has("way")) mine.value = fresh.value;
    }
  };
  const count = async () => {
    asked?.abort();
    const mine = new AbortController();
    asked = mine;
    const since = clock;
    const body = new FormData(form);
    body.set("act", "count");
    let response;
    try {
      response = await fetch(form.getAttribute("action"), { method: "POST", body, credentials: "same-origin", signal: mine.signal, headers: { "HX-Request": "true" } });
    } catch (fault) {
      if (fault.name !== "AbortError") say(form.dataset.offline);
      return;
    }
    if (asked !== mine) return;
    if (response.redirected || [401, 403].includes(response.status)) {
      say(form.dataset.login);
      return;
    }
    if (!response.ok && ![409, 422].includes(response.status)) {
      say(form.dataset.offline);
      return;
    }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const [id, at] of edited) if (at <= since) edited.delete(id);
    put(page);
    say(form.dataset.unsaved);
    keep();
  };

  form.addEventListener("input", (event) => {
    if (!event.target.name) return;
    clock += 1;
    if (event.target.id) edited.set(event.target.id, clock);
    dirty = true;
    say(form.dataset.unsaved);
    keep();
  });
  form.addEventListener("change", (event) => {
    if (event.target.closest("[data-no-count]") || !event.target.name) return;
    if (["reason", "first"].includes(event.target.name)) return;
    count();
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-all]");
    if (!button) return;
    for (const one of form.querySelectorAll(`input[type=checkbox][name^="${button.dataset.all}-"]:not(:disabled)`)) one.checked = button.dataset.on === "1";
    dirty = true;
    count();
  });
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      keep();
      say(form.dataset.offline);
      return;
    }
    leaving = true;
    keep(event.submitter?.value === "save" || !event.submitter);
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty && !leaving) event.preventDefault();
  });
  window.addEventListener("online", () => {
    if (dirty) count();
  });

  // --- keyboard and paste: up and down a column ---
  const column = (field) => {
    const kind = field.name.split("-")[0];
    return [...form.querySelectorAll(`input[name^="${kind}-"]`)].filter((one) => one.type === "text" && !one.readOnly && !one.disabled && !one.closest("tr.longer") === !field.closest("tr.longer"));
  };
  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || !field.closest("table.series, table.cascade") || field.type === "checkbox") return;
    const step = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = column(field);
    const next = all[all.indexOf(field) + step];
    event.preventDefault();
    if (next) {
      next.focus();
      next.select();
    } else field.blur();
  });
  form.addEventListener("focusin", (event) => {
    if (event.target.matches?.("table.series input.num, table.cascade input.num")) event.target.select();
  });
  form.addEventListener("paste", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || !field.closest("table.series, table.cascade")) return;
    const cells = (event.clipboardData?.getData("text/plain") ?? "").replace(/\r\n?/g, "\n").replace(/\n$/, "").split(/[\t\n]/);
    if (cells.length < 2) return;
    event.preventDefault();
    const all = column(field);
    const from = all.indexOf(field);
    let pasted = 0;
    cells.forEach((text, i) => {
      const one = all[from + i];
      if (!one) return;
      one.value = text.trim();
      clock += 1;
      edited.set(one.id, clock);
      pasted += 1;
    });
    dirty = true;
    keep();
    count().then(() => say(form.dataset.pasted.replace("{count}", pasted)));
  });

  restore();
})();
