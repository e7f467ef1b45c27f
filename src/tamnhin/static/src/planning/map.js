// The strategy map: walking it by keyboard, presenting it, and dragging what its forms also do.
(() => {
  "use strict";
  const page = document.querySelector(".map-page");
  if (!page) return;
  const drawing = page.querySelector(".map-drawing");
  const wide = window.matchMedia("(min-width: 768px)").matches;
  for (const list of page.querySelectorAll("[data-wide-closed]")) list.open = !wide;
  if (!drawing) return;
  const boxes = [...drawing.querySelectorAll(".map-box")];
  const byGoal = new Map(boxes.map((box) => [box.dataset.goal, box]));
  const mode = page.dataset.mode;

  // --- the drawer: a link of a drawing has no plain address, so a link of the page stands in for it ---
  const stand = document.createElement("a");
  stand.dataset.drawer = "";
  stand.className = "visually-hidden";
  stand.tabIndex = -1;
  stand.setAttribute("aria-hidden", "true");
  page.append(stand);
  let opener = null;
  drawing.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-drawer]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    opener = link;
    stand.href = link.getAttribute("href");
    stand.click();
  });
  document.getElementById("drawer")?.addEventListener("close", () => {
    if (document.activeElement === stand) opener?.focus();
  });

  // --- what belongs together, on hover and focus ---
  const lines = [...drawing.querySelectorAll("[data-source]")];
  const trace = (goals) => {
    drawing.classList.toggle("tracing", goals.length > 0);
    if (!goals.length) return;
    const near = new Set(goals);
    for (const line of lines) {
      const touches = goals.includes(line.dataset.source) || goals.includes(line.dataset.target);
      line.classList.toggle("near", touches);
      if (touches) near.add(line.dataset.source).add(line.dataset.target);
    }
    for (const box of boxes) box.classList.toggle("near", near.has(box.dataset.goal));
  };
  const goalsOf = (element) => {
    const box = element?.closest?.(".map-box");
    if (box) return [box.dataset.goal];
    const line = element?.closest?.(".map-arrow");
    return line ? [line.dataset.source, line.dataset.target] : [];
  };
  drawing.addEventListener("pointerover", (event) => trace(goalsOf(event.target)));
  drawing.addEventListener("pointerleave", () => trace(goalsOf(document.activeElement)));
  drawing.addEventListener("focusin", (event) => trace(goalsOf(event.target)));
  drawing.addEventListener("focusout", () => trace([]));

  // --- arrow keys: along a row, and up and down between rows ---
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const next = (from, [down, along]) => {
    const index = boxes.indexOf(from);
    if (index < 0) return boxes[0];
    if (along) return boxes[Math.min(Math.max(index + along, 0), boxes.length - 1)];
    const row = Number(from.dataset.row);
    const column = Number(from.dataset.column);
    const beyond = boxes.filter((box) => (Number(box.dataset.row) - row) * down > 0);
    const far = (box) => [Math.abs(Number(box.dataset.row) - row), Math.abs(Number(box.dataset.column) - column)];
    beyond.sort((a, b) => far(a)[0] - far(b)[0] || far(a)[1] - far(b)[1]);
    return beyond[0] ?? from;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.getElementById("drawer")?.open) return;
    const here = document.activeElement?.closest?.(".map-box");
    if (event.key in steps && (here || mode === "present") && !event.target.closest("input, select, textarea")) {
      event.preventDefault();
      next(here, steps[event.key]).focus();
    } else if (event.key === "Escape" && mode === "present") {
      window.location.assign(page.dataset.leave);
    }
  });

  // --- dragging: a box into another lane, a handle onto another box ---
  if (mode !== "edit") return;
  const ns = "http://www.w3.org/2000/svg";
  const point = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());
  const handles = new Map();
  for (const box of boxes) {
    const at = box.querySelector(".map-card").getBBox();
    const handle = document.createElementNS(ns, "circle");
    handle.setAttribute("class", "map-handle");
    handle.setAttribute("cx", at.x + at.width / 2);
    handle.setAttribute("cy", at.y);
    handle.setAttribute("r", 6);
    box.firstElementChild.append(handle);
    handles.set(handle, box);
  }
  const under = (event, selector, without) =>
    document.elementsFromPoint(event.clientX, event.clientY)
      .map((element) => element.closest?.(selector))
      .find((element) => element && element !== without);
  const choose = (form, values) => {
    for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
  };
  let drag = null;
  drawing.addEventListener("pointerdown", (event) => {
    const box = event.target.closest(".map-box");
    if (!box || event.button !== 0) return;
    drag = { box, start: point(event), link: handles.has(event.target), moved: false, thread: null, over: null };
    drawing.setPointerCapture(event.pointerId);
  });
  drawing.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const to = point(event);
    if (!drag.moved && Math.hypot(to.x - drag.start.x, to.y - drag.start.y) < 6) return;
    drag.moved = true;
    drag.over?.classList.remove("over");
    if (drag.link) {
      drag.thread ??= drawing.appendChild(document.createElementNS(ns, "path"));
      drag.thread.setAttribute("class", "map-thread");
      drag.thread.setAttribute("d", `M${drag.start.x},${drag.start.y}L${to.x},${to.y}`);
      drag.over = under(event, ".map-box", drag.box) ?? null;
    } else {
      drag.box.classList.add("dragging");
      drag.box.setAttribute("transform", `translate(${to.x - drag.start.x} ${to.y - drag.start.y})`);
      drag.over = under(event, ".map-lane") ?? null;
    }
    drag.over?.classList.add("over");
  });
  const drop = (done) => {
    if (!drag) return;
    const { box, over, link, moved, thread } = drag;
    drag = null;
    thread?.remove();
    over?.classList.remove("over");
    box.classList.remove("dragging");
    if (moved) drawing.addEventListener("click", (click) => { click.preventDefault(); click.stopPropagation(); }, { capture: true, once: true });
    if (moved && done && over && link) {
      const form = document.getElementById("map-draw");
      choose(form, { source: box.dataset.goal, target: over.dataset.goal });
      form.scrollIntoView({ block: "center" });
      form.elements.sign.focus();
    } else if (moved && done && over && over.dataset.lane !== box.dataset.lane) {
      const form = document.getElementById("map-move");
      choose(form, { goal: box.dataset.goal, lane: over.dataset.lane || "-" });
      form.requestSubmit();
      return;
    }
    box.removeAttribute("transform");
  };
  drawing.addEventListener("pointerup", () => drop(true));
  drawing.addEventListener("pointercancel", () => drop(false));
  document.addEventListener("keydown", (event) => event.key === "Escape" && drop(false));
  drawing.addEventListener("dragstart", (event) => event.preventDefault());
})();
