"""Which files are taken, by what is in them. The name only has to agree."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from tamnhin.regulation.errors import refused

LARGEST = 10 * 2**20
ACCEPTED = ".pdf,.docx,.jpg,.jpeg,.png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ENDINGS = {
    "application/pdf": (".pdf",),
    DOCX: (".docx",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}
_PARTS = 10_000  # of a .docx; an honest one has dozens


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept."""

    name: str
    content_type: str
    content: bytes
    sha256: str


def checked(name: str, content: bytes) -> Checked:
    """Raises RegulationError for a file that is empty, too large, or not what its name says."""
    kept = clean_name(name)
    if not content:
        raise refused("REGULATION_FILE_EMPTY", field="file", name=kept)
    if len(content) > LARGEST:
        size = -(-len(content) // 2**20)
        raise refused("REGULATION_FILE_TOO_LARGE", field="file", name=kept, size=size, most=LARGEST // 2**20)
    kind = kind_of(content)
    if PurePosixPath(kept).suffix.lower() not in _ENDINGS.get(kind, ()):
        raise refused("REGULATION_FILE_KIND", field="file", name=kept)
    return Checked(kept, kind, content, hashlib.sha256(content).hexdigest())


def kind_of(content: bytes) -> str:
    """The media type by the content; empty for anything that is not taken."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return DOCX if content.startswith(b"PK\x03\x04") and _is_docx(content) else ""


def _is_docx(content: bytes) -> bool:
    """A Word document without macros. Only the list of its parts is read; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {info.filename for info in archive.infolist()[:_PARTS]}
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return {"[Content_Types].xml", "word/document.xml"} <= names and not any("vbaProject" in name for name in names)


def clean_name(name: str) -> str:
    """The last part of a path, without what a header or a file system would trip over; at most 120 characters."""
    last = re.split(r"[\\/]", name)[-1]
    plain = "".join(char for char in last if char.isprintable() and char not in '<>:"|?*').strip(" .") or "tep"
    path = PurePosixPath(plain)
    return f"{path.stem[: 120 - len(path.suffix)]}{path.suffix}" if len(path.suffix) < 12 else plain[:120]
