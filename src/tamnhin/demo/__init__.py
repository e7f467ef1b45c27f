"""A believable Vietnamese dairy company, and books of any size like it. Pure: no Django, no clock."""

from .company import build, logins
from .scale import grow

__all__ = ["build", "grow", "logins"]
