// Choosing many in the inbox: one tick for all, and how many are chosen beside the button. Works without it.
(() => {
  "use strict";
  const count = (form) => {
    const boxes = [...form.querySelectorAll('input[name="chosen"]')];
    const chosen = boxes.filter((box) => box.checked).length;
    const all = form.querySelector("[data-choose-all]");
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    const shown = form.querySelector("[data-chosen-count]");
    if (shown) shown.textContent = chosen ? ` (${chosen})` : "";
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.flow-group");
    if (!form) return;
    if (event.target.matches("[data-choose-all]")) {
      for (const box of form.querySelectorAll('input[name="chosen"]')) box.checked = event.target.checked;
    }
    count(form);
  });
  document.querySelectorAll("form.flow-group").forEach(count);
})();
