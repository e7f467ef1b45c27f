"""Who is asked to confirm having read, who has, and who sees which version and paper."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core.exceptions import PermissionDenied
from tests.cast import Cast, member
from tests.regulation.papers import DAY, PDF, decided, docx, draft, heard, published, sent

from tamnhin.accounts.models import Role
from tamnhin.accounts.services import grant_role, remove_member
from tamnhin.base.models import AuditEntry
from tamnhin.organisation.access import forget_scope, today
from tamnhin.organisation.models import Person, Placement
from tamnhin.regulation import services
from tamnhin.regulation.access import events_visible_to, files_visible_to, versions_visible_to
from tamnhin.regulation.errors import RegulationError
from tamnhin.regulation.models import Acknowledgement, File
from tamnhin.regulation.selectors import counts_by_unit, expected_readers, reading_of, to_acknowledge

EVERYBODY = ("lan", "minh", "hoa", "an", "binh", "hung", "tuan", "thu", "dung", "phuc", "quang", "nobody")
WRITERS = {"lan", "hung", "dung"}


def asked(cast: Cast, name: str) -> list[int]:
    return [one.number for one in to_acknowledge(getattr(cast, name), cast.company).versions]


def codes(cast: Cast) -> set[str]:
    return set(expected_readers(cast.company, today(cast.company)).values_list("owner__code", flat=True))


# -- confirming ---------------------------------------------------------------------------------------------------


def test_every_employee_with_a_log_in_is_asked_and_nobody_else(cast: Cast) -> None:
    published(cast, today(cast.company))
    found = {name for name in EVERYBODY if asked(cast, name)}
    assert found == {"lan", "minh", "hoa", "an", "binh", "hung"}
    assert codes(cast) == {"LAN", "MINH", "HOA", "AN", "BINH", "HUNG"}


def test_one_confirms_once_and_a_second_press_finds_the_first(cast: Cast) -> None:
    version = published(cast, today(cast.company))
    first = services.acknowledge(acting_user=cast.hoa, version=version)
    assert services.acknowledge(acting_user=cast.hoa, version=version) == first
    assert list(Acknowledgement.objects.all()) == [first]
    assert AuditEntry.objects.filter(action="regulation.acknowledged").count() == 1
    assert (first.person, first.by) == (cast.person("HOA"), cast.hoa)
    assert asked(cast, "hoa") == []
    assert asked(cast, "an") == [1]


def test_a_new_version_asks_again_and_the_one_it_replaces_no_longer_does(cast: Cast) -> None:
    now = today(cast.company)
    first = published(cast, now - DAY, on=now - 2 * DAY)
    services.acknowledge(acting_user=cast.hoa, version=first)
    coming = published(cast, now + 5 * DAY)
    assert asked(cast, "hoa") == [2]
    assert asked(cast, "an") == [2, 1], "the one in force still holds for five days"
    third = published(cast, now)
    assert asked(cast, "an") == [2, 3]
    with pytest.raises(RegulationError):
        services.acknowledge(acting_user=cast.an, version=first)
    services.acknowledge(acting_user=cast.an, version=coming)
    services.acknowledge(acting_user=cast.an, version=third)
    assert asked(cast, "an") == []


@pytest.mark.parametrize("state", ["draft", "sent", "decided"])
def test_what_is_not_published_cannot_be_confirmed(cast: Cast, state: str) -> None:
    now = today(cast.company)
    version = {"draft": draft, "sent": sent, "decided": lambda cast: decided(cast, now)}[state](cast)
    with pytest.raises(RegulationError):
        services.acknowledge(acting_user=cast.hoa, version=version)
    assert not Acknowledgement.objects.exists()


@pytest.mark.parametrize("name", ["tuan", "thu", "quang", "nobody"])
def test_who_is_not_one_of_the_people_confirms_nothing(cast: Cast, name: str) -> None:
    version = published(cast, today(cast.company))
    with pytest.raises(PermissionDenied):
        services.acknowledge(acting_user=getattr(cast, name), version=version)
    assert not Acknowledgement.objects.exists()


def test_who_has_left_lost_the_log_in_or_audits_is_not_waited_for(cast: Cast) -> None:
    now = today(cast.company)
    Person.objects.filter(owner__code="BINH").update(left=now - DAY)
    Person.objects.filter(owner__code="AN").update(left=now)  # the last day of work
    remove_member(acting_user=cast.dung, company_id=cast.company.pk, user=cast.minh)
    grant_role(acting_user=None, company_id=cast.company.pk, user=cast.hoa, role=Role.AUDITOR, unit_id=cast.root.pk)
    forget_scope(cast.hoa)
    assert codes(cast) == {"LAN", "AN", "HUNG"}
    published(cast, now)
    assert asked(cast, "hoa") == [], "an auditor changes nothing, not even their own"


def test_readers_are_counted_where_they_stand_today(cast: Cast) -> None:
    now = today(cast.company)
    version = published(cast, now)
    services.acknowledge(acting_user=cast.an, version=version)
    services.acknowledge(acting_user=cast.hung, version=version)
    Placement.objects.create(
        company=cast.company, person=cast.person("AN"), unit=cast.factory, valid_from=now - DAY, share=60.0
    )
    Placement.objects.create(
        company=cast.company, person=cast.person("AN"), unit=cast.office, valid_from=now - DAY, share=40.0
    )
    assert counts_by_unit(version, now) == {
        cast.root.pk: (1, 0), cast.sales.pk: (2, 0), cast.factory.pk: (2, 1), cast.office.pk: (1, 1),
    }  # fmt: skip
    assert reading_of(version) == (6, 2)


def test_counting_takes_one_query_whatever_the_number_of_people(
    cast: Cast, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    version = published(cast, today(cast.company))
    for i in range(25):
        member(cast.company, f"NV{i:02}", f"Người {i}", cast.team)
    with django_assert_num_queries(1):
        assert sum(asked for asked, _read in counts_by_unit(version, today(cast.company)).values()) == 31
    with django_assert_num_queries(1):
        assert reading_of(version) == (31, 0)


# -- who sees what ------------------------------------------------------------------------------------------------


def seen(cast: Cast, name: str) -> list[int]:
    return [one.number for one in versions_visible_to(getattr(cast, name), cast.company)]


def test_drafts_are_for_writers_and_auditors_and_what_is_asked_about_or_published_is_for_all(cast: Cast) -> None:
    now = today(cast.company)
    published(cast, now)  # 1
    sent(cast)  # 2
    decided(cast, now + DAY)  # 3
    draft(cast)  # 4
    for name in EVERYBODY:
        if name in ("quang", "nobody"):
            assert seen(cast, name) == []
        else:
            assert seen(cast, name) == ([4, 3, 2, 1] if name in WRITERS | {"thu"} else [2, 1])


def test_an_opinion_is_read_by_its_author_and_by_those_who_write(cast: Cast) -> None:
    version = sent(cast)
    services.give_opinion(acting_user=cast.hoa, version=version, text="Ý của Hoa")
    services.record_opinion(
        acting_user=cast.hung, version=version, on=today(cast.company), who="Công đoàn", text="Ý của công đoàn"
    )
    found = {
        name: [event.text for event in events_visible_to(getattr(cast, name), version) if event.kind == "opinion"]
        for name in ("hoa", "an", "minh", "hung", "lan", "thu")
    }
    both = ["Ý của Hoa", "Ý của công đoàn"]
    assert found == {"hoa": ["Ý của Hoa"], "an": [], "minh": [], "hung": both, "lan": both, "thu": both}


def test_minutes_open_with_the_publication_and_letters_never(cast: Cast) -> None:
    version = heard(cast)
    services.record_opinion(
        acting_user=cast.hung, version=version, on=today(cast.company), who="Công đoàn", upload=("thu.docx", docx())
    )

    def files(name: str) -> set[str]:
        return set(files_visible_to(getattr(cast, name), cast.company).values_list("kind", flat=True))

    assert files("hoa") == set()
    assert files("hung") == files("thu") == {"minutes", "opinion"}
    now = today(cast.company)
    version = services.decide(
        acting_user=cast.lan, version=version, revision=version.revision, on=now, effective_from=now, signer="Lan"
    )
    services.attach(acting_user=cast.lan, version=version, kind=File.Kind.DECISION, upload=("qd.pdf", PDF))
    assert files("hoa") == set()
    services.publish(acting_user=cast.hung, version=version, revision=version.revision, on=now, channel="Bảng tin")
    assert files("hoa") == {"minutes", "decision"}
    assert files("quang") == files("nobody") == set()


def test_a_role_on_a_part_of_the_company_writes_nothing(cast: Cast) -> None:
    grant_role(acting_user=None, company_id=cast.company.pk, user=cast.minh, role=Role.HR, unit_id=cast.sales.pk)
    forget_scope(cast.minh)
    with pytest.raises(PermissionDenied):
        services.start(acting_user=cast.minh, company=cast.company)
