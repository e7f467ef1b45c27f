from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from tests.cast import Cast

from tamnhin.organisation.models import Company, Unit
from tamnhin.organisation.services import (
    OtherCompanyError,
    UnitCycleError,
    add_person,
    add_unit,
    create_company,
    move_unit,
)


def test_a_moved_branch_takes_everything_under_it_along(cast: Cast) -> None:
    deep = add_unit(acting_user=None, company=cast.company, code="KD11", name="Tổ 1", parent=cast.team)
    version = Company.objects.get(pk=cast.company.pk).structure_version
    move_unit(acting_user=cast.hung, unit=cast.sales, parent=cast.factory)
    paths = dict(Unit.objects.filter(company=cast.company).values_list("owner__code", "path"))
    assert paths["KD"] == f"{cast.factory.path}{cast.sales.pk}/"
    assert paths["KD1"] == f"{paths['KD']}{cast.team.pk}/"
    assert paths["KD11"] == f"{paths['KD1']}{deep.pk}/"
    assert paths["HCNS"] == cast.office.path
    assert Unit.objects.get(pk=deep.pk).path_ids()[-3:] == [cast.sales.pk, cast.team.pk, deep.pk]
    assert Company.objects.get(pk=cast.company.pk).structure_version == version + 1


@pytest.mark.parametrize("parent", ["sales", "team"])
def test_a_unit_is_never_put_under_itself(cast: Cast, parent: str) -> None:
    with pytest.raises(UnitCycleError):
        move_unit(acting_user=cast.hung, unit=cast.sales, parent=getattr(cast, parent))
    assert Unit.objects.get(pk=cast.team.pk).path == cast.team.path


def test_nothing_is_tied_to_another_company(cast: Cast) -> None:
    far = Unit.objects.get(company=cast.other)
    with pytest.raises(OtherCompanyError):
        move_unit(acting_user=cast.hung, unit=cast.sales, parent=far)
    with pytest.raises(OtherCompanyError):
        add_person(acting_user=cast.hung, company=cast.company, code="X", name="Ai đó", unit=far)


def test_a_setting_out_of_its_range_is_refused(db: None) -> None:
    with pytest.raises(ValidationError):
        create_company(acting_user=None, code="A", name="A", fiscal_year_start=13)
    assert not Company.objects.filter(code="A").exists()


def test_codes_differ_by_case(cast: Cast) -> None:
    add_unit(acting_user=None, company=cast.company, code="kd", name="chữ thường", parent=cast.root)
    assert cast.owner("kd").name != cast.owner("KD").name
