"""Texts of the interface: Vietnamese is the source, English a catalogue beside it. Babel does the work of GNU gettext.

    python scripts/messages.py update    collect the texts from templates and Python into the .po files
    python scripts/messages.py compile   .po → .mo (what ``make`` runs; nothing else has to be installed)
    python scripts/messages.py check     exit 1 where an English text is missing or fuzzy

``locale/vi`` translates only what libraries say in English (django-allauth has no Vietnamese); it is kept by hand.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "tamnhin"
LOCALE = PACKAGE / "locale"
KEYWORDS = {
    "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2), "_": None,
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
    "gettext_noop": None, "noop": None,
}  # fmt: skip


def catalogue_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def python_source_of(template: Path) -> bytes:
    """A template as Python-like text with only its messages left, one line for each of its own.

    ``templatize`` blots out the rest with X; indentation goes, because Python's tokenizer would object to it.
    """
    from django.utils.translation.template import templatize

    text = templatize(template.read_text(encoding="utf-8"), origin=str(template))
    return "\n".join(line.lstrip() for line in text.splitlines()).encode()


def collect() -> Catalog:
    found = Catalog(project="Tầm Nhìn", charset="utf-8", fuzzy=False)
    templates = sorted((PACKAGE / "templates").rglob("*.html"))
    modules = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
    for path in [*templates, *modules]:
        source = python_source_of(path) if path.suffix == ".html" else path.read_bytes()
        for _line, message, comments, context in extract("python", io.BytesIO(source), KEYWORDS, options={}):
            # no line numbers: a catalogue that changes with every edit elsewhere cannot be reviewed
            found.add(
                message, locations=[(path.relative_to(ROOT).as_posix(), None)], auto_comments=comments, context=context
            )
    return found


def update() -> int:
    path = catalogue_path("en")
    path.parent.mkdir(parents=True, exist_ok=True)
    found = collect()
    if path.exists():
        kept = read_po(io.BytesIO(path.read_bytes()), locale="en")
        kept.update(found, no_fuzzy_matching=True)
    else:
        kept = Catalog(locale="en", project="Tầm Nhìn", fuzzy=False)
        for message in found:
            if message.id:
                kept[message.id] = message
    kept.obsolete.clear()
    out = io.BytesIO()
    write_po(out, kept, width=120, sort_output=True, omit_header=False, include_lineno=False)
    lines = out.getvalue().decode().splitlines(keepends=True)
    # the header's stamps and addresses say nothing here, and the stamps would change without a change
    noise = (
        "# ",
        "#\n",
        '"Project-Id',
        '"Report-Msgid',
        '"POT-',
        '"PO-Rev',
        '"Last-Tr',
        '"Language-Team',
        '"Generated-By',
    )
    body = "".join(line for line in lines if not line.startswith(noise))
    path.write_text(f"# English texts of Tầm Nhìn; the source texts are Vietnamese.\n{body}", encoding="utf-8")
    sys.stdout.write(f"{len(missing(kept))} of {len(kept)} texts have no English\n")
    return 0


def missing(catalogue: Catalog) -> list[Message]:
    def done(message: Message) -> bool:
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        return all(strings) and not message.fuzzy

    return [message for message in catalogue if message.id and not done(message)]


def compile_all() -> int:
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        catalogue = read_po(io.BytesIO(path.read_bytes()), locale=path.parent.parent.name)
        with path.with_suffix(".mo").open("wb") as out:
            write_mo(out, catalogue)
    return 0


def check() -> int:
    """The catalogue must hold a text for everything collected, and nothing else is needed."""
    kept = read_po(io.BytesIO(catalogue_path("en").read_bytes()), locale="en")
    absent = [message.id for message in collect() if message.id and message.id not in kept]
    gaps = [message.id for message in missing(kept)]
    for identifier in [*absent, *gaps]:
        sys.stdout.write(f"no English for {identifier!r}\n")
    return 1 if absent or gaps else 0


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamnhin.config.settings")
    commands = {"update": update, "compile": compile_all, "check": check}
    return commands[sys.argv[1] if len(sys.argv) > 1 else "compile"]()


if __name__ == "__main__":
    raise SystemExit(main())
