"""Every page of the plan, one list a subject."""

from __future__ import annotations

from tamnhin.planning.agreements.urls import urlpatterns as agreements
from tamnhin.planning.assign.urls import urlpatterns as assign
from tamnhin.planning.cards.urls import urlpatterns as cards
from tamnhin.planning.departments.urls import urlpatterns as departments
from tamnhin.planning.library.urls import urlpatterns as library
from tamnhin.planning.map.urls import urlpatterns as strategy_map
from tamnhin.planning.okr.urls import urlpatterns as okr
from tamnhin.planning.patterns.urls import urlpatterns as patterns
from tamnhin.planning.regulation.urls import urlpatterns as regulation
from tamnhin.planning.start.urls import urlpatterns as start
from tamnhin.planning.strategy.urls import urlpatterns as strategy
from tamnhin.planning.targets.urls import urlpatterns as targets
from tamnhin.planning.tree.urls import urlpatterns as tree

urlpatterns = [
    *start,
    *strategy_map,  # before ``strategy``: addresses begin alike
    *tree,
    *strategy,
    *library,
    *cards,
    *departments,
    *patterns,  # before ``assign``
    *assign,
    *targets,
    *agreements,
    *regulation,
    *okr,
]
