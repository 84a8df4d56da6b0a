"""Input of the API: its shape is checked by serializers, its sense by the forms of the pages, one set for both."""

from copy import deepcopy
from typing import Any, ClassVar, TypeVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.request import Request

F = TypeVar("F", bound=forms.Form)


class Unprocessable(serializers.ValidationError):
    """What was sent has a form or a value that cannot be taken (422)."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY


class Plain(serializers.Serializer[Any]):
    """A serializer with `more` fields, whose names are attributes of every serializer (label, parent)."""

    more: ClassVar[dict[str, serializers.Field[Any, Any, Any, Any]]] = {}

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return all fields."""
        return {**super().get_fields(), **deepcopy(self.more)}


class Body(Plain):
    """The shape of a body; a field that it does not know is refused, so that no wish is passed over in silence."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the fields as Python values; raise ValidationError (422) with what each field says."""
        unknown = sorted(str(name) for name in data if name not in self.fields) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError({name: [_("There is no such field here.")] for name in unknown})
        return super().to_internal_value(data)


class Key(serializers.IntegerField):
    """The key of a record: what no database can hold is refused before one is asked."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": 2**63 - 1, **kwargs})


class Reason(Body):
    """Why something is done; some verbs want it, others take it."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


def checked(form: F) -> F:
    """Return a form whose input is right; raise Unprocessable (422) with what each field says."""
    if not form.is_valid():
        raise Unprocessable({name: [str(each) for each in said] for name, said in form.errors.items()})
    return form


def part_of(form: F) -> F:
    """Return a form that asks for the fields in its input alone, checked: what is not named stays as it is (PATCH)."""
    for name in set(form.fields) - set(form.data):
        del form.fields[name]
    return checked(form)


def given(request: Request) -> dict[str, object]:
    """Return the fields of the body, a form's each once; raise Unprocessable (422) when it is no JSON object."""
    if isinstance(request.data, QueryDict):
        return {**request.data.dict()}
    if not isinstance(request.data, dict):
        raise Unprocessable({"": ["A JSON object is expected."]})
    return dict(request.data)


def said(request: Request, body: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """Return the fields of the body in the shape that is asked for; raise Unprocessable (422) otherwise."""
    checking = body(data=given(request))
    checking.is_valid(raise_exception=True)
    return dict(checking.validated_data)
