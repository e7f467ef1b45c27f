"""Typed door to ``rules``: one decorator names a permission, and the function stays an ordinary function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from rules.permissions import add_perm
from rules.predicates import predicate

F = TypeVar("F", bound=Callable[..., bool])


def permission(name: str) -> Callable[[F], F]:
    """Declare ``user.has_perm(name, obj)`` as the decorated ``function(user, obj=None)``."""

    def declare(function: F) -> F:
        checked: Any = predicate(function, name=name)  # type: ignore[no-untyped-call]
        add_perm(name, checked)  # type: ignore[no-untyped-call]
        return function

    return declare
