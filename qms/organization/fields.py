"""Choosing a person among thousands: a name typed with suggestions, a user name where scripts are off."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from qms.organization.models import User
from qms.organization.queries import active_people

_BY_USERNAME = re.compile(r"\(([^()\s]+)\)\s*$")


def called(person: User) -> str:
    """Return how a person stands in the field: name, and the user name that tells namesakes apart."""
    return f"{person.name} ({person.username})"


class PersonInput(forms.TextInput):
    """A line of text that suggests people while somebody types."""

    template_name = "organization/widgets/person.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return the context of the widget: the line names the list of suggestions beside it."""
        context = super().get_context(name, value, attrs)
        own = context["widget"]["attrs"]
        own["list"] = f"{own.get('id', name)}_people"
        return context

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {
                "autocomplete": "off",
                "hx-get": reverse_lazy("organization:suggest"),
                "hx-trigger": "input changed delay:150ms",
                "hx-target": "next datalist",
                "hx-swap": "innerHTML",
                **(attrs or {}),
            }
        )


class PersonField(forms.CharField):
    """Gives a person (or None): found by user name, personnel number, or a name that only one person has."""

    widget = PersonInput

    def prepare_value(self, value: Any) -> Any:
        """Return what stands in the field for a person or their key."""
        if isinstance(value, int):
            value = User.objects.filter(pk=value).first()
        return called(value) if isinstance(value, User) else value

    def clean(self, value: Any) -> Any:
        """Return the person; raise ValidationError for nobody, or for several of the same name."""
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        found = list(self.people().filter(self._wanted(text))[:2])
        if not found:
            raise ValidationError(_("There is nobody called “%(text)s” here.") % {"text": text})
        if len(found) > 1:
            raise ValidationError(_("Several people are called “%(text)s”: type the user name.") % {"text": text})
        return found[0]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether what was typed is another person."""
        return bool(self.prepare_value(initial) != data)

    def people(self) -> Any:
        """Return who can be chosen."""
        return active_people()

    @staticmethod
    def _wanted(text: str) -> Q:
        named = _BY_USERNAME.search(text)
        if named:
            return Q(username=named[1].lower())
        return Q(username=text.lower()) | Q(personnel_number=text) | Q(name__iexact=text)
