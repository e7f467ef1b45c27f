// Suggestions while an owner, a person or a KPI is typed. The form works without: a code is enough.
(() => {
  "use strict";
  const waiting = new WeakMap();
  const suggest = async (field) => {
    const address = field.form.dataset.pickUrl.replace("KIND", field.dataset.pick);
    const list = document.getElementById(field.getAttribute("list"));
    if ([...list.options].some((option) => option.value === field.value)) return;
    const response = await fetch(`${address}?q=${encodeURIComponent(field.value)}`, { credentials: "same-origin" });
    if (response.ok) list.innerHTML = await response.text();
  };
  const later = (event) => {
    const field = event.target.closest?.("[data-pick]");
    if (!field?.form?.dataset.pickUrl) return;
    clearTimeout(waiting.get(field));
    waiting.set(field, setTimeout(() => suggest(field).catch(() => {}), event.type === "input" ? 200 : 0));
  };
  document.addEventListener("input", later);
  document.addEventListener("focusin", later);
})();
