"""Files and steps that the tests of the regulation share."""

from __future__ import annotations

import datetime
import io
import zipfile

from tests.cast import Cast

from tamnhin.organisation.access import today
from tamnhin.regulation import services
from tamnhin.regulation.models import Version

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF"
DAY = datetime.timedelta(days=1)


def docx(*more: str) -> bytes:
    """A Word document that has the parts a reader looks for."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml", *more):
            archive.writestr(name, "<x/>")
    return out.getvalue()


def draft(cast: Cast, body: str = "## Điều 1. Mục đích\n\n1. Đo để học.") -> Version:
    """A draft of Hùng's with this text."""
    version = services.start(acting_user=cast.hung, company=cast.company, source="blank")
    written = services.Written(version.title, body)
    return services.edit(acting_user=cast.hung, version=version, revision=version.revision, written=written)


def sent(cast: Cast, version: Version | None = None, on: datetime.date | None = None) -> Version:
    version = version or draft(cast)
    return services.send(
        acting_user=cast.hung, version=version, revision=version.revision, on=on or today(cast.company),
        channel="Thư điện tử", who="Ban chấp hành công đoàn",
    )  # fmt: skip


def heard(cast: Cast, version: Version | None = None, on: datetime.date | None = None) -> Version:
    """Sent out and discussed at a meeting, with its minutes."""
    version = sent(cast, version, on)
    services.record_meeting(
        acting_user=cast.hung, version=version, on=on or today(cast.company), who="Công đoàn, ban giám đốc",
        text="Nhất trí.", upload=("bien-ban.pdf", PDF),
    )  # fmt: skip
    return version


def decided(
    cast: Cast, effective: datetime.date, version: Version | None = None, on: datetime.date | None = None
) -> Version:
    version = heard(cast, version, on)
    return services.decide(
        acting_user=cast.lan, version=version, revision=version.revision, on=on or today(cast.company),
        effective_from=effective, signer="Trần Thị Lan", decision="12/QĐ-SAO",
    )  # fmt: skip


def published(
    cast: Cast, effective: datetime.date, version: Version | None = None, on: datetime.date | None = None
) -> Version:
    version = decided(cast, effective, version, on)
    done, _late = services.publish(
        acting_user=cast.hung, version=version, revision=version.revision, on=on or today(cast.company),
        channel="Bảng tin và hệ thống",
    )  # fmt: skip
    return done
