"""The way back to the step somebody came from, on every page they go through to do it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.planning.start.steps import STEPS, TITLES

KEPT = "guide"  # in the session: the step, and when it was left
SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Guide:
    number: int
    title: str
    url: str


def guide(request: HttpRequest) -> dict[str, Any]:
    """For templates: ``guide`` while somebody is away from a step, by a link that says ``next=/start/…/``.

    It lasts until they are back, or an hour, so that it outlives saving, faults and the pages between.
    """
    session = getattr(request, "session", None)
    if session is None:
        return {}
    came = re.fullmatch(r"(?:/[\w-]+)*/start/([a-z]+)/", request.GET.get("next", ""))  # only the step is kept of it
    if came is not None and came[1] in STEPS:
        session[KEPT] = [came[1], int(time.time())]
    kept = session.get(KEPT)
    if kept is None:
        return {}
    step, since = kept
    if request.path.startswith(reverse("start")) and "next" not in request.GET and "next" not in request.POST:
        del session[KEPT]
        return {}
    if step not in STEPS or time.time() - since > SECONDS:
        return {}
    return {"guide": Guide(STEPS.index(step) + 1, _(TITLES[step]), reverse("start_step", args=[step]))}
