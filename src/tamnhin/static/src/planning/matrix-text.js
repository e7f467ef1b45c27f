// Numbers as people type, paste and read them, in Vietnamese and English. Pure: no page, no network.
(() => {
  "use strict";
  const SPACES = /[\s\u00a0\u202f]/g;
  const SCALES = {
    vi: [["nghin ty", 12], ["ty", 9], ["ti", 9], ["trieu", 6], ["tr", 6], ["nghin", 3], ["ngan", 3], ["k", 3]],
    en: [["tn", 12], ["bn", 9], ["b", 9], ["m", 6], ["k", 3]],
  };

  const fold = (text) =>
    text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase().trim();

  // The figures alone: which mark groups and which begins decimals is the language's, unless only the other can be.
  const figures = (text, language) => {
    const [group, point] = language === "vi" ? [".", ","] : [",", "."];
    const parts = text.split(point);
    if (parts.length > 2) return NaN;
    let whole = parts[0];
    const fraction = parts[1] ?? "";
    if (whole.includes(group)) {
      const groups = whole.split(group);
      const grouped = groups.length > 1 && /^\d{1,3}$/.test(groups[0]) && groups.slice(1).every((one) => /^\d{3}$/.test(one));
      if (grouped) whole = groups.join("");
      else if (!fraction && groups.length === 2 && /^\d*$/.test(groups[0]) && /^\d+$/.test(groups[1])) {
        return Number(`${groups[0] || 0}.${groups[1]}`); // 33.5 pasted into a Vietnamese sheet
      } else return NaN;
    }
    if (!/^\d*$/.test(whole) || !/^\d*$/.test(fraction) || !(whole || fraction)) return NaN;
    return Number(`${whole || 0}.${fraction || 0}`);
  };

  // null for nothing, a number, or NaN for what cannot be read.
  const parse = (typed, language) => {
    let text = String(typed).replace(/\u2212/g, "-").trim();
    if (!text || text === "—" || text === "-") return null;
    let sign = 1;
    if (/^\(.*\)$/.test(text)) { sign = -1; text = text.slice(1, -1); } // accounting's minus
    if (/^[+-]/.test(text)) { if (text[0] === "-") sign = -sign; text = text.slice(1); }
    text = text.replace(/(%|₫|đ|vnd|vnđ)$/i, "").trim();
    let power = 0;
    const plain = fold(text);
    for (const [word, scale] of SCALES[language] ?? SCALES.en) {
      if (plain.endsWith(word) && /[\d.,\s]$/.test(plain.slice(0, -word.length))) {
        power = scale;
        text = plain.slice(0, -word.length).trim();
        break;
      }
    }
    const value = figures(text.replace(SPACES, ""), language);
    return Number.isFinite(value) ? sign * Number(`${value}e${power}`) : NaN;
  };

  // As it stands in a field or on the clipboard: no grouping, nothing shortened.
  const plain = (value, language) => {
    if (value === null) return "";
    const text = Math.abs(value) < 1e21 && Math.abs(value) >= 1e-6 ? String(value) : value.toFixed(12).replace(/\.?0+$/, "");
    return language === "vi" ? text.replace(".", ",") : text;
  };

  const formats = new Map();
  const formatted = (value, language, digits) => {
    const key = `${language}${digits}`;
    if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(language, { maximumFractionDigits: digits }));
    return formats.get(key).format(value).replace("-", "\u2212");
  };

  const SHORT = { vi: [[1e12, "\u00a0nghìn tỷ"], [1e9, "\u00a0tỷ"], [1e6, "\u00a0tr"]], en: [[1e12, "tn"], [1e9, "bn"], [1e6, "m"]] };
  const write = (value, language, kind = "number") => {
    if (value === null) return "";
    const size = Math.abs(value);
    if (kind === "money") {
      for (const [limit, word] of SHORT[language] ?? SHORT.en) {
        if (size >= limit) return formatted(value / limit, language, 3) + word;
      }
    }
    return formatted(value, language, size >= 1000 ? 2 : 4);
  };

  const rows = (clip) => {
    const lines = clip.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
    return lines.map((line) => line.split("\t").map((cell) => cell.replace(/^"([\s\S]*)"$/, "$1")));
  };

  // Exactly 100 in hundredths: the ones over go to the first, as the server does.
  const equal = (count) => {
    const each = Math.floor(10000 / count);
    const over = 10000 - each * count;
    return Array.from({ length: count }, (_, i) => (each + (i < over ? 1 : 0)) / 100);
  };

  const fill = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

  window.tamnhinMatrix = { ...window.tamnhinMatrix, fold, parse, plain, write, rows, equal, fill };
})();
