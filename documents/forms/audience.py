"""Who reads a document: everybody, sites, teams, roles, processes, people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import AudienceRule, Document
from documents.queries import choosable
from qms.organization.states import ROLE_WORDS

Kind = AudienceRule.Kind


class RulesForm(forms.Form):
    """The rules of an audience; whoever any of them reaches reads the document."""

    everybody = forms.BooleanField(label=_("Everybody"), required=False)
    site = forms.MultipleChoiceField(label=_("Sites"), required=False, widget=forms.CheckboxSelectMultiple)
    team = forms.MultipleChoiceField(label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple)
    process = forms.MultipleChoiceField(label=_("Processes"), required=False, widget=forms.CheckboxSelectMultiple)
    role = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(role.value, words) for role, words in ROLE_WORDS.items()],
    )
    person = forms.MultipleChoiceField(label=_("People"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = {
            "site": [(str(each.pk), each.name) for each in choosable.sites()],
            "team": [(str(each.pk), each.name) for each in choosable.teams()],
            "process": [(str(each.pk), str(each)) for each in choosable.all_processes()],
            "person": [(str(each.pk), each.name) for each in choosable.people()],
        }
        for name, choices in rows.items():
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = choices

    def rules(self) -> list[tuple[str, str]]:
        """Return the rules that were chosen, as (kind, key)."""
        found = [(Kind.EVERYBODY.value, "")] if self.cleaned_data["everybody"] else []
        for name in ("site", "team", "process", "role", "person"):
            found += [(name, key) for key in self.cleaned_data[name]]
        return found


class AudienceForm(RulesForm):
    """Who reads one document: what holds now is filled in."""

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        standing = document.audience.filter(valid_until__isnull=True).values_list("kind", "key")
        initial: dict[str, Any] = {"everybody": ("everybody", "") in standing}
        for name in ("site", "team", "process", "role", "person"):
            initial[name] = [key for kind, key in standing if kind == name]
        super().__init__(*args, **{"initial": initial, **kwargs})
