"""The pages on which a version is begun and written."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading
from tamnhin.planning.regulation.forms import TextForm
from tamnhin.planning.regulation.shapes import Advice, EditPage, NewPage
from tamnhin.planning.regulation.words import topic_word
from tamnhin.regulation.access import versions_visible_to
from tamnhin.regulation.advice import missing_topics, penalties
from tamnhin.regulation.diff import compare
from tamnhin.regulation.holding import text_of
from tamnhin.regulation.markup import blocks_of
from tamnhin.regulation.models import Version

COPIES = 5  # newest versions offered for copying; any other from its own page


def new_page(reading: Reading, chosen: str, error: str = "") -> NewPage:
    """Where a new version may begin; ``chosen`` is marked, else the newest published one, else the built-in text."""
    versions = list(versions_visible_to(reading.user, reading.company)[:100])
    asked = [one for one in versions if str(one.number) == chosen]
    published = [one for one in versions if one.state == Version.State.PUBLISHED]
    offered = list({one.pk: one for one in [*asked, *published[:COPIES]]}.values())
    copies = [
        (
            str(one.number),
            _("Chép từ phiên bản {number}").format(number=one.number),
            one.summary or one.title,
        )
        for one in offered
    ]
    sources = [
        *copies,
        (
            "template",
            _("Văn bản mẫu của Tầm Nhìn"),
            _("18 điều, đã điền tên công ty, sàn, trần, thang xếp loại và cách quy đổi; kèm bản tiếng Anh ngắn."),
        ),
        ("blank", _("Trang trắng"), _("Dán văn bản sẵn có của công ty.")),
    ]
    first = copies[0][0] if copies else "template"
    return NewPage(sources, chosen if chosen in {value for value, _label, _hint in sources} else first, error)


def edit_page(
    reading: Reading, version: Version, form: TextForm, *, seen: int | None = None, conflict: bool = False
) -> EditPage:
    """``seen``: the revision the writer has looked at. After a conflict they have looked at the newest one."""
    typed = str(form["body"].value() or "")
    return EditPage(
        number=version.number,
        form=form,
        revision=version.revision if seen is None or conflict else seen,
        consulting=version.state == Version.State.CONSULTING,
        blocks=blocks_of(typed),
        advice=advice_on(typed),
        conflict=compare(text_of(version).body, typed) if conflict else None,
        back_url=reverse("regulation_version", args=[version.number]),
    )


def advice_on(text: str) -> Advice:
    return Advice(penalties(text), [topic_word(topic) for topic in missing_topics(text)])
