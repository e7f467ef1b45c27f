// Improves pages that already work as plain links and forms. No inline handlers, no eval (content security policy).
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const drawer = $("#drawer");
  let opener = null;

  // --- drawer: the same page as the link, its fragment in a dialog. Esc closes it (native), focus goes back. ---
  const openDrawer = async (link) => {
    opener = link;
    const body = $("#drawer-body");
    body.setAttribute("aria-busy", "true");
    try {
      await window.htmx.ajax("GET", link.getAttribute("href"), { target: body, swap: "innerHTML" });
    } catch {
      window.location.assign(link.getAttribute("href")); // the plain page always works
      return;
    }
    body.removeAttribute("aria-busy");
    $("#drawer-full").href = link.getAttribute("href"); // a link in a drawing has no plain href
    if (!drawer.open) drawer.showModal();
    drawer.scrollTop = 0;
  };

  document.addEventListener("click", (event) => {
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    const link = event.target.closest("a[data-drawer]");
    if (link && plain && drawer && window.htmx) {
      event.preventDefault();
      openDrawer(link);
      return;
    }
    if (event.target.closest("[data-close]") || event.target === drawer) drawer?.close();
    if (event.target.closest("[data-print]")) window.print();
    const copy = event.target.closest("[data-copy]");
    if (copy) copyText(copy);
    const fill = event.target.closest("[data-fill]");
    if (fill) {
      const field = document.getElementById(fill.dataset.for);
      field.value = fill.dataset.fill;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    }
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  drawer?.addEventListener("close", () => {
    $("#drawer-body").replaceChildren();
    opener?.focus();
  });

  const copyText = async (button) => {
    const text = document.getElementById(button.dataset.copy).textContent;
    try {
      await navigator.clipboard.writeText(text);
      say(button.dataset.done);
    } catch {
      window.getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
    }
  };
  const say = (text) => {
    const live = $("#live");
    if (live) live.textContent = text;
  };

  // --- keyboard ---
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      const search = $("#search");
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    }
    if (event.key === "Escape") {
      const menu = event.target.closest("details.menu[open]");
      if (menu) {
        menu.open = false;
        $("summary", menu).focus();
      }
    }
  });

  // --- forms ---
  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-autosubmit]")) event.target.form.requestSubmit();
    const file = event.target.closest("input[type=file][data-name]");
    if (file?.files.length) document.getElementById(file.dataset.name).textContent = file.files[0].name;
  });
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.target.closest?.(".dropzone")?.classList.toggle("over", kind === "dragenter" || kind === "dragover");
    });
  }

  // --- numbers on the chart, in the reader's language ---
  const language = document.documentElement.lang;
  const write = (value, unit) => {
    if (value === null || value === undefined) return "—";
    const plain = (number, digits) =>
      new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(number);
    if (unit.kind === "percent") return plain(value, unit.digits) + (language === "vi" ? " %" : "%");
    if (unit.kind === "money") {
      const size = Math.abs(value);
      const steps = language === "vi" ? [[1e9, " tỷ"], [1e6, " tr"]] : [[1e9, "bn"], [1e6, "m"]];
      for (const [limit, word] of steps) if (size >= limit) return plain(value / limit, 2) + word;
    }
    return [plain(value, unit.digits), unit.symbol].filter(Boolean).join(" ");
  };

  // --- chart: loaded only where there is one ---
  const charts = new Map();
  let library = null;
  const loadLibrary = (source) => {
    library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = () => resolve(window.echarts);
      script.onerror = reject;
      document.head.append(script);
    });
    return library;
  };
  const options = (data, words, narrow) => {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const muted = { color: "#566172", fontFamily: "Be Vietnam Pro", fontSize: 12 };
    const events = data.events.map((text, index) => (text ? { xAxis: index, name: text } : null)).filter(Boolean);
    const hollow = { color: "#ffffff", borderColor: "#17479e", borderWidth: 1.5, borderType: "dashed" };
    // Bars only where the axis may start at 0; percentages live in a narrow band and become a line.
    const shape =
      data.unit.kind === "percent"
        ? { type: "line", symbol: "circle", symbolSize: 7, lineStyle: { color: "#17479e", width: 2.5 } }
        : { type: "bar", barMaxWidth: 26 };
    return {
      animation: !still,
      animationDuration: 250,
      textStyle: { fontFamily: "Be Vietnam Pro" },
      grid: { left: 8, right: 12, top: events.length && !narrow ? 56 : 40, bottom: 4, containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 18, itemGap: 16, textStyle: muted },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        confine: true,
        formatter: (points) => {
          const index = points[0].dataIndex;
          const rows = points.map((point) => `${point.seriesName}: ${write(point.value, data.unit)}`);
          return [data.labels[index], ...rows, data.events[index]].filter(Boolean).join("\n");
        },
      },
      xAxis: { type: "category", data: data.labels, axisTick: { show: false }, axisLabel: { ...muted, hideOverlap: true }, axisLine: { lineStyle: { color: "#b8c0cc" } } },
      yAxis: { type: "value", scale: Boolean(data.unit.kind === "percent"), axisLabel: { ...muted, formatter: (value) => write(value, data.unit) }, splitLine: { lineStyle: { color: "#eaedf2" } } },
      series: [
        {
          name: words.actual, ...shape, z: 3, itemStyle: { color: "#17479e", borderRadius: [3, 3, 0, 0] },
          data: data.actual.map((value, index) => (data.open[index] ? { value, itemStyle: hollow } : value)),
          markLine: events.length
            ? { symbol: "none", silent: true, data: events, lineStyle: { color: "#7d5100", type: "dotted" }, label: { show: !narrow, formatter: "{b}", color: "#7d5100", fontSize: 12, position: "end", width: 130, overflow: "truncate" } }
            : undefined,
        },
        { name: words.target, type: "line", step: "middle", symbol: "none", data: data.target, lineStyle: { color: "#16202e", width: 2 }, itemStyle: { color: "#16202e" } },
        { name: words.lastYear, type: "line", symbol: "circle", symbolSize: 4, data: data.lastYear, lineStyle: { color: "#8a94a3", width: 1.5, type: "dashed" }, itemStyle: { color: "#8a94a3" } },
      ],
    };
  };
  const draw = async (root) => {
    for (const place of root.querySelectorAll("[data-chart]")) {
      if (charts.has(place)) continue;
      charts.set(place, null);
      const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
      const echarts = await loadLibrary(place.dataset.library);
      const chart = echarts.init(place, null, { renderer: "svg" });
      chart.setOption(options(data, place.dataset, place.clientWidth < 600));
      charts.set(place, chart);
      new ResizeObserver(() => chart.resize()).observe(place);
    }
  };

  document.addEventListener("DOMContentLoaded", () => draw(document));
  document.addEventListener("htmx:afterSettle", (event) => {
    for (const [place, chart] of charts) {
      if (!place.isConnected) {
        chart?.dispose();
        charts.delete(place);
      }
    }
    draw(event.target);
  });
})();
