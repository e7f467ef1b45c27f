"""Typst, which sets PDF and PNG without a browser and without fonts of the machine (docs/decisions/0013)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

import typst
from django.contrib.staticfiles import finders

Kind = Literal["pdf", "png"]
_compile: Callable[..., bytes | list[bytes]] = typst.compile  # its overloads name every format apart
DOTS = 200.0  # an inch: 2339 × 1654 for a landscape A4

_DRAWING = """\
#set document(title: sys.inputs.title)
#set text(font: "Be Vietnam Pro", lang: sys.inputs.language)
#set page(width: 297mm, height: 210mm, margin: 0pt)
#image(bytes(sys.inputs.drawing), width: 297mm, height: 210mm, fit: "contain", alt: sys.inputs.alt)
"""


class PictureError(RuntimeError):
    """The typesetter could not make the file; its own message is the text."""


@lru_cache(maxsize=1)
def _fonts() -> str:
    found = finders.find("vendor/fonts/print/be-vietnam-pro-400.ttf")
    if found is None:
        raise PictureError("the fonts for paper are not there: run scripts/assets.py")
    return str(Path(found).parent)


def document(source: str, inputs: Mapping[str, str], kind: Kind = "pdf") -> bytes:
    """A Typst document. ``inputs`` are texts it reads as ``sys.inputs``: what a company wrote is never part of the
    source. Raises PictureError. Of several pages, a PNG has the first.
    """
    try:
        made: bytes | list[bytes] = _compile(
            source.encode(),
            format=kind,
            font_paths=[_fonts()],
            ignore_system_fonts=True,
            ppi=DOTS,
            sys_inputs=dict(inputs),
        )
    except (typst.TypstError, RuntimeError) as error:
        raise PictureError(str(error)) from error
    return made[0] if isinstance(made, list) else made


def drawing(svg: str, kind: Kind, *, title: str, alt: str, language: str) -> bytes:
    """A landscape A4 with an SVG on it (297 : 210; another shape is fitted inside). Raises PictureError."""
    return document(_DRAWING, {"drawing": svg, "title": title, "alt": alt, "language": language}, kind)
