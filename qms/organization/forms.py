"""Input about people, roles, teams, sites, processes, settings and oneself. Forms check and clean; services write."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.core.days import DayField
from qms.core.parsers.pictures import ACCEPT
from qms.core.zones import zone_choices
from qms.organization.fields import PersonField
from qms.organization.models import Process, Site, Team, User
from qms.organization.queries import active_processes, active_sites, organization_zone, setting, today
from qms.organization.rights import givable_roles
from qms.organization.setting_kinds import Input, SettingKind, declared
from qms.organization.states import ROLE_WORDS, WEEKDAYS, Role

DAY = {"type": "date"}
ACCOUNT_FIELDS = ("name", "username", "email", "personnel_number", "company", "joined_on", "ends_on")


def day_field(**more: Any) -> DayField:
    """Return a field for a day, typed or chosen."""
    return DayField(widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY), **more)


def languages() -> list[tuple[str, Any]]:
    """Return the languages that the house speaks."""
    return list(settings.LANGUAGES)


def _offer_zones_and_languages(form: forms.Form) -> None:
    """Offer the organization's zone first, and no language where there is only one."""
    same = gettext_lazy("The organization's")
    cast(forms.ChoiceField, form.fields["time_zone"]).choices = [("", same), *zone_choices()]
    if len(settings.LANGUAGES) == 1:
        del form.fields["language"]


def site_field(empty_label: Any, **more: Any) -> "forms.ModelChoiceField[Site]":
    """Return a field for a site in use; the choice is filled when the form is made."""
    return forms.ModelChoiceField(queryset=Site.objects.none(), required=False, empty_label=empty_label, **more)


def process_field(empty_label: Any, **more: Any) -> "forms.ModelChoiceField[Process]":
    """Return a field for a process in use; the choice is filled when the form is made."""
    return forms.ModelChoiceField(queryset=Process.objects.none(), required=False, empty_label=empty_label, **more)


class PlacedForm(forms.Form):
    """A form that asks for a site or a process: it offers those in use."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "site" in self.fields:
            cast("forms.ModelChoiceField[Site]", self.fields["site"]).queryset = active_sites()
        if "process" in self.fields:
            cast("forms.ModelChoiceField[Process]", self.fields["process"]).queryset = active_processes()

    def values(self) -> dict[str, Any]:
        """Return what the services take."""
        return {name: self.cleaned_data[name] for name in self.fields}


class PersonForm(PlacedForm):
    """A person. Who may not open accounts gets a person's place in the organization only."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    username = forms.CharField(label=gettext_lazy("User name"), max_length=80)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    personnel_number = forms.CharField(label=gettext_lazy("Personnel number"), max_length=40, required=False)
    company = forms.CharField(
        label=gettext_lazy("Company"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("For people of other firms."),
    )
    joined_on = day_field(label=gettext_lazy("First day"), initial=today)
    ends_on = day_field(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("For guests and people of other firms: the account closes by itself after it."),
    )
    job_title = forms.CharField(label=gettext_lazy("Job title"), max_length=120, required=False)
    site = site_field(gettext_lazy("None"), label=gettext_lazy("Site"))
    line_manager = PersonField(label=gettext_lazy("Line manager"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=languages)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)

    def __init__(self, *args: Any, person: User | None = None, accounts: bool = True, **kwargs: Any) -> None:
        if person is not None:
            kwargs["initial"] = {name: getattr(person, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        for name in () if accounts else ACCOUNT_FIELDS:
            del self.fields[name]
        _offer_zones_and_languages(self)

    def clean(self) -> dict[str, Any]:
        """Refuse days out of range."""
        cleaned = super().clean() or {}
        for name in ("joined_on", "ends_on"):
            day = cleaned.get(name)
            if day and not 1930 <= day.year <= 2200:
                self.add_error(name, _("This day is out of range."))
        return cleaned


class RoleForm(PlacedForm):
    """A role for a person: which, where, from when until when."""

    role = forms.ChoiceField(label=gettext_lazy("Role"))
    site = site_field(gettext_lazy("All sites"), label=gettext_lazy("Only at the site"))
    process = process_field(gettext_lazy("All processes"), label=gettext_lazy("Only for the process"))
    first_day = day_field(label=gettext_lazy("First day"), required=False, help_text=gettext_lazy("Empty: at once."))
    last_day = day_field(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("External auditors need one.")
    )

    def __init__(self, *args: Any, rights: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [role for role in Role if role in givable_roles(rights)]
        cast(forms.ChoiceField, self.fields["role"]).choices = [(role.value, ROLE_WORDS[role]) for role in allowed]

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        for name, day in (("first_day", first), ("last_day", last)):
            if day and not 1990 <= day.year <= 2200:
                self.add_error(name, _("This day is out of range."))
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return what the service takes: from the first moment of the first day to the last of the last."""
        cleaned = self.cleaned_data
        return {
            "role": Role(cleaned["role"]),
            "site": cleaned["site"],
            "process": cleaned["process"],
            "valid_from": _at(cleaned["first_day"], time.min),
            "valid_until": _at(cleaned["last_day"], time(23, 59, 59)),
        }


class ReasonForm(forms.Form):
    """A reason in words."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ConfirmForm(forms.Form):
    """How somebody made sure that people alone have their sign-in."""

    how = forms.CharField(
        label=gettext_lazy("How you checked it"),
        max_length=200,
        help_text=gettext_lazy("For example: in person, they signed in beside me."),
    )


class LinkForm(forms.Form):
    """How the single sign-on knows a person."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address at the single sign-on"),
        help_text=gettext_lazy("It counts once: at their next sign-in there the account is bound to the person."),
    )


class TeamForm(PlacedForm):
    """A team."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    site = site_field(gettext_lazy("None"), label=gettext_lazy("Site"))
    process = process_field(gettext_lazy("None"), label=gettext_lazy("Process"))


class TeamsForm(forms.Form):
    """The teams of one person."""

    teams = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Teams"),
        queryset=Team.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelMultipleChoiceField[Team]", self.fields["teams"])
        field.queryset = Team.objects.filter(is_active=True).order_by("name")


class JoinForm(forms.Form):
    """Somebody who joins a team."""

    person = PersonField(label=gettext_lazy("Person"))


class SiteForm(forms.Form):
    """A site with its working days and its holidays from today on, one a line."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=12,
        help_text=gettext_lazy("Short: it may stand in numbers of documents."),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    working_days = forms.MultipleChoiceField(
        label=gettext_lazy("Working days"),
        choices=[(number, words) for number, words in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    holidays = forms.CharField(
        label=gettext_lazy("Holidays to come"),
        required=False,
        help_text=gettext_lazy("One a line: the day, then its name. For example: 2027-01-01 New Year"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.fields["time_zone"]
        cast(forms.ChoiceField, zone).choices = zone_choices()
        zone.initial = setting("organization.zone")
        self.fields["working_days"].initial = list("12345")

    def clean_working_days(self) -> str:
        """Return the days as the site keeps them."""
        return "".join(sorted(self.cleaned_data["working_days"]))

    def clean_holidays(self) -> dict[date, str]:
        """Return days with their names; refuse a line that does not begin with a day."""
        days: dict[date, str] = {}
        for line in filter(None, (each.strip() for each in self.cleaned_data["holidays"].splitlines())):
            day, _space, name = line.partition(" ")
            try:
                days[date.fromisoformat(day)] = name.strip()
            except ValueError:
                raise ValidationError(_("This line does not begin with a day: %(line)s") % {"line": line}) from None
        return days

    def values(self) -> dict[str, Any]:
        """Return what the service takes, without the holidays."""
        return {name: self.cleaned_data[name] for name in ("code", "name", "time_zone", "working_days")}


class ProcessForm(PlacedForm):
    """A process with its owner."""

    number = forms.CharField(label=gettext_lazy("Number"), max_length=20)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    owner = PersonField(
        label=gettext_lazy("Owner"),
        required=False,
        help_text=gettext_lazy("Is given the role of process owner for this process."),
    )
    site = site_field(gettext_lazy("All sites"), label=gettext_lazy("Site"))


class PreferencesForm(forms.Form):
    """What a person chooses for themselves."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=languages)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)
    theme = forms.ChoiceField(
        label=gettext_lazy("Appearance"),
        choices=[
            ("auto", gettext_lazy("As the device")),
            ("light", gettext_lazy("Light")),
            ("dark", gettext_lazy("Dark")),
        ],
    )
    shortcuts = forms.BooleanField(label=gettext_lazy("Single keys as shortcuts"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_zones_and_languages(self)


class SettingsForm(forms.Form):
    """Every declared setting of the organization."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in declared().values():
            self.fields[kind.key] = _field_of(kind)

    def clean(self) -> dict[str, Any]:
        """Refuse a value that falls below that of the setting it comes after."""
        given = dict(self.cleaned_data)
        for kind in declared().values():
            floor, value = given.get(kind.at_least), given.get(kind.key)
            if floor is not None and value is not None and value < floor:
                words = _("This comes after “%(before)s” and cannot be less.")
                self.add_error(kind.key, words % {"before": declared()[kind.at_least].words})
        return self.cleaned_data

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields under the headings of their rooms."""
        found: dict[str, list[forms.BoundField]] = {}
        for kind in declared().values():
            found.setdefault(str(kind.group), []).append(self[kind.key])
        return list(found.items())


class LogoForm(forms.Form):
    """A picture for the letterhead."""

    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        help_text=gettext_lazy("PNG, JPEG, GIF or WebP, at most 2 MB. It stands on prints and on every page."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        allow_empty_file=True,
    )


class RosterForm(forms.Form):
    """A file of people."""

    file = forms.FileField(
        label=gettext_lazy("CSV or XLSX file"),
        help_text=gettext_lazy("The first line names the columns; see below. Nothing is written yet."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )

    def clean_file(self) -> Any:
        """Refuse an empty file and one larger than an upload may be."""
        given = self.cleaned_data["file"]
        if given.size > settings.MAX_UPLOAD_BYTES:
            raise ValidationError(_("The file is too large."))
        return given


def _at(day: date | None, at: time) -> datetime | None:
    return datetime.combine(day, at, tzinfo=organization_zone()) if day else None


def _field_of(kind: SettingKind) -> forms.Field:
    common: dict[str, Any] = {"label": kind.words, "help_text": kind.help, "initial": setting(kind.key)}
    match kind.input:
        case Input.NUMBER:
            return forms.IntegerField(min_value=kind.minimum, max_value=kind.maximum, **common)
        case Input.SWITCH:
            return forms.BooleanField(required=False, **common)
        case Input.CHOICE:
            return forms.ChoiceField(choices=kind.choices, **common)
        case Input.ZONE:
            return forms.ChoiceField(choices=zone_choices(), **common)
        case Input.TEXT:
            return forms.CharField(max_length=200, **common)
