"""Codes in addresses: any text up to 64 characters, so a slash (and the sign that stands for it) is written out."""

from __future__ import annotations


class CodeConverter:
    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value.replace("~2F", "/").replace("~7E", "~")

    def to_url(self, value: str) -> str:
        return str(value).replace("~", "~7E").replace("/", "~2F")
