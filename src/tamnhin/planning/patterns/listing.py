"""All templates, with who has which version of them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from django.db.models import Count, F, QuerySet, Sum
from django.urls import reverse

from tamnhin.dashboards.reading import Reading, path_of, with_query
from tamnhin.kpis.models import Assignment, ScorecardTemplate, TemplateLine
from tamnhin.kpis.selectors.templates import origins
from tamnhin.kpis.template_access import can_write_templates
from tamnhin.organisation.access import today
from tamnhin.planning.patterns.runs import recent_runs
from tamnhin.planning.patterns.shapes import ListPage, TemplateRow
from tamnhin.planning.patterns.words import for_whom


def list_page(reading: Reading, visible: QuerySet[ScorecardTemplate], *, away: bool) -> ListPage:
    """About eight queries, whatever the number of templates and people."""
    company = reading.company
    rows = list(visible.select_related("unit__owner").order_by("name", "code"))
    shown = [row for row in rows if (row.archived_at is not None) == away]
    lines = {
        found["template"]: (found["count"], found["total"])
        for found in TemplateLine.objects.filter(company=company, version=F("template__version"))
        .order_by()
        .values("template")
        .annotate(count=Count("pk"), total=Sum("weight"))
    }
    given = Assignment.objects.filter(company=company, template__isnull=False, activated_at__isnull=False)
    people = list(given.order_by().values_list("owner_id", flat=True).distinct())
    versions: dict[int, list[int]] = defaultdict(list)
    for origin in origins(company, people, today(company)).values():
        versions[origin.template_id].append(origin.version)
    may_give = not reading.scope.reads_only
    out = []
    for row in shown:
        count, total = lines.get(row.pk, (0, Decimal(0)))
        older = sum(version < row.version for version in versions[row.pk])
        out.append(
            TemplateRow(
                name=row.name,
                code=row.code,
                url=path_of("template", row.code),
                for_whom=for_whom(row),
                kpis=count,
                total=total,
                version=row.version,
                current=len(versions[row.pk]) - older,
                older=older,
                older_url=with_query(path_of("template_assign", row.code), only="older") if may_give else "",
                archived=row.archived_at is not None,
            )
        )
    here = reverse("template_list")
    return ListPage(
        rows=out,
        away=sum(row.archived_at is not None for row in rows),
        shows_away=away,
        other_url=here if away else with_query(here, away="1"),
        new_url=reverse("template_new") if can_write_templates(reading.user, company) else "",
        runs=recent_runs(reading),
    )
