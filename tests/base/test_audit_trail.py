from __future__ import annotations

import pytest
import structlog
from django.db import IntegrityError, transaction
from tests.cast import Cast, make_kpi, make_target, make_value

from tamnhin.base import audit
from tamnhin.base.models import AuditEntry, ChangeRefusedError
from tamnhin.kpis.models import Target
from tamnhin.measurements.models import Measurement
from tamnhin.organisation.services import add_unit, move_unit


def test_an_act_leaves_one_row_with_the_values_before_and_after(cast: Cast) -> None:
    move_unit(acting_user=cast.hung, unit=cast.team, parent=cast.factory)
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.acting_user, entry.company) == ("unit.moved", cast.hung, cast.company)
    assert (entry.object_type, entry.object_id) == ("organisation.unit", str(cast.team.pk))
    assert entry.before == {"parent": cast.sales.pk, "path": cast.team.path}
    assert entry.after == {"parent": cast.factory.pk, "path": f"{cast.factory.path}{cast.team.pk}/"}


def test_an_act_that_fails_leaves_no_row(cast: Cast) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        add_unit(acting_user=cast.hung, company=cast.company, code="KD", name="Trùng mã", parent=cast.root)
    assert AuditEntry.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_a_row_outside_a_transaction_is_refused() -> None:
    with pytest.raises(audit.OutsideTransactionError):
        audit.record(company_id=1, acting_user=None, action="x", obj=("x", "1"))


def test_nobody_changes_or_deletes_a_row_of_an_append_only_table(cast: Cast) -> None:
    kpi = make_kpi(cast.company)
    make_value(cast.owner("HOA"), kpi, "2026-01", 5.0)
    make_target(cast.owner("HOA"), kpi, "2026-01", 5.0)
    for model in (AuditEntry, Measurement, Target):
        row = model.objects.latest("id")
        with pytest.raises(ChangeRefusedError):
            row.save()
        with pytest.raises(ChangeRefusedError):
            row.delete()
        with pytest.raises(ChangeRefusedError):
            model.objects.update(company=cast.other)
        with pytest.raises(ChangeRefusedError):
            model.objects.filter(pk=row.pk).delete()
        with pytest.raises(ChangeRefusedError):
            model.objects.bulk_update([row], ["company"])
        with pytest.raises(ChangeRefusedError):
            model.objects.bulk_create([row], update_conflicts=True, update_fields=["company"], unique_fields=["id"])
        assert model.objects.get(pk=row.pk).company_id == row.company_id


def test_the_request_id_of_a_page_is_in_the_rows_it_wrote(cast: Cast) -> None:
    with structlog.contextvars.bound_contextvars(request_id="abc12345"):
        add_unit(acting_user=cast.hung, company=cast.company, code="MOI", name="Mới", parent=cast.root)
    assert AuditEntry.objects.latest("id").request_id == "abc12345"
