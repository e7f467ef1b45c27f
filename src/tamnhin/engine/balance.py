"""Class balance of scorecards: what their KPIs are made of, and what is worth a second look. It advises, never blocks.

See docs/algorithms/balance.md for the rules and where they come from. Owners are all counted at once: one group-by for
any number of people.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from tamnhin.engine.book import Book
from tamnhin.engine.lineage.chain import newest_definitions
from tamnhin.engine.problems import Problem, declare

# axis → its two classes; each is a column of the ``kpis`` sheet
AXES: dict[str, tuple[str, str]] = {
    "level": ("strategic", "tactical"),
    "domain": ("sale", "non_sale"),
    "timing": ("leading", "lagging"),
    "flow": ("input", "output"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as too much; weights in per cent of the scorecard."""

    most_of_person: int = 8
    most_of_unit: int = 12
    fewest: int = 3
    heavy: float = 40.0
    light: float = 5.0
    guarded: float = 30.0  # a KPI with this weight or more wants a guardrail


@dataclass(frozen=True, slots=True)
class Advice:
    """One finding about one owner; ``kpi`` where it is about one line."""

    code: str
    owner: str
    kpi: str | None = None
    args: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: str) -> str:
        return Problem(self.code, owner=self.owner, kpi=self.kpi, args=self.args).text(language)


@dataclass(frozen=True, slots=True)
class Balance:
    """``owners``: one row an owner: ``owner`` String, ``lines`` Int64, ``weight`` Float64, and per class of ``AXES`` a
    count (``n_<class>`` Int64) and a share of the weight in % (``w_<class>`` Float64). ``advice`` in the same order.
    """

    owners: pl.DataFrame
    advice: tuple[Advice, ...]

    def of(self, owner: str) -> tuple[Advice, ...]:
        return tuple(one for one in self.advice if one.owner == owner)

    def counts(self) -> dict[str, int]:
        """Owner → how many pieces of advice, for those that have any."""
        found: dict[str, int] = {}
        for one in self.advice:
            found[one.owner] = found.get(one.owner, 0) + 1
        return found


declare(
    "ALL_LAGGING",
    "info",
    "Mọi KPI đều là KPI kết quả: khi con số xấu hiện ra thì đã muộn. Thêm một KPI dẫn dắt mà người này làm được mỗi "
    "tuần.",
    "Every KPI is lagging: by the time a bad number shows, it is late. Add a leading one that can be acted on every "
    "week.",
)
declare(
    "NO_INPUT",
    "info",
    "Không có KPI đầu vào (giờ, chi phí, nguyên liệu, người): không thấy được kết quả tốn bao nhiêu. Thêm một "
    "KPI đầu vào.",
    "There is no input KPI (hours, cost, material, heads), so nobody sees what the result costs. Add one.",
)
declare(
    "TOO_MANY_KPIS",
    "info",
    "Có {count} KPI, nhiều hơn {most}: mỗi KPI chỉ còn một phần nhỏ sự chú ý. Giữ những KPI quyết định, còn lại để "
    "theo dõi với trọng số 0.",
    "There are {count} KPIs, more than {most}: each gets little attention. Keep those that decide; follow the others "
    "with weight 0.",
)
declare(
    "TOO_FEW_KPIS",
    "info",
    "Chỉ có {count} KPI, ít hơn {fewest}: một con số không nói hết công việc. Xem còn mặt nào chưa được đo.",
    "There are only {count} KPIs, fewer than {fewest}: one number does not tell a whole job. See what is not measured.",
)
declare(
    "WEIGHT_OVER_40",
    "info",
    "KPI {kpi} chiếm {weight} % trọng số, quá {heavy} %: mọi việc khác dễ bị bỏ qua. Chia lại trọng số.",
    "The KPI {kpi} has {weight} % of the weight, over {heavy} %: everything else is easily neglected. Spread the "
    "weight.",
)
declare(
    "WEIGHT_UNDER_5",
    "info",
    "KPI {kpi} chỉ có {weight} % trọng số, dưới {light} %: không ai thay đổi việc làm vì nó. Bỏ, hoặc tăng trọng số.",
    "The KPI {kpi} has only {weight} % of the weight, under {light} %: nobody acts on it. Drop it or raise the weight.",
)
declare(
    "NO_GUARDRAIL",
    "info",
    "KPI {kpi} nặng {weight} % mà không có KPI đối trọng: dễ đạt bằng cách làm hỏng việc khác. Chọn KPI đối trọng.",
    "The KPI {kpi} weighs {weight} % and has no guardrail: it can be met by harming something else. Pair it with one.",
)
declare(
    "UNCLASSIFIED",
    "info",
    "{count} KPI chưa được phân loại ({kpis}), nên chưa xét được cân đối. Điền bốn trục phân loại trên thẻ KPI.",
    "{count} KPIs are not classified ({kpis}), so the balance is not known. Fill in the four axes on their cards.",
)
declare(
    "NO_TACTICAL",
    "info",
    "Mọi KPI đều là KPI chiến lược: người này không trực tiếp làm thay đổi được. Thêm KPI chiến thuật mà họ tự quyết.",
    "Every KPI is strategic, which this person cannot move directly. Add a tactical one that is in their hands.",
)


def balance(book: Book, on: datetime.date, limits: Limits | None = None) -> Balance:
    """Of all owners with lines on a day. Lines of weight 0 are followed, not counted."""
    limits = limits or Limits()
    lines = (
        book["scorecards"]
        .filter((pl.col("from").is_null() | (pl.col("from") <= on)) & (pl.col("to").is_null() | (pl.col("to") >= on)))
        .select(pl.col("owner", "kpi").cast(pl.String), pl.col("weight").cast(pl.Float64), pl.col("post"))
    )
    return balance_of(lines, book, limits)


def balance_of(lines: pl.DataFrame, book: Book, limits: Limits | None = None) -> Balance:
    """The same for lines that are only proposed. ``lines``: ``owner`` String, ``kpi`` String, ``weight`` Float64 (%).

    An owner with two posts has two scorecards of 100 % each: weights are taken as shares of the owner's own total.
    """
    limits = limits or Limits()
    people = set(book["people"]["code"])
    defined = newest_definitions(book)
    classes = pl.DataFrame(
        [
            {"kpi": code, "guardrail": row["guardrail"], **{axis: row[axis] for axis in AXES}}
            for code, row in defined.items()
        ],
        schema={"kpi": pl.String, "guardrail": pl.String, **dict.fromkeys(AXES, pl.String)},
    )  # fmt: skip
    guards = set(classes["guardrail"].drop_nulls())
    weighed = (
        lines.filter(pl.col("weight") > 0)
        .with_columns((100 * pl.col("weight") / pl.col("weight").sum().over("owner")).alias("share"))
        .join(classes, on="kpi", how="left", maintain_order="left")
    )
    counted = [
        expression
        for axis, pair in AXES.items()
        for word in pair
        for expression in (
            (pl.col(axis) == word).sum().cast(pl.Int64).alias(f"n_{word}"),
            pl.col("share").filter(pl.col(axis) == word).sum().alias(f"w_{word}"),
        )
    ]
    vague = pl.any_horizontal(pl.col(axis).is_null() for axis in AXES)
    owners = weighed.group_by("owner", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("lines"),
        pl.col("weight").sum(),
        *counted,
        pl.col("kpi").filter(vague).alias("vague"),
    )
    # one pass over what was found, not over people: rows that no rule catches are filtered out first
    person = pl.col("owner").is_in(pl.Series(list(people), dtype=pl.String).implode())
    most = pl.when(person).then(limits.most_of_person).otherwise(limits.most_of_unit)
    classified = pl.col("vague").list.len() == 0
    found: list[tuple[str, str | None, Advice]] = []

    def about(code: str, condition: pl.Expr, **args: object) -> None:
        for row in owners.filter(condition).with_columns(most.alias("most")).iter_rows(named=True):
            said = {name: value(row) if callable(value) else value for name, value in args.items()}
            found.append((row["owner"], None, Advice(code, row["owner"], None, said)))

    about("ALL_LAGGING", classified & (pl.col("n_leading") == 0))
    about("NO_TACTICAL", classified & (pl.col("n_tactical") == 0) & person)
    about("NO_INPUT", classified & (pl.col("n_input") == 0) & ~person)
    about("TOO_MANY_KPIS", pl.col("lines") > most, count=lambda row: row["lines"], most=lambda row: row["most"])
    about("TOO_FEW_KPIS", pl.col("lines") < limits.fewest, count=lambda row: row["lines"], fewest=limits.fewest)
    about(
        "UNCLASSIFIED",
        ~classified,
        count=lambda row: len(row["vague"]),
        kpis=lambda row: ", ".join(row["vague"][:3]) + ("…" if len(row["vague"]) > 3 else ""),
    )
    guarded = pl.col("guardrail").is_not_null() | pl.col("kpi").is_in(
        pl.Series(list(guards), dtype=pl.String).implode()
    )
    pushed = (pl.col("level") == "strategic") | (pl.col("domain") == "sale")
    for code, condition in (
        ("WEIGHT_OVER_40", pl.col("share") > limits.heavy),
        ("WEIGHT_UNDER_5", pl.col("share") < limits.light),
        ("NO_GUARDRAIL", (pl.col("share") >= limits.guarded) & pushed & ~guarded),
    ):
        for row in weighed.filter(condition).iter_rows(named=True):
            args = {
                "kpi": row["kpi"], "weight": f"{row['share']:.4g}", "heavy": f"{limits.heavy:g}",
                "light": f"{limits.light:g}",
            }  # fmt: skip
            found.append((row["owner"], row["kpi"], Advice(code, row["owner"], row["kpi"], args)))
    place = {owner: at for at, owner in enumerate(owners["owner"])}
    found.sort(key=lambda one: place[one[0]])
    return Balance(owners.drop("vague"), tuple(one for _owner, _kpi, one in found))
