"""Input of the API is checked by the forms of the pages: one set of rules for both."""

from typing import TypeVar

from django import forms
from rest_framework.request import Request

from qms.api.errors import Unprocessable
from qms.organization.models import User

F = TypeVar("F", bound=forms.BaseForm)


def checked(form: F) -> F:
    """Return a form whose input is right; raise Unprocessable (422) with what each field says."""
    if not form.is_valid():
        raise Unprocessable({name: [str(each) for each in said] for name, said in form.errors.items()})
    return form


def given(request: Request) -> dict[str, object]:
    """Return the fields of the body; raise Unprocessable (422) when it is no JSON object."""
    if not isinstance(request.data, dict):
        raise Unprocessable({"": ["A JSON object is expected."]})
    return dict(request.data)


def asking(request: Request) -> User:
    """Return the person for whom the token asks."""
    assert isinstance(request.user, User)
    return request.user
