"""What the settings read from outside: where files live, the secret key, the database address."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PACKAGE = Path(__file__).resolve().parent.parent
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

# A browser may be told to wait this long for a writer before SQLite gives up: writers queue, they do not fail.
SQLITE_BUSY_SECONDS = 20


def var_dir(given: str) -> Path:
    """The folder for the database, the secret key and collected files; created when absent.

    In a checkout it is ``var/`` beside ``pyproject.toml``; for an installed package it is ``var/`` where one stands.
    """
    if given:
        folder = Path(given).expanduser().resolve()
    else:
        checkout = PACKAGE.parent.parent
        folder = (checkout if (checkout / "pyproject.toml").exists() else Path.cwd()) / "var"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret_key(given: str, folder: Path, *, public: bool) -> str:
    """The key given, or one generated once into ``folder/secret_key`` (mode 0600).

    Raises ImproperlyConfigured when the site is public and no key is given: two web processes on two
    machines would each generate their own, and log everyone out at every turn.
    """
    if given:
        return given
    if public:
        raise ImproperlyConfigured("TAMNHIN_SECRET_KEY must be set when TAMNHIN_ALLOWED_HOSTS names a public host.")
    path = folder / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_text(encoding="ascii").strip()
        if len(key) < 50:
            raise ImproperlyConfigured(f"{path} is damaged: delete it and everyone will log in again.") from None
        return key
    key = secrets.token_urlsafe(64)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key)
    return key


def database(url: str, folder: Path) -> dict[str, Any]:
    """Django's settings of one database, from ``sqlite:///path``, ``postgresql://…`` or nothing (SQLite in ``folder``).

    Raises ImproperlyConfigured for any other scheme.
    """
    if not url:
        return _sqlite(folder / "tamnhin.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path).removeprefix("/") if parts.netloc == "" else unquote(parts.path)))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL: {parts.scheme or url!r} is neither sqlite nor postgresql.")
    query = dict(parse_qsl(parts.query))
    pool = {"min_size": int(query.pop("pool_min", 1)), "max_size": int(query.pop("pool_max", 8)), "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")) or "tamnhin",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,  # the pool keeps connections; Django refuses both at once
        "OPTIONS": {"pool": pool, **query},
    }


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # Without IMMEDIATE, a transaction that reads and then writes fails at once if another wrote between.
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_BUSY_SECONDS,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; "
            "PRAGMA mmap_size=134217728; PRAGMA cache_size=-32000;",
        },
    }
