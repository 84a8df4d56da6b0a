"""Downloads of the API: bytes go out whatever form was asked for, and a refusal stays JSON."""

from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request


class AnyForm(BaseContentNegotiation):
    """What somebody downloads has the form it has."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Return the first parser: a download has no body."""
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """Return the renderer of refusals."""
        return renderers[0], renderers[0].media_type
