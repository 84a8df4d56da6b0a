"""Kinds of record, records, and their corrections."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from documents.forms.writing import DayInput
from documents.models import LONGEST_PERIOD, Document, Record, RecordKind
from documents.queries import choosable, visible_to
from documents.services.records import Sighting
from qms.core.days import DayField
from qms.organization.models import Process, Site, User
from qms.organization.queries import today

ANY_PLACE = _("The whole organization")


class KindForm(forms.Form):
    """What is kept as evidence, who answers for it and how often there must be one."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Such as “Calibration certificates”."))
    shows = forms.CharField(label=_("What these records show"), max_length=300)
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none())
    process = forms.ModelChoiceField(
        label=_("Process"), queryset=Process.objects.none(), required=False, empty_label=_("No single process")
    )
    site = forms.ModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.none(),
        required=False,
        empty_label=ANY_PLACE,
        help_text=_("Without one, each record says its site, and there must be one for each site that keeps them."),
    )
    period_months = forms.IntegerField(
        label=_("A record at least every (months)"),
        required=False,
        min_value=1,
        max_value=LONGEST_PERIOD,
        help_text=_("Leave empty when one record is enough."),
    )
    kept_at = forms.CharField(
        label=_("Where they are kept"),
        required=False,
        max_length=200,
        help_text=_("Another system, or a place. Leave empty when they are kept here, as files."),
    )
    form_number = forms.CharField(
        label=_("Form"), required=False, max_length=60, help_text=_("The number of the document that is filled in.")
    )

    def __init__(self, *args: Any, person: User, kind: RecordKind | None = None, **kwargs: Any) -> None:
        initial = _told_of(kind) if kind else {"owner": person.pk}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.person = person
        owners = choosable.owners()
        rows = {
            "owner": owners | User.objects.filter(pk=kind.owner_id) if kind else owners,
            "process": choosable.all_processes(),
            "site": choosable.sites(),
        }
        for name, queryset in rows.items():
            cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = queryset
        if kind is not None:
            self.fields["reason"] = forms.CharField(
                label=_now("Why"), required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
            )

    def clean_form_number(self) -> Document | None:
        """Return the document that a number names; refuse one that the person does not see."""
        number = self.cleaned_data["form_number"]
        if not number:
            return None
        found = visible_to(self.person).filter(number__iexact=number).first()
        if found is None:
            raise forms.ValidationError(_now("There is no document %(number)s.") % {"number": number})
        return found

    def values(self) -> dict[str, Any]:
        """Return what was typed, for the service."""
        told = dict(self.cleaned_data)
        form = told.pop("form_number")
        return {**told, "form": form}


def _told_of(kind: RecordKind) -> dict[str, Any]:
    names = ("name", "shows", "owner", "process", "site", "period_months", "kept_at")
    return {**{name: getattr(kind, name) for name in names}, "form_number": kind.form.number if kind.form else ""}


class RecordForm(forms.Form):
    """A record: its number or name, its day, and the file, or what was seen of records kept elsewhere."""

    title = forms.CharField(
        label=_("Number or name"),
        max_length=200,
        help_text=_("As it stands on it, such as the number of a certificate."),
    )
    happened_on = DayField(label=_("Day it is of"), widget=DayInput())
    site = forms.ModelChoiceField(label=_("Site"), queryset=Site.objects.none(), required=False, empty_label=ANY_PLACE)
    process = forms.ModelChoiceField(
        label=_("Process"), queryset=Process.objects.none(), required=False, empty_label=_("No single process")
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("It is kept byte for byte, under its SHA-256."),
        allow_empty_file=True,
    )
    count = forms.IntegerField(label=_("How many"), required=False, min_value=1, max_value=1_000_000)
    where = forms.CharField(label=_("Where"), required=False, max_length=200)
    seen = forms.CharField(
        label=_("What was seen"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, kind: RecordKind, **kwargs: Any) -> None:
        initial = {"happened_on": today(), **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.kind = kind
        rows: Mapping[str, tuple[int | None, Any]] = {
            "site": (kind.site_id, choosable.sites()),
            "process": (kind.process_id, choosable.all_processes()),
        }
        for name, (own, queryset) in rows.items():
            if own is None:
                cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = queryset
            else:
                del self.fields[name]
        if kind.kept_at:
            self.fields["where"].help_text = _now("Leave empty for: %(place)s") % {"place": kind.kept_at}

    def itself(self) -> list[forms.BoundField]:
        """Return the fields about the record itself."""
        names = ("reason", "title", "happened_on", "site", "process")
        return [self[name] for name in names if name in self.fields]

    def elsewhere(self) -> list[forms.BoundField]:
        """Return the fields about what was seen of records kept elsewhere."""
        return [self[name] for name in ("count", "where", "seen")]

    def given(self) -> dict[str, Any]:
        """Return what was typed but for the file, for the service."""
        names = ("title", "happened_on", "site", "process")
        told = {name: self.cleaned_data[name] for name in names if name in self.fields}
        return {**told, "sighting": self._sighting()}

    def _sighting(self) -> Sighting | None:
        told = self.cleaned_data
        if not (told["count"] or told["where"] or told["seen"]):
            return None
        return Sighting(told["count"] or 0, told["where"] or self.kind.kept_at, told["seen"])


class CorrectionForm(RecordForm):
    """A record that takes the place of another; the file or the sighting of that one stays unless another is given."""

    reason = forms.CharField(label=_("What was wrong"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, record: Record, **kwargs: Any) -> None:
        initial = {
            "title": record.title,
            "happened_on": record.happened_on,
            "site": record.site,
            "process": record.process,
            "count": record.sighted,
            "where": record.sighted_at_place,
            "seen": record.sighted_words,
        }
        super().__init__(*args, kind=record.kind, initial=initial, **kwargs)
        if record.file:
            self.fields["file"].help_text = _now("Leave empty to keep %(name)s.") % {"name": record.file_name}


class EndForm(forms.Form):
    """Why a kind of record ends."""

    reason = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
