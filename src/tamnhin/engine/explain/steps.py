"""The tree of a "why?": language-neutral steps, and their words in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from tamnhin.engine.states import State

Kind = Literal["measure", "percent", "points", "weight", "money", "text"]
Show = Callable[[float | Decimal, Kind, str], str]
"""Writes a number of a kind in a language; pages pass the formatting of the house."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a number stands: the cell of the book and the record that filled it."""

    owner: str
    kpi: str
    period: str
    source: str | None = None
    recorded_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is (``key`` into ``TEXTS``), with what (``args``), and what came out (``value``).

    ``value`` is None where ``state`` says why there is none. ``texts`` overrides the formula of ``TEXTS`` (the trace
    of a KPI formula brings its own). ``owner`` and ``kpi`` name whose number it is, for a link to the next "why?".
    """

    key: str
    value: float | Decimal | None
    kind: Kind = "measure"
    args: Mapping[str, object] = field(default_factory=dict)
    children: tuple[Step, ...] = ()
    state: State = State.VALUE
    origin: Origin | None = None
    owner: str | None = None
    kpi: str | None = None
    texts: tuple[str, str] | None = None

    def label(self, language: str, show: Show | None = None) -> str:
        return self._fill(TEXTS[self.key][_side(language)], language, show)

    def formula(self, language: str, show: Show | None = None) -> str:
        """The operation with its numbers in place; empty where there is none."""
        if self.texts is not None:
            return self.texts[_side(language)]
        return self._fill(FORMULAS.get(self.key, ("", ""))[_side(language)], language, show)

    def result(self, language: str, show: Show | None = None) -> str:
        """The outcome as text: a number, or the words for why there is none."""
        if self.value is None:
            return STATE_WORDS[self.state][_side(language)] if self.state is not State.VALUE else "—"
        return (show or plain_number)(self.value, self.kind, language)

    def lines(self, language: str, show: Show | None = None, depth: int = 0) -> Iterator[str]:
        """The tree as indented text, one step a line."""
        text = f"{self.label(language, show)}: {self.result(language, show)}"
        formula = self.formula(language, show)
        if formula:
            text += f"  =  {formula}"
        if self.origin is not None:
            text += _origin_text(self.origin, language)
        yield "  " * depth + text
        for child in self.children:
            yield from child.lines(language, show, depth + 1)

    def _fill(self, template: str, language: str, show: Show | None) -> str:
        write = show or plain_number
        shown: dict[str, str] = {}
        for name, value in self.args.items():
            if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], str):  # (number, kind)
                amount, kind = value
                shown[name] = "—" if amount is None else write(amount, kind, language)
            elif isinstance(value, Mapping):  # {"vi": …, "en": …}
                shown[name] = str(value[language if language in value else "en"])
            else:
                shown[name] = "—" if value is None else str(value)
        return template.format_map(_Dashes(shown))


class _Dashes(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def _side(language: str) -> int:
    return 0 if language == "vi" else 1


def plain_number(value: float | Decimal, kind: Kind, language: str) -> str:
    """Numbers for terminals and tests: grouped, at most 4 decimals for measures, 2 for the rest."""
    digits = 4 if kind == "measure" else 2
    text = f"{value:,.{digits}f}"
    if "." in text and (kind in ("measure", "weight", "money")):
        text = text.rstrip("0").rstrip(".")
    if language == "vi":
        text = text.replace(",", " ").replace(".", ",").replace(" ", ".")
    return text + " %" if kind == "percent" else text


def _origin_text(origin: Origin, language: str) -> str:
    parts = [part for part in (origin.source, origin.reason) if part]
    if origin.recorded_at is not None:
        parts.append(f"{origin.recorded_at:%Y-%m-%d %H:%M}")
    return f"  [{'; '.join(parts)}]" if parts else ""


STATE_WORDS: dict[State, tuple[str, str]] = {
    State.VALUE: ("có số", "a value"),
    State.EXEMPT: ("được miễn", "exempt"),
    State.NOT_APPLICABLE: ("không áp dụng", "not applicable"),
    State.NOT_DUE: ("chưa đến kỳ", "not due yet"),
    State.NO_DATA: ("chưa có số liệu", "no data"),
}

# key: (Vietnamese label, English label)
TEXTS: dict[str, tuple[str, str]] = {
    "card": ("Điểm của {owner}, kỳ {period}", "Score of {owner}, {period}"),
    "card_open": ("Điểm tạm tính của {owner}, kỳ {period}", "Provisional score of {owner}, {period}"),
    "card_pace": (
        "Điểm tạm tính theo ngày đã qua của {owner}, kỳ {period}",
        "Provisional score for the days gone of {owner}, {period}",
    ),
    "line": ("{kpi}, trọng số {weight}", "{kpi}, weight {weight}"),
    "not_scored": ("{kpi}, trọng số {weight}: chưa tính vào điểm", "{kpi}, weight {weight}: not counted"),
    "clamp": ("Điểm tính trong khoảng {floor} đến {cap}", "Counted within {floor} to {cap}"),
    "raw": ("Tỷ lệ hoàn thành", "Achievement"),
    "mean_of_scores": ("Trung bình điểm các kỳ", "Mean of the periods' scores"),
    "actual": ("Thực hiện", "Actual"),
    "target": ("Chỉ tiêu", "Target"),
    "target_now": ("Chỉ tiêu đến hôm nay", "Target for the days gone"),
    "baseline": ("Mốc xuất phát", "Baseline"),
    "sum": ("Thực hiện: cộng {count} kỳ", "Actual: sum of {count} periods"),
    "last": ("Thực hiện: số cuối cùng đã báo", "Actual: the last reported"),
    "mean": ("Thực hiện: trung bình các kỳ đã báo", "Actual: mean of what was reported"),
    "min": ("Thực hiện: số nhỏ nhất", "Actual: the smallest"),
    "max": ("Thực hiện: số lớn nhất", "Actual: the largest"),
    "ratio": ("Thực hiện: tổng tử số chia tổng mẫu số", "Actual: total numerator over total denominator"),
    "weighted_mean": ("Thực hiện: trung bình có trọng số", "Actual: weighted mean"),
    "compound": ("Thực hiện: dồn tích", "Actual: compounded"),
    "none": ("Thực hiện: KPI không cộng dồn", "Actual: this KPI does not aggregate"),
    "rollup": ("Thực hiện: gộp từ {count} thành phần", "Actual: from {count} parts"),
    "computed": ("Thực hiện: theo công thức", "Actual: by formula"),
    "input": ("{name}", "{name}"),
    "cell": ("{period}", "{period}"),
    "target_cell": ("{period}", "{period}"),
    "child": ("{name}", "{name}"),
    "children_mean": ("Trung bình điểm của {count} thành phần", "Mean of {count} parts' scores"),
    "child_score": ("{name}", "{name}"),
    "moved": ("Phần thuộc nơi khác vì chuyển đơn vị trong kỳ", "The part elsewhere, for people who moved"),
    "reconcile": ("Chênh lệch vì công thức không tuyến tính", "Difference, because the formula is not linear"),
    "pay": ("Lương hiệu quả của {owner}, kỳ {period}", "Performance pay of {owner}, {period}"),
    "rate": ("Tỷ lệ hưởng", "Payout rate"),
    "base": ("Mức lương hiệu quả", "Base"),
    "published": ("Điểm đã công bố (làm tròn một lần, 2 số lẻ)", "Published score (rounded once, 2 decimals)"),
    "unrounded": ("Điểm trước khi làm tròn", "Score before rounding"),
}

FORMULAS: dict[str, tuple[str, str]] = {
    "card": ("Σ(trọng số × điểm) ÷ Σ trọng số = {points} ÷ {weights}; độ phủ {coverage}",
             "Σ(weight × score) ÷ Σ weight = {points} ÷ {weights}; coverage {coverage}"),
    "card_open": ("Σ(trọng số × điểm) ÷ Σ trọng số = {points} ÷ {weights}; độ phủ {coverage}",
                  "Σ(weight × score) ÷ Σ weight = {points} ÷ {weights}; coverage {coverage}"),
    "card_pace": ("Σ(trọng số × điểm) ÷ Σ trọng số = {points} ÷ {weights}; độ phủ {coverage}",
                  "Σ(weight × score) ÷ Σ weight = {points} ÷ {weights}; coverage {coverage}"),
    "line": ("{weight} × {score} ÷ {weights}", "{weight} × {score} ÷ {weights}"),
    "not_scored": ("{why}", "{why}"),
    "clamp": ("{raw} được tính là {score}", "{raw} counted as {score}"),
    "raw": ("{formula}: {numbers}", "{formula}: {numbers}"),
    "ratio": ("{num} ÷ {den} × {scale}", "{num} ÷ {den} × {scale}"),
    "weighted_mean": ("{num} ÷ {den}", "{num} ÷ {den}"),
    "cell": ("{parts}", "{parts}"),
    "target": ("{note}", "{note}"),
    "target_now": ("{note}", "{note}"),
    "child": ("{parts}", "{parts}"),
    "pay": ("{base} × {rate}", "{base} × {rate}"),
    "rate": ("đường quy đổi tại {score}: {curve}", "the curve at {score}: {curve}"),
}  # fmt: skip
