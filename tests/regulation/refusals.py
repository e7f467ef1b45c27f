"""How the tests of the regulation look at a refusal, and write a text anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.cast import Cast

from tamnhin.base.models import AuditEntry
from tamnhin.regulation import services
from tamnhin.regulation.errors import RegulationError
from tamnhin.regulation.models import Event, Version

State = Version.State


def refusal(act: Callable[[], object]) -> RegulationError:
    """What the act is refused with; nothing of it may stay."""
    events, audited = Event.objects.count(), AuditEntry.objects.count()
    with pytest.raises(RegulationError) as caught:
        act()
    assert (Event.objects.count(), AuditEntry.objects.count()) == (events, audited)
    return caught.value


def code(act: Callable[[], object]) -> str:
    return refusal(act).problem.code


def kinds(version: Version) -> list[str]:
    return list(version.events.order_by("id").values_list("kind", flat=True))


def rewrite(cast: Cast, version: Version, body: str, **more: object) -> Version:
    version.refresh_from_db()
    given: dict[str, object] = {"effective_from": version.effective_from, **more}
    written = services.Written(version.title, body, **given)  # type: ignore[arg-type]
    return services.edit(acting_user=cast.hung, version=version, revision=version.revision, written=written)
