"""The KPI tree's page: what the server writes, and the whole of it as compact data for ``tree.js``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tamnhin.base.text import folded
from tamnhin.dashboards.reading import Reading, path_of, with_query
from tamnhin.dashboards.shapes import Link, Status
from tamnhin.dashboards.templatetags.figures import LOOKS
from tamnhin.dashboards.templatetags.tamnhin import written
from tamnhin.planning.tree.build import KINDS, Node, Tree, tree_of
from tamnhin.planning.tree.shapes import TreePage, TreeRow

ICONS = {
    "vision": "eye", "goal": "flag", "kpi": "target", "unit": "sitemap", "person": "user", "orphans": "alert-triangle",
}  # fmt: skip
KIND_WORDS = {
    "vision": noop("Tầm nhìn"),
    "goal": noop("Mục tiêu"),
    "kpi": noop("KPI"),
    "unit": noop("Đơn vị"),
    "person": noop("Nhân sự"),
    "orphans": noop("Chưa nối tới tầm nhìn"),
}
HORIZONS = {"strategic": noop("chiến lược"), "year": noop("năm"), "half": noop("nửa năm"), "quarter": noop("quý")}
STATUSES = list(LOOKS)
WRITTEN_LEVELS = 3  # the first node, goals, and what is right under them
MOST_HITS = 30
FILES = (("pdf", "PDF"),)


def kpi_tree(reading: Reading, at: str = "", opened: Collection[str] = (), query: str = "") -> TreePage:
    """The page, from the node ``at`` down, or from the vision. ``opened``: ids of nodes that are open besides the first
    levels. Raises Http404 for a node that is hidden or unknown.
    """
    tree = tree_of(reading, at)
    roots = roots_of(tree, at)
    shown = Shown(reading, tree)
    places = [place for root in roots for place in tree.under(root)]
    visible = _open_rows(tree, roots, opened)
    hits = _hits(reading, shown, tree, query) if query else []
    address_ = reverse("kpi_tree")
    keep = {"period": reading.keep_period, "at": at}
    trail = [shown.link(place) for place in tree.path(roots[0])[:-1]] if at else []
    return TreePage(
        company=reading.company.name or reading.company.code,
        vision=reading.company.vision,
        period=reading.state(),
        picker=reading.picker(address_, at=at),
        rows=[_row(reading, shown, tree, place, level, is_open, opened, at) for place, level, is_open in visible],
        data=_data(reading, shown, tree, places, roots),
        count=len(places),
        orphans=tree.orphans,
        trail=trail,
        here=shown.name(roots[0]) if at else "",
        whole_url=with_query(address_, period=reading.keep_period),
        files=[Link(label, with_query(reverse("kpi_tree_file", args=[kind]), **keep)) for kind, label in FILES],
        query=query,
        hits=hits,
    )


def roots_of(tree: Tree, at: str) -> list[int]:
    if not at:
        return [place for place, node in enumerate(tree.nodes) if node.parent < 0]
    place = tree.at.get(at)
    if place is None:
        raise Http404
    return [place]


class Shown:
    """Words and addresses of nodes, in the reader's language."""

    def __init__(self, reading: Reading, tree: Tree) -> None:
        self.reading, self.tree = reading, tree
        self.home = reverse("kpi_tree")

    def name(self, place: int) -> str:
        node = self.tree.nodes[place]
        if node.kind == "goal":
            return self.tree.goals[node.code].title
        if node.kind == "kpi":
            return self.reading.kpi_name(node.code)
        if node.kind in ("unit", "person"):
            return self.reading.owner_name(node.owner)
        if node.kind == "vision":
            return self.reading.company.vision or _("Tầm nhìn chưa được viết")
        return _("Chưa nối tới tầm nhìn")

    def note(self, node: Node) -> str:
        if node.kind == "goal":
            return _(HORIZONS[self.tree.goals[node.code].horizon])
        return {"drives": _("dẫn dắt KPI trên"), "formula": _("thành phần của KPI trên")}.get(node.by, "")

    def numbers(self, node: Node) -> tuple[str, str]:
        """Actual and target as they are written; empty where there is none."""
        if node.number is None or node.kpi < 0:
            return "", ""
        unit = self.reading.unit_of(self.reading.live.plan.kpis.codes[node.kpi])
        actual, target = node.number.actual, node.number.target
        return ("" if actual is None else written(actual, unit)), ("" if target is None else written(target, unit))

    def url(self, node: Node) -> str:
        """The node's own page."""
        if node.kind == "goal":
            return path_of("goal", node.code)
        if node.kind in ("unit", "person") or (node.kind == "kpi" and node.owner >= 0):
            return self.reading.kpi_url(node.owner, self.reading.live.plan.kpis.codes[node.kpi])
        if node.kind == "kpi":
            return path_of("kpi_card", node.code)
        return reverse("strategy") if node.kind == "vision" else ""

    def here(self, node: Node) -> str:
        """The tree from this node down."""
        at = "" if node.kind == "vision" else node.id
        return with_query(self.home, period=self.reading.keep_period, at=at)

    def link(self, place: int) -> Link:
        node = self.tree.nodes[place]
        name = _("Tầm nhìn") if node.kind == "vision" else self.name(place)
        return Link(name, self.here(node), self.name(place))


def _open_rows(tree: Tree, roots: Sequence[int], opened: Collection[str]) -> list[tuple[int, int, bool]]:
    """(place, level, whether open) of the rows that are written: the first levels and what has been opened."""
    out = []
    pending = [(root, 1) for root in reversed(roots)]
    while pending:
        place, level = pending.pop()
        is_open = (level < WRITTEN_LEVELS and tree.nodes[place].kind != "orphans") or tree.nodes[place].id in opened
        out.append((place, level, is_open))
        if is_open:
            pending.extend((child, level + 1) for child in reversed(tree.below[place]))
    return out


def _row(
    reading: Reading, shown: Shown, tree: Tree, place: int, level: int, is_open: bool, opened: Collection[str], at: str
) -> TreeRow:
    node = tree.nodes[place]
    actual, target = shown.numbers(node)
    around = tree.below[node.parent] if node.parent >= 0 else [p for p, n in enumerate(tree.nodes) if n.parent < 0]
    toggled = {*opened} ^ {node.id}
    toggle = with_query(shown.home, period=reading.keep_period, at=at)
    mark = "&" if "?" in toggle else "?"
    return TreeRow(
        id=node.id,
        kind=node.kind,
        kind_word=_(KIND_WORDS[node.kind]),
        icon=ICONS[node.kind],
        level=level,
        name=shown.name(place),
        code="" if node.kind in ("vision", "orphans", "unit", "person") else node.code,
        note=shown.note(node),
        url=shown.url(node),
        status=node.number.status.value if node.number is not None else "",
        actual=actual,
        target=target,
        has_children=bool(tree.below[place]),
        opened=is_open,
        toggle_url=f"{toggle}{mark}{urlencode([('open', one) for one in sorted(toggled)])}" if toggled else toggle,
        people=node.people,
        people_url=shown.here(node) if node.people else "",
        place=around.index(place) + 1,
        siblings=len(around),
    )


def _data(reading: Reading, shown: Shown, tree: Tree, places: Sequence[int], roots: Sequence[int]) -> dict[str, object]:
    """Columns, one element a node, in drawing order; parents are positions in the same order.

    Names of owners and KPIs occur on many nodes: they are sent once.
    """
    order = {place: i for i, place in enumerate(places)}
    owners: dict[int, int] = {}
    kpis: dict[int, int] = {}
    nodes = [tree.nodes[place] for place in places]
    numbers = [shown.numbers(node) for node in nodes]
    texts = [shown.name(place) if tree.nodes[place].kind in ("vision", "goal", "orphans") else "" for place in places]
    owner = [owners.setdefault(node.owner, len(owners)) if node.owner >= 0 else -1 for node in nodes]
    kpi = [kpis.setdefault(node.kpi, len(kpis)) if node.kpi >= 0 else -1 for node in nodes]
    owner_codes, kpi_codes = reading.live.plan.owners.codes, reading.live.plan.kpis.codes
    return {
        "kinds": [{"key": kind, "icon": ICONS[kind], "word": _(KIND_WORDS[kind])} for kind in KINDS],
        "statuses": [
            {"icon": LOOKS[one].icon, "word": str(LOOKS[one].word), "tone": LOOKS[one].tone} for one in STATUSES
        ],
        "owners": [[owner_codes[i], reading.owner_name(i)] for i in owners],
        "kpis": [[kpi_codes[i], reading.kpi_name(kpi_codes[i])] for i in kpis],
        "kind": [KINDS.index(node.kind) for node in nodes],
        "parent": [order.get(node.parent, -1) for node in nodes],
        "code": ["" if node.kind in ("unit", "person") else node.code for node in nodes],
        "text": texts,
        "note": [shown.note(node) for node in nodes],
        "owner": owner,
        "kpi": kpi,
        "status": [STATUSES.index(Status(n.number.status)) if n.number is not None else -1 for n in nodes],
        "actual": [actual for actual, _target in numbers],
        "target": [target for _actual, target in numbers],
        "id": [node.id if node.kind not in ("unit", "person") else "" for node in nodes],
        "people": [node.people for node in nodes],
        "goal_url": path_of("goal", "__CODE__"),
        "kpi_url": path_of("kpi", "__OWNER__", "__KPI__"),
        "card_url": path_of("kpi_card", "__KPI__"),
        "vision_url": reverse("strategy"),
        "home": shown.home,
        "period": reading.keep_period,
        "levels": WRITTEN_LEVELS,
    }


def _hits(reading: Reading, shown: Shown, tree: Tree, query: str) -> list[Link]:
    """Nodes whose name or code has every word of the query, marks or none: for who has no script."""
    words = folded(query).split()
    out = []
    for place, node in enumerate(tree.nodes):
        if node.kind in ("vision", "orphans"):
            continue
        text = folded(f"{shown.name(place)} {node.code}")
        if words and all(word in text for word in words):
            above = " › ".join(shown.name(p) for p in tree.path(place)[1:-1])
            out.append(Link(shown.name(place), shown.here(node), above))
            if len(out) == MOST_HITS:
                break
    return out
