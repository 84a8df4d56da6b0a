"""The OpenAPI description: what stands in no viewset, the key of a POST and the refusals in their one shape."""

from typing import Any, ClassVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from qms.api.idempotency import HEADER
from qms.core.checking import Plain

ALWAYS = {
    "401": "No live token: none was sent, or it is unknown, has ended or was revoked.",
    "403": "Not permitted to this person, or to a token.",
    "404": "Nothing here, or not for this person.",
    "406": "Another form than JSON was asked for.",
    "422": "A value in the address cannot be taken.",
    "429": "Asked too often; `Retry-After` says for how many seconds to wait.",
}
STORED = {"409": "The file store has lost the file or does not answer, or it is not made yet."}
CHANGING = {
    "400": "The body cannot be read, or the Idempotency-Key of a POST is missing.",
    "409": "A rule is broken, or it has changed since.",
    "413": "More than can be taken.",
    "415": "Another form of body than this address takes.",
    "422": "A field has a form or a value that cannot be taken; `fields` says which.",
}


class RefusalSerializer(Plain):
    """What is the matter: a code for programs, words for people, and what each field says."""

    code = serializers.CharField(read_only=True)
    message = serializers.CharField(read_only=True)
    more: ClassVar = {"fields": serializers.DictField(read_only=True)}


class ErrorSerializer(serializers.Serializer[Any]):
    """The one shape of every refusal."""

    error = RefusalSerializer(read_only=True)


class Schema(AutoSchema):
    """One operation: every POST asks for its key, and every operation names its refusals."""

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters that every operation of this method has."""
        if self.method != "POST":
            return []
        words = "Any text made for this request: the same request under the same key is done once."
        return [OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, required=True, description=words)]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        """Return every answer of the operation, its refusals among them."""
        answers: dict[str, Any] = super()._get_response_bodies(direction)
        shape = self.resolve_serializer(ErrorSerializer(), "response")
        content = {"application/json": {"schema": shape.ref}}
        refused = {code: {"description": words, "content": content} for code, words in self._refusals(answers).items()}
        return {**answers, **refused}

    def _refusals(self, answers: dict[str, Any]) -> dict[str, str]:
        if self.method != "GET":
            return ALWAYS | CHANGING
        stored = any("application/json" not in each.get("content", {}) for each in answers.values())
        return ALWAYS | STORED if stored else ALWAYS
