"""The operator's commands: the demo, import and export by company code, and a port that is taken."""

from __future__ import annotations

import datetime
import socket
from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password
from pytest_django import Settings
from tests.measurements.exchange_books import content, fresh, only, small

from tamnhin.accounts.models import Membership, RoleGrant, User
from tamnhin.config import commands, serving
from tamnhin.config.commands import CommandError
from tamnhin.evaluation.models import Scorecard
from tamnhin.measurements.exchange import apply_import
from tamnhin.measurements.models import Measurement
from tamnhin.organisation.models import Company
from tamnhin.workbook import write

TODAY = datetime.date(2026, 3, 17)


def refused(error: pytest.ExceptionInfo[CommandError]) -> str:
    problem = error.value.problem
    assert problem.fatal
    assert "…" not in problem.text("vi") + problem.text("en")
    return problem.code


@pytest.mark.django_db
def test_the_demo_loaded_twice_is_one_company_with_its_log_ins_and_scores() -> None:
    steps: list[str] = []
    logins = commands.load_demo(TODAY, lambda done, total, what: steps.append(what))
    company = Company.objects.get()
    held = (content(company), Measurement.objects.count(), RoleGrant.objects.count())
    assert {"actuals", "evaluate"} <= set(steps)
    assert Scorecard.objects.exclude(score=None).filter(company=company).exists()
    assert {"director", "head", "employee", "hr", "finance", "steward", "auditor", "admin"} == {
        one.role for one in logins
    }
    lan = User.objects.get(email=logins[0].email)
    assert lan.check_password(commands.DEMO_PASSWORD)
    assert Membership.objects.get(user=lan).person is not None
    assert commands.load_demo(TODAY) == logins
    assert (content(Company.objects.get()), Measurement.objects.count(), RoleGrant.objects.count()) == held
    shown, password = commands.demo_logins()
    assert [one.email for one in shown] == [one.email for one in logins]
    assert password == commands.DEMO_PASSWORD


@pytest.mark.django_db
def test_a_given_password_opens_the_demo_and_is_not_printed_later() -> None:
    commands.load_demo(TODAY, password="một con bò sữa")
    assert check_password("một con bò sữa", User.objects.order_by("pk")[0].password)
    assert commands.demo_logins()[1] == ""
    assert "mật khẩu" in serving.welcome("127.0.0.1", 8000)
    assert commands.DEMO_PASSWORD not in serving.welcome("127.0.0.1", 8000)


@pytest.mark.django_db
def test_on_a_public_site_the_known_password_opens_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PUBLIC = True
    monkeypatch.setattr(commands, "setup", commands.start)  # static files are not this test's
    commands.load_demo(TODAY)
    assert not User.objects.order_by("pk")[0].check_password(commands.DEMO_PASSWORD)


@pytest.mark.django_db
def test_a_weak_password_is_refused_and_nothing_is_loaded() -> None:
    with pytest.raises(CommandError) as error:
        commands.load_demo(TODAY, password="1234")
    assert refused(error) == "PASSWORD_WEAK"
    assert not Company.objects.exists()


@pytest.mark.django_db
def test_the_demo_is_not_loaded_over_a_company_of_that_code() -> None:
    fresh("TN")
    with pytest.raises(CommandError) as error:
        commands.load_demo(TODAY)
    assert refused(error) == "DEMO_CODE_TAKEN"
    assert not Measurement.objects.exists()


@pytest.mark.django_db
def test_a_file_goes_in_and_out_by_the_code_of_its_company(tmp_path: Path) -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    write(only(actuals=[{"owner": "HOA", "kpi": "REV", "period": "2026-02", "value": 5.0}]), tmp_path / "in.xlsx")
    tried = commands.import_file(tmp_path / "in.xlsx", "NGOC", dry_run=True)
    assert (tried.applied, tried.counts["actuals"]["new"], Measurement.objects.count()) == (False, 1, 2)
    assert commands.import_file(tmp_path / "in.xlsx", "NGOC").applied
    assert Measurement.objects.get(period="2026-02").value == 5.0
    assert commands.import_file(tmp_path / "in.xlsx", "NGOC").nothing_changes
    commands.export_file("NGOC", tmp_path / "out")
    assert "2026-02" in (tmp_path / "out" / "actuals.csv").read_text(encoding="utf-8-sig")


@pytest.mark.django_db
def test_a_file_that_cannot_be_read_is_told_and_lets_nothing_in(tmp_path: Path) -> None:
    fresh()
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04")
    found = commands.import_file(tmp_path / "x.xlsx", "NGOC")
    assert found.fatal
    assert not found.applied


@pytest.mark.django_db
def test_an_unknown_company_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    fresh()
    with pytest.raises(CommandError) as error:
        commands.export_file("NGỌC", tmp_path / "out")
    assert refused(error) == "COMPANY_UNKNOWN"
    assert "NGOC" in error.value.problem.text("vi")


def test_a_port_that_another_program_listens_to_is_refused_also_when_it_would_share() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as Granian does
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(CommandError) as error:
            serving.serve("127.0.0.1", other.getsockname()[1])
        assert refused(error) == "PORT_BUSY"
    serving.check_port("127.0.0.1", 0)


@pytest.mark.parametrize(("host", "port"), [("203.0.113.1", 8000), ("127.0.0.1", 70000)])
def test_an_address_that_is_not_ours_is_refused(host: str, port: int) -> None:
    with pytest.raises(CommandError) as error:
        serving.check_port(host, port)
    assert refused(error) == "PORT_REFUSED"
