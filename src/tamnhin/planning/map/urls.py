from __future__ import annotations

from django.urls import path

from tamnhin.planning.map import views

urlpatterns = [
    path("strategy/map/", views.strategy_map, name="strategy_map"),
    path("strategy/map/goals/<code:goal>/", views.goal, name="map_goal"),
    path("strategy/map/arrows/<code:source>/<code:target>/", views.arrow, name="map_arrow"),
    path("strategy/map/draw/", views.draw, name="map_draw"),
    path("strategy/map/erase/", views.erase, name="map_erase"),
    path("strategy/map/move/", views.move, name="map_move"),
    path("strategy/map/file/<slug:kind>/", views.file, name="strategy_map_file"),
]
