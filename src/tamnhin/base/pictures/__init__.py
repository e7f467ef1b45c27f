"""Putting drawings and lists on paper: text that is measured before it is drawn, PDF and PNG from one source."""

from __future__ import annotations

from tamnhin.base.pictures.paper import PictureError, document, drawing
from tamnhin.base.pictures.type import on_paper, text_width, wrapped

__all__ = ["PictureError", "document", "drawing", "on_paper", "text_width", "wrapped"]
