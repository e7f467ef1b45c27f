from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client

from tamnhin.config import environment


def _manage(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    ours = ("TAMNHIN_", "DATABASE_URL", "DJANGO_ALLOW_ASYNC_UNSAFE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env={**kept, "TAMNHIN_VAR": str(folder), **variables},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_secret_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    key = environment.secret_key("", tmp_path, public=False)
    assert len(key) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert environment.secret_key("", tmp_path, public=False) == key


def test_a_damaged_secret_key_is_refused_and_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("")
    with pytest.raises(ImproperlyConfigured):
        environment.secret_key("", tmp_path, public=False)


def test_a_public_site_without_a_secret_key_does_not_start(tmp_path: Path) -> None:
    refused = _manage(tmp_path, "check", TAMNHIN_ALLOWED_HOSTS="kpi.sao.vn")
    assert refused.returncode != 0
    assert "TAMNHIN_SECRET_KEY" in refused.stderr
    assert not (tmp_path / "secret_key").exists()


def test_a_public_site_passes_the_deployment_check(tmp_path: Path) -> None:
    checked = _manage(
        tmp_path,
        "check",
        "--deploy",
        "--fail-level=WARNING",
        TAMNHIN_ALLOWED_HOSTS="kpi.sao.vn",
        TAMNHIN_SECRET_KEY="một khóa đủ dài và đủ khác nhau để qua kiểm tra 0123456789",
    )
    assert checked.returncode == 0, checked.stderr


def test_the_migrations_say_all_that_the_models_say(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_a_database_address_becomes_settings(tmp_path: Path) -> None:
    given = environment.database("postgresql://me:p%40ss@db.sao.vn:5433/kpi?sslmode=require&pool_max=3", tmp_path)
    assert (given["USER"], given["PASSWORD"], given["HOST"], given["PORT"], given["NAME"]) == (
        "me",
        "p@ss",
        "db.sao.vn",
        "5433",
        "kpi",
    )
    assert given["OPTIONS"]["sslmode"] == "require"
    assert given["OPTIONS"]["pool"]["max_size"] == 3
    assert environment.database("", tmp_path)["NAME"] == tmp_path / "tamnhin.sqlite3"
    assert environment.database("sqlite:////srv/kpi.sqlite3", tmp_path)["NAME"] == Path("/srv/kpi.sqlite3")
    with pytest.raises(ImproperlyConfigured):
        environment.database("mysql://x/y", tmp_path)


def test_sqlite_writers_wait_for_each_other(tmp_path: Path) -> None:
    code = (
        "import django; django.setup()\n"
        "from django.db import connection, transaction\n"
        "c = connection.cursor()\n"
        "print(c.execute('PRAGMA journal_mode').fetchone()[0], c.execute('PRAGMA busy_timeout').fetchone()[0])\n"
        "print(connection.transaction_mode)\n"
    )
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    said = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "TAMNHIN_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tamnhin.config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["wal", "20000", "IMMEDIATE"]


def test_every_answer_carries_the_security_headers(db: None) -> None:
    answer = Client().get("/accounts/login/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Request-Id"]


def test_a_request_id_from_outside_is_kept_only_when_it_is_clean(db: None) -> None:
    assert Client().get("/healthz", headers={"X-Request-Id": "abc-12345"})["X-Request-Id"] == "abc-12345"
    assert "<" not in Client().get("/healthz", headers={"X-Request-Id": "<script>alert(1)"})["X-Request-Id"]


def test_the_health_page_needs_no_account(db: None) -> None:
    assert Client().get("/healthz").content == b"ok"
