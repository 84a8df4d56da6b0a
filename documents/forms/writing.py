"""Making documents, writing drafts, putting files in."""

from datetime import datetime, time
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Document, DocumentType, Revision
from documents.queries import choosable
from documents.states import CLASS_WORDS, ChangeClass
from qms.core.days import DayField
from qms.core.parsers.pictures import ACCEPT
from qms.organization.models import Process, Site, User
from qms.organization.queries import organization_zone


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PlacementForm(forms.Form):
    """Where a document belongs and who answers for it."""

    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none())
    process = forms.ModelChoiceField(
        label=_("Process"), queryset=Process.objects.none(), required=False, empty_label=_("No single process")
    )
    site = forms.ModelChoiceField(
        label=_("Site"), queryset=Site.objects.none(), required=False, empty_label=_("The whole organization")
    )
    parent = forms.ModelChoiceField(
        label=_("Belongs below"), queryset=Document.objects.none(), required=False, empty_label=_("Nothing")
    )

    def __init__(self, *args: Any, person: User, document: Document | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = {
            "owner": choosable.owners(document),
            "process": choosable.processes(person),
            "site": choosable.sites(),
            "parent": choosable.parents(person, document),
        }
        for name, queryset in rows.items():
            cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = queryset


class DocumentForm(PlacementForm):
    """A new document."""

    title = forms.CharField(
        label=_("Title"), max_length=300, help_text=_("As people say it; the number comes by itself.")
    )
    type_ = forms.ModelChoiceField(label=_("Type"), queryset=DocumentType.objects.none())
    field_order = ("title", "type_", "process", "site", "owner", "parent")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, person=person, **kwargs)
        cast("forms.ModelChoiceField[Any]", self.fields["type_"]).queryset = choosable.types()


class ChangeDocumentForm(PlacementForm):
    """Owner, place and review of a document; a change is an entry, never a revision."""

    next_review_on = DayField(label=_("Next review"), required=False, widget=DayInput())
    review_months = forms.IntegerField(
        label=_("Review every (months)"),
        required=False,
        min_value=1,
        max_value=120,
        help_text=_("Leave empty for the interval of the type."),
    )
    reason = forms.CharField(label=_("Why"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ReviseForm(forms.Form):
    """The next revision of a document."""

    change_class = forms.ChoiceField(
        label=_("Kind of change"),
        widget=forms.RadioSelect,
        choices=[(each.value, words) for each, words in CLASS_WORDS.items()],
        initial=ChangeClass.MAJOR,
    )
    reason = forms.CharField(
        label=_("Reason for the change"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Readers see this before they acknowledge."),
    )


class DetailsForm(forms.Form):
    """What stands around the text of a draft."""

    title = forms.CharField(label=_("Title"), max_length=300)
    change_class = forms.ChoiceField(
        label=_("Kind of change"), choices=[(each.value, words) for each, words in CLASS_WORDS.items()]
    )
    reason = forms.CharField(label=_("Reason for the change"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    change_list = forms.CharField(
        label=_("Changes by page"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where the text of a file cannot be compared."),
    )
    co_authors = forms.ModelMultipleChoiceField(label=_("Co-authors"), queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, revision: Revision, **kwargs: Any) -> None:
        initial = {
            "title": revision.title,
            "change_class": revision.change_class,
            "reason": revision.reason,
            "change_list": revision.change_list,
            "co_authors": list(revision.co_authors.all()),
        }
        super().__init__(*args, **{"initial": initial, **kwargs})
        field = cast("forms.ModelMultipleChoiceField[User]", self.fields["co_authors"])
        field.queryset = choosable.co_authors(revision)
        if revision.base is None:
            del self.fields["change_class"]


class FileForm(forms.Form):
    """A file as the body of a draft, and the author's own PDF beside it."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("DOCX, PDF, XLSX, ODT or any other. It is kept byte for byte."),
        allow_empty_file=True,
    )
    own_pdf = forms.FileField(
        label=_("Your own PDF of it"),
        required=False,
        help_text=_("When given, this is what is read, signed and printed."),
        allow_empty_file=True,
    )


class PictureForm(forms.Form):
    """A picture for a text, with words for people who cannot see it."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG, GIF or WebP, at most 10 MB. You can also paste or drop it into the text."),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        allow_empty_file=True,
    )
    alt = forms.CharField(
        label=_("What it shows"), max_length=300, help_text=_("For people who cannot see it, and for prints of text.")
    )


def start_of(day: Any) -> datetime | None:
    """Return the first instant of a day in the organization's zone; None for no day."""
    return datetime.combine(day, time(0, 0), tzinfo=organization_zone()) if day else None
