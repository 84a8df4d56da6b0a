"""What the verbs of a revision ask for: words, people, dates, a signature."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.forms.writing import DayInput, start_of
from documents.models import ProfileStep, Revision
from documents.queries import choosable, references
from documents.queries.seating import Place
from documents.states import CLASS_ORDER, CLASS_WORDS, REVIEW_OUTCOME_WORDS, ApprovalMode, ChangeClass, ReviewOutcome
from qms.core.days import DayField
from qms.organization.models import User
from qms.organization.queries import today
from qms.signatures.forms import SigningForm


def _area(label: Any, *, required: bool, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, help_text=help_text, widget=forms.Textarea(attrs={"rows": 3})
    )


class ActForm(forms.Form):
    """A verb that asks nothing; the others extend it. `seen_state` is the state that the person looked at, `by` the
    person who is offered choices; a machine that knows whom it names (None) hears from the service who does not fit.
    """

    seen_state = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, revision: Revision, by: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"seen_state": revision.state}, **kwargs})
        self.revision, self.by = revision, by
        self.prepare(revision)

    def prepare(self, revision: Revision) -> None:
        """Fill the choices that depend on the revision."""

    def values(self) -> dict[str, Any]:
        """Return the arguments of the service beside the revision, the person and the proof."""
        return {}


class WordsForm(ActForm):
    """A verb that may come with words."""

    words = _area(gettext_lazy("Remarks"), required=False)

    def values(self) -> dict[str, Any]:
        """Return the words."""
        return {"words": self.cleaned_data["words"]}


class ReasonForm(ActForm):
    """A verb that wants a reason."""

    reason = _area(gettext_lazy("Reason"), required=True, help_text=gettext_lazy("It stays in the history for good."))

    def values(self) -> dict[str, Any]:
        """Return the reason."""
        return {"reason": self.cleaned_data["reason"]}


class ReviewersForm(ActForm):
    """Who reviews."""

    reviewers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Reviewers"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def prepare(self, revision: Revision) -> None:
        """Offer who may review here."""
        needed = revision.document.type.profile.reviewers_needed
        _offer(self.fields["reviewers"], choosable.reviewers(revision), needed=needed, all_=self.by is None)

    def values(self) -> dict[str, Any]:
        """Return the people, and the state that was looked at."""
        return {
            "reviewers": list(self.cleaned_data["reviewers"]),
            "seen_state": self.cleaned_data["seen_state"] or None,
        }


class ApproversForm(ActForm):
    """Who approves, at each step of the profile, and when it takes effect."""

    effective_on = DayField(
        label=gettext_lazy("Takes effect on"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Empty: as soon as it is approved."),
    )

    def prepare(self, revision: Revision) -> None:
        """Offer a choice of approvers for each step; a profile without steps has one."""
        for step in _steps(revision):
            field = forms.ModelMultipleChoiceField(
                label=step.name, queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
            )
            fitting = choosable.approvers(revision, role=step.role)
            _offer(field, fitting, needed=_needed(revision), all_=self.by is None)
            self.fields[f"step_{step.position}"] = field
        self.order_fields([name for name in self.fields if name != "effective_on"])

    def clean_effective_on(self) -> Any:
        """Refuse a day that has gone."""
        day = self.cleaned_data["effective_on"]
        if day is not None and day < today():
            raise forms.ValidationError(_("This day has gone. Leave it empty to let it take effect at once."))
        return day

    def values(self) -> dict[str, Any]:
        """Return the places in the round, the instant it takes effect, and the state that was looked at."""
        places = [
            Place(person, step.position)
            for step in _steps(self.revision)
            for person in self.cleaned_data[f"step_{step.position}"]
        ]
        return {
            "approvers": places,
            "effective_from": start_of(self.cleaned_data["effective_on"]),
            "seen_state": self.cleaned_data["seen_state"] or None,
        }


class RetirementForm(ReasonForm):
    """Who agrees to a retirement, and that what refers to the document was seen."""

    approvers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who agrees"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    references_accepted = forms.BooleanField(
        label=gettext_lazy("I have looked at what refers to this document"), required=False
    )

    def prepare(self, revision: Revision) -> None:
        """Offer who may approve here; show what refers to the document, and ask nothing where there is nothing."""
        fitting = choosable.agreers(revision, self.by) if self.by else None
        _offer(self.fields["approvers"], fitting, needed=1, all_=self.by is None)
        found = references(revision.document)
        if found:
            self.fields["references_accepted"].help_text = ", ".join(found)
        else:
            del self.fields["references_accepted"]

    def values(self) -> dict[str, Any]:
        """Return reason, people and whether the references were accepted."""
        return {
            "reason": self.cleaned_data["reason"],
            "approvers": list(self.cleaned_data["approvers"]),
            "references_accepted": self.cleaned_data.get("references_accepted", False),
        }


class SignedForm(SigningForm):
    """A verb that is signed."""

    def __init__(self, *args: Any, revision: Revision, by: User | None = None, **kwargs: Any) -> None:
        content_hash = revision.content.sha256 if revision.content else ""
        super().__init__(*args, content_hash=content_hash, **kwargs)
        self.revision, self.by = revision, by
        self.prepare(revision)

    def prepare(self, revision: Revision) -> None:
        """Fill the choices that depend on the revision."""

    def values(self) -> dict[str, Any]:
        """Return the arguments of the service beside the revision, the person and the proof."""
        return {}


class SignedReasonForm(SignedForm):
    """A signed verb that wants a reason."""

    reason = _area(gettext_lazy("Reason"), required=True, help_text=gettext_lazy("It stays in the history for good."))

    def values(self) -> dict[str, Any]:
        """Return the reason."""
        return {"reason": self.cleaned_data["reason"]}


class SignedWordsForm(SignedForm):
    """A signed verb that may come with words."""

    words = _area(gettext_lazy("Remarks"), required=False)

    def values(self) -> dict[str, Any]:
        """Return the words."""
        return {"words": self.cleaned_data["words"]}


class ApproveForm(SignedWordsForm):
    """An approval; the approver may raise the kind of change, and lower it with a reason."""

    raise_to = forms.ChoiceField(
        label=gettext_lazy("Kind of change"),
        required=False,
        help_text=gettext_lazy("Whoever lowers it says why in the remarks."),
    )

    def prepare(self, revision: Revision) -> None:
        """Offer the class as it is, every higher one, and where there was a revision before, the lower ones."""
        at = CLASS_ORDER.index(ChangeClass(revision.change_class)) if revision.base_id is None else 0
        choices = [(each.value, CLASS_WORDS[each]) for each in CLASS_ORDER[at:]]
        cast(forms.ChoiceField, self.fields["raise_to"]).choices = choices
        self.initial["raise_to"] = revision.change_class

    def values(self) -> dict[str, Any]:
        """Return the words and the class."""
        raised = self.cleaned_data["raise_to"]
        return {"words": self.cleaned_data["words"], "raise_to": ChangeClass(raised) if raised else None}


class PeriodicReviewForm(SignedForm):
    """What a periodic review found, and who confirms it."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        widget=forms.RadioSelect,
        choices=[(each.value, words) for each, words in REVIEW_OUTCOME_WORDS.items()],
    )
    words = _area(gettext_lazy("What was looked at"), required=True)
    approvers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who confirms"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self, revision: Revision) -> None:
        """Offer who may approve here; none where the profile asks for nobody."""
        needed = revision.document.type.profile.periodic_review_approvers
        if not needed:
            del self.fields["approvers"]
            return
        fitting = choosable.agreers(revision, self.by) if self.by else None
        _offer(self.fields["approvers"], fitting, needed=needed, all_=self.by is None)

    def values(self) -> dict[str, Any]:
        """Return outcome, words and people."""
        return {
            "outcome": ReviewOutcome(self.cleaned_data["outcome"]),
            "words": self.cleaned_data["words"],
            "approvers": list(self.cleaned_data.get("approvers", ())),
        }


def _offer(field: forms.Field, fitting: QuerySet[User] | None, *, needed: int, all_: bool) -> None:
    """Offer those who fit, say how many are needed and when too few are there; a machine may name anybody."""
    chosen = cast("forms.ModelMultipleChoiceField[User]", field)
    if all_ or fitting is None:
        chosen.queryset = choosable.people()
        return
    chosen.queryset = fitting
    found = fitting.count()
    if found < needed:
        chosen.help_text = _(
            "Needed: %(n)d. There is nobody else who may do this here; Quality gives the right or sets the rule aside."
        ) % {"n": needed}
    elif needed > 1:
        chosen.help_text = _("Choose at least %(n)d.") % {"n": needed}


def _needed(revision: Revision) -> int:
    profile = revision.document.type.profile
    if profile.mode == ApprovalMode.ORDERED or revision.change_class == ChangeClass.ADMINISTRATIVE:
        return 1
    return profile.needed


def _steps(revision: Revision) -> list[ProfileStep]:
    profile = revision.document.type.profile
    if profile.mode == ApprovalMode.ORDERED and revision.change_class != ChangeClass.ADMINISTRATIVE:
        return list(profile.steps.order_by("position"))
    return [ProfileStep(position=1, name=_("Approvers"))]
