"""Static files as they are served: named by their hash, packed, and the style sheets without what only we read."""

from collections.abc import Iterable, Iterator
from typing import Any

import tinycss2
from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Beside these white space means nothing; before a colon, and on both sides of a bracket, it does.
CLOSED = ("{", "}", ";", ",")


class ServedFiles(CompressedManifestStaticFilesStorage):
    """Collects the static files; a style sheet loses its comments and white space before it is hashed and packed."""

    def post_process(self, paths: dict[str, Any], **options: Any) -> Iterator[Any]:
        """Hash and pack what was collected here, which for a style sheet is not what it was collected from."""
        yield from super().post_process({name: (self, name) for name in paths}, **options)

    def _save(self, name: str, content: "File[Any]") -> str:
        return str(super()._save(name, _short(content) if name.endswith(".css") else content))


def _short(sheet: "File[Any]") -> "File[Any]":
    text = b"".join(sheet.chunks()).decode()
    return ContentFile(_written(tinycss2.parse_component_value_list(text)).encode())


def _written(values: Iterable[Any]) -> str:
    """Return values of CSS (Syntax Level 3, 5) as text: no comments, a space only where it may mean something."""
    parts = [""]
    for part in (_part(value) for value in values if value.type != "comment"):
        idle = part == " " and (parts[-1] == "" or parts[-1].endswith((*CLOSED, ":", " ")))
        if part.startswith(CLOSED) and parts[-1] == " ":
            parts.pop()
        parts += [] if idle else [part]
    return "".join(parts).strip()


def _part(value: Any) -> str:
    if value.type == "whitespace":
        return " "
    return "{" + _written(value.content) + "}" if value.type == "{} block" else str(value.serialize())
