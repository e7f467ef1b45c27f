"""Class balance of scorecards: what their KPIs are made of, and what is worth a second look. It advises, never blocks.

See docs/algorithms/balance.md for the rules and where they come from. Owners are all counted at once: one group-by for
any number of people.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

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
TIE = 1e-9  # shares within it of a limit are the limit: 40 of 100 is 40 %, whatever the others add up to in binary
FEWEST_OF_COMPANY = 3  # below it, one side of an axis says nothing about a company


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


@dataclass(frozen=True)
class Balance:
    """``owners``: one row an owner: ``owner`` String, ``lines`` Int64, ``weight`` Float64, and per class of ``AXES`` a
    count (``n_<class>`` Int64) and a share of the weight in % (``w_<class>`` Float64).

    ``found``: one row a finding, in the order of ``owners``: ``owner``, ``code``, ``kpi`` String (null: about all of
    the owner's lines), ``count`` Int64, ``share`` Float64 (% of the weight) and ``vague`` List(String), the
    unclassified KPIs, where they are said. ``company``: one row like those of ``owners``: counts are of different KPIs,
    shares are the means of all owners' shares, since every scorecard weighs 100 % to its owner.
    """

    owners: pl.DataFrame
    found: pl.DataFrame
    company: pl.DataFrame
    company_advice: tuple[Advice, ...]
    limits: Limits
    people: pl.Series = field(repr=False)

    @cached_property
    def advice(self) -> tuple[Advice, ...]:
        """All of it as objects; of one owner or a few, ``of`` is quicker."""
        return self._said(self.found)

    def of(self, *owners: str) -> tuple[Advice, ...]:
        """The advice for these owners, in the order of ``owners`` of the frame."""
        return self._said(self.found.filter(pl.col("owner").is_in(owners)))

    def counts(self) -> dict[str, int]:
        """Owner → how many pieces of advice, for those that have any."""
        return dict(self.found.group_by("owner", maintain_order=True).len().iter_rows())

    def _said(self, rows: pl.DataFrame) -> tuple[Advice, ...]:
        limits = self.limits
        person = pl.col("owner").is_in(self.people.implode())
        most = pl.when(person).then(limits.most_of_person).otherwise(limits.most_of_unit)
        out = []
        for owner, code, kpi, count, share, vague, allowed in rows.with_columns(most.alias("most")).iter_rows():
            args: dict[str, object] = {}
            if kpi is not None:
                args = {"kpi": kpi, "weight": f"{share:.4g}"}
                args |= {"heavy": f"{limits.heavy:g}", "light": f"{limits.light:g}"}
            elif code == "UNCLASSIFIED":
                args = {"count": len(vague), "kpis": ", ".join(vague[:3]) + ("…" if len(vague) > 3 else "")}
            elif count is not None:
                args = {"count": count, "most": allowed, "fewest": limits.fewest}
            out.append(Advice(code, owner, kpi, args))
        return tuple(out)


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
    "The KPI {kpi} has {weight}% of the weight, over {heavy}%: everything else is easily neglected. Spread the weight.",
)
declare(
    "WEIGHT_UNDER_5",
    "info",
    "KPI {kpi} chỉ có {weight} % trọng số, dưới {light} %: không ai thay đổi việc làm vì nó. Bỏ, hoặc tăng trọng số.",
    "The KPI {kpi} has only {weight}% of the weight, under {light}%: nobody acts on it. Drop it or raise the weight.",
)
declare(
    "NO_GUARDRAIL",
    "info",
    "KPI {kpi} nặng {weight} % mà không có KPI đối trọng: dễ đạt bằng cách làm hỏng việc khác. Chọn KPI đối trọng.",
    "The KPI {kpi} weighs {weight}% and has no guardrail: it can be met by harming something else. Pair it with one.",
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
declare(
    "COMPANY_ALL_LAGGING",
    "info",
    "Cả {count} KPI của công ty đều là KPI kết quả: không con số nào báo trước. Chọn vài KPI dẫn dắt từ thư viện.",
    "All {count} KPIs of the company are lagging: no number warns in time. Take some leading ones from the library.",
)
declare(
    "COMPANY_NO_INPUT",
    "info",
    "Không KPI nào trong {count} KPI của công ty đo đầu vào (giờ, chi phí, nguyên liệu, người). Thêm ít nhất một.",
    "None of the company's {count} KPIs measures an input (hours, cost, material, heads). Add at least one.",
)
declare(
    "COMPANY_NO_STRATEGIC",
    "info",
    "Cả {count} KPI của công ty đều là KPI chiến thuật: không thấy được kết quả chung. Thêm KPI chiến lược.",
    "All {count} KPIs of the company are tactical, so the common result is not seen. Add strategic ones.",
)
declare(
    "COMPANY_NO_TACTICAL",
    "info",
    "Cả {count} KPI của công ty đều là KPI chiến lược: chưa nói việc gì sẽ đưa tới đó. Thêm KPI chiến thuật.",
    "All {count} KPIs of the company are strategic: nothing says which actions lead there. Add tactical ones.",
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
    people = book["people"]["code"].cast(pl.String).unique()
    defined = newest_definitions(book)
    classes = pl.DataFrame(
        [
            {"kpi": code, "guardrail": row["guardrail"], **{axis: row[axis] for axis in AXES}}
            for code, row in defined.items()
        ],
        schema={"kpi": pl.String, "guardrail": pl.String, **dict.fromkeys(AXES, pl.String)},
    )  # fmt: skip
    guards = classes["guardrail"].drop_nulls().unique()
    weighed = (
        lines.filter(pl.col("weight") > 0)
        .with_columns((100 * pl.col("weight") / pl.col("weight").sum().over("owner")).alias("share"))
        .join(classes, on="kpi", how="left", maintain_order="left")
    )
    vague = pl.any_horizontal(pl.col(axis).is_null() for axis in AXES)
    owners = weighed.group_by("owner", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("lines"),
        pl.col("weight").sum(),
        *_counted(),
        pl.col("kpi").filter(vague).alias("vague"),
    )
    found = _found(owners, weighed, people, guards, limits)
    company = _company(weighed, owners, classes)
    return Balance(owners.drop("vague"), found, company, _of_company(company), limits, people)


def _counted() -> list[pl.Expr]:
    """Per class: how many lines are of it, and their share of the weight."""
    return [
        expression
        for axis, pair in AXES.items()
        for word in pair
        for expression in (
            (pl.col(axis) == word).sum().cast(pl.Int64).alias(f"n_{word}"),
            pl.col("share").filter(pl.col(axis) == word).sum().alias(f"w_{word}"),
        )
    ]


def _found(
    owners: pl.DataFrame, weighed: pl.DataFrame, people: pl.Series, guards: pl.Series, limits: Limits
) -> pl.DataFrame:
    """The rows of ``Balance.found``: each rule is one filter over everybody."""
    person = pl.col("owner").is_in(people.implode())
    most = pl.when(person).then(limits.most_of_person).otherwise(limits.most_of_unit)
    classified = pl.col("vague").list.len() == 0
    about_all = {
        "ALL_LAGGING": classified & (pl.col("n_leading") == 0),
        "NO_TACTICAL": classified & (pl.col("n_tactical") == 0) & person,
        "NO_INPUT": classified & (pl.col("n_input") == 0) & ~person,
        "TOO_MANY_KPIS": pl.col("lines") > most,
        "TOO_FEW_KPIS": pl.col("lines") < limits.fewest,
        "UNCLASSIFIED": ~classified,
    }
    guarded = pl.col("guardrail").is_not_null() | pl.col("kpi").is_in(guards.implode())
    pushed = (pl.col("level") == "strategic") | (pl.col("domain") == "sale")
    share = pl.col("share")
    about_one = {
        "WEIGHT_OVER_40": share > limits.heavy + TIE,
        "WEIGHT_UNDER_5": share < limits.light - TIE,
        "NO_GUARDRAIL": (share >= limits.guarded - TIE) & pushed & ~guarded,
    }
    nothing = pl.lit(None)
    rows = [
        owners.filter(rule).select(
            "owner",
            pl.lit(code).alias("code"),
            nothing.cast(pl.String).alias("kpi"),
            pl.col("lines").alias("count"),
            nothing.cast(pl.Float64).alias("share"),
            "vague",
        )
        for code, rule in about_all.items()
    ] + [
        weighed.filter(rule).select(
            "owner",
            pl.lit(code).alias("code"),
            "kpi",
            nothing.cast(pl.Int64).alias("count"),
            "share",
            nothing.cast(pl.List(pl.String)).alias("vague"),
        )
        for code, rule in about_one.items()
    ]
    place = owners.select("owner").with_row_index("place")
    together = pl.concat(rows).join(place, on="owner", how="left", maintain_order="left")
    return together.sort("place", maintain_order=True).drop("place")


def _company(weighed: pl.DataFrame, owners: pl.DataFrame, classes: pl.DataFrame) -> pl.DataFrame:
    """One row: the KPIs that weigh somewhere, each once, and the mean of the owners' shares."""
    used = classes.filter(pl.col("kpi").is_in(weighed["kpi"].unique().implode()))
    kinds = [(axis, word) for axis, pair in AXES.items() for word in pair]
    return pl.DataFrame(
        {
            "lines": [used.height],
            "weight": [float(owners["weight"].sum())],
            **{f"n_{word}": [int((used[axis] == word).sum())] for axis, word in kinds},
            **{f"w_{word}": [_mean(owners[f"w_{word}"])] for _axis, word in kinds},
        }
    )


def _mean(values: pl.Series) -> float:
    mean = values.mean()
    return float(mean) if isinstance(mean, float) else 0.0


def _of_company(company: pl.DataFrame) -> tuple[Advice, ...]:
    """An axis with all of the company's KPIs on one side; silent below ``FEWEST_OF_COMPANY`` and where one is open."""
    row = company.row(0, named=True)
    found = []
    for code, axis, missing in (
        ("COMPANY_ALL_LAGGING", "timing", "leading"),
        ("COMPANY_NO_INPUT", "flow", "input"),
        ("COMPANY_NO_STRATEGIC", "level", "strategic"),
        ("COMPANY_NO_TACTICAL", "level", "tactical"),
    ):
        known = sum(row[f"n_{word}"] for word in AXES[axis])
        if row["lines"] >= FEWEST_OF_COMPANY and known == row["lines"] and not row[f"n_{missing}"]:
            found.append(Advice(code, "", None, {"count": row["lines"]}))
    return tuple(found)
