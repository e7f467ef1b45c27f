"""Templates of scorecards: written, versions of their lines, put away, whose they are."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest
from tests.cast import Cast, make_kpi, make_line, make_target

from tamnhin.base.models import AuditEntry
from tamnhin.kpis.errors import DefinitionConflictError, DefinitionError, DefinitionForbiddenError
from tamnhin.kpis.models import Kpi, ScorecardTemplate
from tamnhin.kpis.services.lines import LineInput, LinesRefusedError
from tamnhin.kpis.services.templates import (
    About,
    add_template,
    archive_template,
    lines_from_scorecard,
    not_full,
    save_template,
    template_lines,
)
from tamnhin.kpis.template_access import can_write_template, templates_visible_to

SELLERS = About("Nhân viên bán hàng", "Nhân viên bán hàng")


@pytest.fixture
def kpis(cast: Cast) -> tuple[Kpi, Kpi]:
    return make_kpi(cast.company, "REV", "Doanh thu"), make_kpi(cast.company, "NEW", "Khách mới")


def line(kpi: Kpi, weight: str, **more: object) -> LineInput:
    return LineInput(kpi_id=kpi.pk, weight=Decimal(weight), **more)  # type: ignore[arg-type]


@pytest.fixture
def template(cast: Cast, kpis: tuple[Kpi, Kpi]) -> ScorecardTemplate:
    lines = [line(kpis[0], "60", total=1200.0), line(kpis[1], "40")]
    return add_template(acting_user=cast.hung, company=cast.company, code="BH", about=SELLERS, lines=lines)


def test_first_lines_are_version_one(template: ScorecardTemplate) -> None:
    assert template.version == 1
    assert [(row.weight, row.target) for row in template_lines(template)] == [(60, 1200.0), (40, None)]


def test_other_lines_are_another_version_and_the_old_one_can_still_be_read(
    cast: Cast, template: ScorecardTemplate, kpis: tuple[Kpi, Kpi]
) -> None:
    saved = save_template(
        acting_user=cast.hung, template=template, about=SELLERS, lines=[line(kpis[0], "100", terms={"cap": 120.0})]
    )
    assert saved.version == 2
    assert [(row.weight, row.cap) for row in template_lines(saved)] == [(100, 120.0)]
    assert [row.weight for row in template_lines(saved, 1)] == [60, 40]
    entry = AuditEntry.objects.filter(action="template.lines_saved").order_by("id").last()
    assert entry is not None
    assert entry.before["version"] == 1
    assert entry.after["version"] == 2


def test_another_name_is_no_new_version_and_nothing_changed_writes_nothing(
    cast: Cast, template: ScorecardTemplate, kpis: tuple[Kpi, Kpi]
) -> None:
    lines = [LineInput.of(row) for row in template_lines(template)]
    renamed = save_template(
        acting_user=cast.hung, template=template, about=replace(SELLERS, name="Bán hàng"), lines=lines
    )
    assert (renamed.version, renamed.revision, renamed.name) == (1, template.revision + 1, "Bán hàng")
    again = save_template(acting_user=cast.hung, template=renamed, about=About.of(renamed), lines=lines)
    assert again.revision == renamed.revision


def test_the_second_to_save_is_told_and_writes_nothing(
    cast: Cast, template: ScorecardTemplate, kpis: tuple[Kpi, Kpi]
) -> None:
    seen = template.revision
    save_template(acting_user=cast.hung, template=template, about=SELLERS, lines=[line(kpis[0], "100")], revision=seen)
    with pytest.raises(DefinitionConflictError):
        save_template(
            acting_user=cast.lan, template=template, about=SELLERS, lines=[line(kpis[1], "100")], revision=seen
        )
    template.refresh_from_db()
    assert [row.kpi_id for row in template_lines(template)] == [kpis[0].pk]


@pytest.mark.parametrize(
    ("code", "about", "field", "problem"),
    [
        ("", SELLERS, "code", "TEMPLATE_CODE_NEEDED"),
        ("BH", SELLERS, "code", "TEMPLATE_CODE_TAKEN"),
        ("new", SELLERS, "code", "TEMPLATE_CODE_NOT_ALLOWED"),
        ("a b/c", SELLERS, "code", "TEMPLATE_CODE_NOT_ALLOWED"),
        ("KT", About("  "), "name", "TEMPLATE_NAME_NEEDED"),
        ("KT", About("Kế toán", level="king"), "level", "TEMPLATE_LEVEL_NOT_ALLOWED"),
    ],
)
def test_a_template_that_cannot_be_is_refused_at_its_field(
    cast: Cast, template: ScorecardTemplate, code: str, about: About, field: str, problem: str
) -> None:
    with pytest.raises(DefinitionError) as raised:
        add_template(acting_user=cast.hung, company=cast.company, code=code, about=about)
    assert [(one.field, one.problem.code) for one in raised.value.refusals] == [(field, problem)]
    assert ScorecardTemplate.objects.count() == 1


def test_faulty_lines_are_refused_at_their_kpi_and_nothing_is_kept(
    cast: Cast, template: ScorecardTemplate, kpis: tuple[Kpi, Kpi]
) -> None:
    lines = [line(kpis[0], "33.333"), line(kpis[1], "120")]
    with pytest.raises(LinesRefusedError) as raised:
        save_template(acting_user=cast.hung, template=template, about=replace(SELLERS, name="X"), lines=lines)
    assert [(one.kpi, one.code) for one in raised.value.problems] == [
        ("REV", "ASSIGNMENT_WEIGHT_TOO_FINE"),
        ("NEW", "ASSIGNMENT_WEIGHT_OUT_OF_RANGE"),
    ]
    template.refresh_from_db()
    assert (template.name, template.version) == ("Nhân viên bán hàng", 1)


def test_a_retired_kpi_may_stay_and_may_not_come_in(
    cast: Cast, template: ScorecardTemplate, kpis: tuple[Kpi, Kpi]
) -> None:
    gone = make_kpi(cast.company, "OLD", "Cũ")
    Kpi.objects.filter(pk__in=[kpis[0].pk, gone.pk]).update(status=Kpi.Status.RETIRED)
    lines = [LineInput.of(row) for row in template_lines(template)]
    kept = [lines[0], replace(lines[1], note="", terms={"cap": 110.0})]
    assert save_template(acting_user=cast.hung, template=template, about=SELLERS, lines=kept).version == 2
    with pytest.raises(LinesRefusedError):
        save_template(acting_user=cast.hung, template=template, about=SELLERS, lines=[*kept, line(gone, "0")])


def test_weights_must_total_exactly_100_to_be_given(
    cast: Cast, template: ScorecardTemplate, kpis: tuple[Kpi, Kpi]
) -> None:
    assert not_full(template, template_lines(template)) is None
    saved = save_template(acting_user=cast.hung, template=template, about=SELLERS, lines=[line(kpis[0], "99.99")])
    found = not_full(saved, template_lines(saved))
    assert found is not None
    assert found.code == "TEMPLATE_NOT_FULL"


def test_a_template_that_was_put_away_is_not_changed_until_it_is_taken_out(
    cast: Cast, template: ScorecardTemplate, kpis: tuple[Kpi, Kpi]
) -> None:
    away = archive_template(acting_user=cast.lan, template=template, archived=True)
    assert away.archived_at is not None
    with pytest.raises(DefinitionError) as raised:
        save_template(acting_user=cast.lan, template=template, about=SELLERS, lines=[line(kpis[0], "100")])
    assert raised.value.codes == ["TEMPLATE_ARCHIVED"]
    back = archive_template(acting_user=cast.lan, template=template, archived=False)
    assert back.archived_at is None


# -- whose they are --------------------------------------------------------------------------------------------


def test_a_head_writes_templates_of_their_units_and_no_others(
    cast: Cast, template: ScorecardTemplate, kpis: tuple[Kpi, Kpi]
) -> None:
    for unit in (None, cast.factory):
        with pytest.raises(DefinitionError) as raised:
            add_template(acting_user=cast.minh, company=cast.company, code="KD", about=replace(SELLERS, unit=unit))
        assert raised.value.codes == ["TEMPLATE_UNIT_NOT_YOURS"]
    mine = add_template(acting_user=cast.minh, company=cast.company, code="KD", about=replace(SELLERS, unit=cast.team))
    assert can_write_template(cast.minh, mine)
    assert not can_write_template(cast.minh, template)
    with pytest.raises(DefinitionForbiddenError):
        save_template(acting_user=cast.minh, template=template, about=SELLERS, lines=[])
    with pytest.raises(DefinitionForbiddenError):
        archive_template(acting_user=cast.minh, template=template, archived=True)


@pytest.mark.parametrize("name", ["hoa", "thu", "tuan", "phuc", "quang", "nobody"])
def test_others_write_none(cast: Cast, template: ScorecardTemplate, name: str) -> None:
    user = getattr(cast, name)
    with pytest.raises(DefinitionForbiddenError):
        add_template(acting_user=user, company=cast.company, code="X", about=SELLERS)
    with pytest.raises(DefinitionForbiddenError):
        save_template(acting_user=user, template=template, about=SELLERS, lines=[])


def test_overseers_see_them_and_others_do_not(cast: Cast, template: ScorecardTemplate) -> None:
    for name in ("lan", "minh", "hung", "tuan", "thu", "dung", "phuc"):
        assert list(templates_visible_to(getattr(cast, name), cast.company)) == [template], name
    for name in ("hoa", "an", "binh", "quang", "nobody"):
        assert not templates_visible_to(getattr(cast, name), cast.company).exists(), name


def test_a_template_is_made_from_somebodys_scorecard(cast: Cast, kpis: tuple[Kpi, Kpi]) -> None:
    hoa = cast.owner("HOA")
    make_line(hoa, kpis[0], "70", cap=120.0)
    make_line(hoa, kpis[1], "30")
    for month in range(1, 13):
        make_target(hoa, kpis[0], f"2030-{month:02}", 10.0)
    found = lines_from_scorecard(hoa, datetime.date(2030, 5, 1))
    assert [(one.weight, one.total, dict(one.terms)) for one in found] == [(70, 120.0, {"cap": 120.0}), (30, None, {})]
    assert lines_from_scorecard(cast.owner("BINH"), datetime.date(2030, 5, 1)) == []
