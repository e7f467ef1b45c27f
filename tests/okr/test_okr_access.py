"""Who sees which objectives, and that neither pay nor the engine does."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from tests.cast import Cast
from tests.okr.okr_cases import RESULTS, make_objective

import tamnhin
from tamnhin.okr.access import (
    can_edit,
    objectives_visible_to,
    owners_editable_by,
    results_expected_of,
    results_reportable_by,
)
from tamnhin.okr.services import close

EVERYBODY = {"lan", "minh", "hoa", "an", "binh", "hung", "tuan", "thu", "dung", "phuc"}
PACKAGE = Path(tamnhin.__file__).parent


def seen_by(cast: Cast) -> dict[str, set[str]]:
    """By title who of all, strangers too, sees it."""
    found: dict[str, set[str]] = {}
    for name in sorted(EVERYBODY | {"quang", "nobody"}):
        for title in objectives_visible_to(getattr(cast, name), cast.company).values_list("title", flat=True):
            found.setdefault(title, set()).add(name)
    return found


def test_what_is_under_way_is_everybodys_and_a_draft_or_a_closed_circle_is_not(cast: Cast) -> None:
    make_objective(cast, "HOA", "công khai")
    make_objective(cast, "HOA", "nháp", active=False)
    make_objective(cast, "HOA", "riêng", public=False)
    close(acting_user=None, objective=make_objective(cast, "HOA", "bỏ", active=False), reason="thôi")
    make_objective(cast, "KD", "riêng của khối", public=False)
    overseers = {"lan", "minh", "hung", "tuan", "thu", "dung", "phuc"}
    assert seen_by(cast) == {
        "công khai": EVERYBODY,
        "nháp": overseers | {"hoa"},
        "riêng": overseers | {"hoa"},
        "bỏ": overseers | {"hoa"},
        "riêng của khối": overseers | {"hoa", "an"},
    }


def test_who_carries_a_key_result_sees_its_objective(cast: Cast) -> None:
    results = [dataclasses.replace(RESULTS[0], carrier=cast.person("BINH")), *RESULTS[1:]]
    make_objective(cast, "HOA", "riêng", results=results, public=False)
    assert objectives_visible_to(cast.binh, cast.company).count() == 1
    assert objectives_visible_to(cast.an, cast.company).count() == 0


def test_the_other_company_has_nothing_of_ours(cast: Cast) -> None:
    objective = make_objective(cast)
    assert not objectives_visible_to(cast.quang, cast.company).exists()
    assert not objectives_visible_to(cast.quang, cast.other).exists()
    assert not owners_editable_by(cast.quang, cast.company).exists()
    assert not can_edit(cast.quang, objective)
    assert not objectives_visible_to(AnonymousUser(), cast.company).exists()


@pytest.mark.parametrize(
    ("who", "owners"),
    [
        ("lan", {"SAO", "KD", "KD1", "SX", "HCNS", "LAN", "MINH", "HOA", "AN", "BINH", "HUNG"}),
        ("minh", {"KD", "KD1", "MINH", "HOA", "AN"}),
        ("hoa", {"HOA"}),
        ("tuan", set()),
        ("thu", set()),
        ("dung", set()),
        ("phuc", set()),
    ],
)
def test_objectives_are_written_by_the_owner_the_head_hr_and_the_director(
    cast: Cast, who: str, owners: set[str]
) -> None:
    assert set(owners_editable_by(getattr(cast, who), cast.company).values_list("code", flat=True)) == owners


def test_who_leads_a_unit_writes_for_it_without_any_role(cast: Cast) -> None:
    from tamnhin.organisation.services import set_head

    set_head(acting_user=None, unit=cast.factory, head=cast.person("BINH"))
    assert set(owners_editable_by(cast.binh, cast.company).values_list("code", flat=True)) == {"SX", "BINH"}


def test_an_auditor_reads_and_changes_nothing_not_even_their_own(cast: Cast) -> None:
    from tamnhin.accounts.models import Role
    from tamnhin.accounts.services import grant_role

    make_objective(cast, "HOA", "của Hoa")
    grant_role(acting_user=None, company_id=cast.company.pk, user=cast.hoa, role=Role.AUDITOR, unit_id=cast.root.pk)
    assert objectives_visible_to(cast.hoa, cast.company).exists()
    assert not owners_editable_by(cast.hoa, cast.company).exists()
    assert not results_reportable_by(cast.hoa, cast.company).exists()


def test_a_person_is_asked_for_what_they_carry_and_for_their_own_that_nobody_carries(cast: Cast) -> None:
    carried = [dataclasses.replace(RESULTS[0], carrier=cast.person("HOA")), *RESULTS[1:]]
    make_objective(cast, "KD", results=carried)
    asked = {
        name: results_expected_of(getattr(cast, name), cast.company).count() for name in ("minh", "hoa", "lan", "thu")
    }
    assert asked == {"minh": 2, "hoa": 1, "lan": 0, "thu": 0}
    assert results_reportable_by(cast.lan, cast.company).count() == 3


def test_nothing_that_scores_or_pays_knows_of_objectives() -> None:
    """An OKR may fail: the engine, payout and bonus, evaluation and the measurements import nothing of it."""
    folders = ["engine", "workbook", "kpis", "strategy", "organisation", "measurements", "evaluation"]
    folders += [name for name in ("pay", "reviews") if (PACKAGE / name).is_dir()]
    found = []
    for path in (path for folder in folders for path in (PACKAGE / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            found += [str(path) for name in names if name == "tamnhin.okr" or name.startswith("tamnhin.okr.")]
    assert found == []
