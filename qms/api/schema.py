"""The OpenAPI description: what stands in no viewset, the key of a POST."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from qms.api.idempotency import HEADER


class Schema(AutoSchema):
    """One operation: every POST asks for its key."""

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters that every operation of this method has."""
        if self.method != "POST":
            return []
        words = "Any text made for this request: the same request under the same key is done once."
        return [OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, required=True, description=words)]
