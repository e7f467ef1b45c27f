"""Pages about numbers. Named as they are used in ``reading.py``."""

from __future__ import annotations

from django.urls import path, register_converter

from tamnhin.dashboards.converters import CodeConverter
from tamnhin.dashboards.views import cards, data, keys, lists

register_converter(CodeConverter, "code")

urlpatterns = [
    path("", cards.home, name="home"),
    path("scorecards/<code:owner>/", cards.scorecard, name="scorecard"),
    path("scorecards/<code:owner>/why/", cards.why_card, name="why_card"),
    path("scorecards/<code:owner>/pay/", cards.why_pay, name="why_pay"),
    path("scorecards/<code:owner>/export/", cards.export_card, name="export_card"),
    path("scorecards/<code:owner>/kpis/<code:kpi>/", cards.kpi, name="kpi"),
    path("scorecards/<code:owner>/kpis/<code:kpi>/why/", cards.why_line, name="why_line"),
    path("heatmap/", cards.heatmap, name="heatmap"),
    path("entry/", data.entry, name="entry"),
    path("entry/echo/", data.echo, name="entry_echo"),
    path("import/", data.imports, name="import"),
    path("import/template/", data.template, name="import_template"),
    path("import/<int:pk>/", data.one_import, name="one_import"),
    path("import/<int:pk>/problems/", data.import_problems, name="import_problems"),
    path("export/", data.export, name="export"),
    path("kpis/", lists.kpis, name="kpi_list"),
    path("units/", lists.units, name="unit_list"),
    path("people/", lists.people, name="people_list"),
    path("settings/", lists.settings, name="company_settings"),
    path("account/keys/", keys.keys, name="api_keys"),
    path("search/", lists.search, name="search"),
]
