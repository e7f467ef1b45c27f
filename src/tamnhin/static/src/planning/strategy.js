// Improves pages of the strategy that already work as plain forms: a counter, and nothing typed is lost offline.
(() => {
  "use strict";

  // --- how long a statement is ---
  const count = (field) => {
    const place = document.getElementById(field.dataset.count);
    if (!place) return;
    const length = [...field.value.trim()].length;
    const long = length > Number(place.dataset.good);
    place.textContent = `${length} / ${place.dataset.good} ${place.dataset.words}${long ? ` · ${place.dataset.long}` : ""}`;
    place.classList.toggle("is-long", long);
  };
  for (const field of document.querySelectorAll("[data-count]")) {
    count(field);
    field.addEventListener("input", () => count(field));
  }

  // --- the editor of a goal: the server keeps what is typed; when it cannot be reached this machine does ---
  const form = document.getElementById("goal-form");
  if (!form) return;
  const key = `tamnhin-goal-${form.dataset.place}`;
  const skipped = new Set(["csrfmiddlewaretoken", "place", "revision", "then"]);
  const typed = () => {
    const out = {};
    for (const [name, value] of new FormData(form)) if (!skipped.has(name)) out[name] = value;
    return out;
  };
  const line = () => document.getElementById("kept-line");
  const say = (text, off) => {
    const place = line();
    const mark = off ? document.getElementById("off-mark").content.cloneNode(true) : "";
    place.replaceChildren(mark, text);
    place.classList.toggle("is-off", off);
  };
  const stored = () => {
    try {
      return JSON.parse(window.localStorage.getItem(key) || "null");
    } catch {
      return null;
    }
  };
  const store = (value) => {
    try {
      if (value === null) window.localStorage.removeItem(key);
      else window.localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // private windows have no storage; the form itself still holds the words
    }
  };

  // --- a cycle brings its days; a horizon the cycle of that kind ---
  const cycles = [...document.querySelectorAll("#goal-cycles option")];
  form.addEventListener("change", (event) => {
    const { cycle, horizon, valid_from: from, valid_to: to } = form.elements;
    if (event.target === horizon) {
      const day = new Date().toISOString().slice(0, 10);
      const fits = cycles.filter((one) => one.dataset.kind === horizon.value && one.dataset.to >= day);
      cycle.value = fits.length ? fits[0].value : "";
    }
    if (event.target === horizon || event.target === cycle) {
      const chosen = cycles.find((one) => one.value === cycle.value && (one.value || one.dataset.kind === horizon.value));
      if (chosen) [from.value, to.value] = [chosen.dataset.from, chosen.dataset.to];
    }
  });

  let retry = 0;
  const ours = (event) => event.detail.elt?.id === "smart" || event.target?.id === "smart";
  const offline = () => {
    store(typed());
    say(form.dataset.offline, true);
    window.clearTimeout(retry);
    retry = window.setTimeout(() => window.htmx.trigger(form, "change"), 5000);
  };
  document.addEventListener("htmx:sendError", (event) => ours(event) && offline());
  document.addEventListener("htmx:timeout", (event) => ours(event) && offline());
  document.addEventListener("htmx:responseError", (event) => ours(event) && offline());
  document.addEventListener("htmx:afterRequest", (event) => {
    if (ours(event) && event.detail.successful) {
      window.clearTimeout(retry);
      store(null);
    }
  });
  window.addEventListener("online", () => stored() && window.htmx?.trigger(form, "change"));
  form.addEventListener("submit", () => {
    store(null);
    // a check that is still waiting would keep the words of what is being saved
    document.addEventListener("htmx:beforeRequest", (event) => ours(event) && event.preventDefault());
  });

  // --- words that were typed while there was no connection ---
  const before = stored();
  if (before) {
    const note = document.createElement("div");
    note.className = "note warn spread";
    note.setAttribute("role", "status");
    const words = document.createElement("div");
    words.textContent = form.dataset.restored;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-plain";
    button.textContent = form.dataset.use;
    button.addEventListener("click", () => {
      for (const [name, value] of Object.entries(before)) if (form.elements[name]) form.elements[name].value = value;
      note.remove();
      window.htmx.trigger(form, "change");
      form.elements.title.focus();
    });
    note.append(words, button);
    form.prepend(note);
  }
})();
