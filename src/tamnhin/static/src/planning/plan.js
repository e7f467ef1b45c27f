// One scorecard's form: the total against 100 follows what is typed. Without this the server says it after saving.
(() => {
  "use strict";
  const form = document.getElementById("plan-form");
  const stat = document.getElementById("plan-total");
  if (!form || !stat) return;
  const { parse, write } = window.tamnhinMatrix;
  const language = document.documentElement.lang.startsWith("en") ? "en" : "vi";
  const label = stat.querySelector("span");
  const first = label.textContent.trim().split(/\s+/)[0];
  const use = stat.querySelector("use");
  const sprite = use.getAttribute("href").split("#")[0];
  const show = () => {
    let micro = 0;
    for (const field of form.querySelectorAll(".plan-weight")) {
      const key = field.name.slice("weight-".length);
      const value = parse(field.value, language);
      const gone = form.elements[`remove-${key}`]?.checked;
      field.closest("tr").classList.toggle("plan-removed", Boolean(gone));
      field.setAttribute("aria-invalid", String(Number.isNaN(value)));
      if (!gone && Number.isFinite(value)) micro += Math.round(value * 1e6);
    }
    const missing = 100e6 - micro;
    const word = missing === 0 ? stat.dataset.full : `${missing > 0 ? stat.dataset.short : stat.dataset.over} ${write(Math.abs(missing) / 1e6, language)}`;
    label.textContent = `${first} ${write(micro / 1e6, language)} · ${word}`;
    stat.classList.toggle("tone-good", missing === 0);
    stat.classList.toggle("tone-warn", missing !== 0);
    use.setAttribute("href", `${sprite}#${missing === 0 ? "circle-check" : "alert-triangle"}`);
  };
  let touched = false;
  const changed = () => {
    touched = true;
    show();
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => {
    touched = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (touched) event.preventDefault();
  });
})();
