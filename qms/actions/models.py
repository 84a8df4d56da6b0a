"""Actions and the extensions asked for them. Where an action comes from stands as words, never as a foreign key up."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.actions.states import ANSWER_WORDS, STATE_WORDS, Answer, State
from qms.filing.models import Stateful
from qms.organization.models import Process, Site, User
from qms.signatures.models import SeparationException
from qms.trail.models import AppendOnly


def _together(name: str) -> models.CheckConstraint:
    """Return the constraint that an instant goes with the person."""
    at, by = f"{name}_at", f"{name}_by"
    both = Q(**{f"{at}__isnull": True, f"{by}__isnull": True}) | Q(**{f"{at}__isnull": False, f"{by}__isnull": False})
    return models.CheckConstraint(condition=both, name=f"action_{name}_at_and_by_go_together")


def _whole(name: str) -> models.CheckConstraint:
    """Return the constraint that a record is named by model and key, or not at all."""
    model, key = f"{name}_model", f"{name}_key"
    both = Q(**{model: "", key: ""}) | (~Q(**{model: ""}) & ~Q(**{key: ""}))
    return models.CheckConstraint(condition=both, name=f"action_{name}_is_whole")


class Action(Stateful):
    """Something agreed: what, who, until when, what shows it, and who verified it."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    title = models.CharField(_("what is to be done"), max_length=200)
    words = models.TextField(_("details"), blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="actions", verbose_name=_("owner"))
    due_on = models.DateField(_("due"))
    verifier = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("verifier")
    )
    given_at = models.DateTimeField()
    # Empty where a room of the house gave it by a rule of its own.
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("site"))
    process = models.ForeignKey(
        Process, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("process")
    )
    subject_model = models.CharField(max_length=80, blank=True)
    subject_key = models.CharField(max_length=40, blank=True)
    subject_label = models.CharField(max_length=300, blank=True)
    gate_model = models.CharField(max_length=80, blank=True)
    gate_key = models.CharField(max_length=40, blank=True)
    gate_label = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    done_words = models.TextField(_("what shows that it is done"), blank=True)
    evidence_model = models.CharField(max_length=80, blank=True)
    evidence_key = models.CharField(max_length=40, blank=True)
    evidence_label = models.CharField(max_length=300, blank=True)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    verified_words = models.TextField(_("what was looked at"), blank=True)
    exception = models.ForeignKey(SeparationException, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    cancel_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("action")
        indexes = [
            models.Index(fields=["state", "due_on"], name="action_state_due"),
            models.Index(fields=["owner", "due_on"], condition=Q(state="open"), name="action_open_owner"),
            models.Index(fields=["subject_model", "subject_key"], name="action_subject"),
            models.Index(fields=["process", "due_on"], name="action_process_due"),
            models.Index(fields=["given_at"], name="action_given"),
            models.Index(fields=["due_on"], name="action_due"),
        ]
        constraints = [
            _together("done"),
            _together("verified"),
            _together("cancelled"),
            _whole("subject"),
            _whole("gate"),
            _whole("evidence"),
            models.CheckConstraint(condition=~Q(verifier=F("owner")), name="action_verifier_is_not_owner"),
            models.CheckConstraint(
                condition=Q(exception__isnull=False) | ~(Q(verified_by=F("owner")) | Q(verified_by=F("done_by"))),
                name="action_is_verified_by_another",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True) | Q(done_at__isnull=False), name="action_is_done_before_verified"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "verified"]) | Q(done_at__isnull=False), name="action_done_says_when"
            ),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(verified_at__isnull=False), name="action_verified_says_when"
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | Q(cancelled_at__isnull=False), name="action_cancelled_says_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        """Return the address of the action's page."""
        return reverse("actions:action", args=[self.pk])

    @property
    def state_words(self) -> str:
        """Return the state in words."""
        return str(STATE_WORDS[State(self.state)])


class Extension(AppendOnly):
    """More time asked for an action: by whom, why, until when, and the day that held before. Written once."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="extensions")
    position = models.PositiveSmallIntegerField()
    old_due_on = models.DateField()
    new_due_on = models.DateField()
    reason = models.TextField(_("reason"))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("request for more time")
        constraints = [
            models.UniqueConstraint(fields=["action", "position"], name="extensions_are_asked_one_by_one"),
            models.CheckConstraint(condition=Q(new_due_on__gt=F("old_due_on")), name="an_extension_is_longer"),
        ]

    def __str__(self) -> str:
        return f"{self.old_due_on} → {self.new_due_on}"

    @property
    def answered(self) -> "ExtensionAnswer | None":
        """Return what was answered, None while nothing was."""
        return getattr(self, "answer", None)

    @property
    def is_agreed(self) -> bool:
        """Return whether the action was given this time."""
        return self.answered is not None and self.answered.outcome == Answer.AGREED


class ExtensionAnswer(AppendOnly):
    """What was answered to a request for more time, by another than who asked. Written once."""

    extension = models.OneToOneField(Extension, on_delete=models.PROTECT, related_name="answer")
    outcome = models.CharField(max_length=12, choices=[(each.value, words) for each, words in ANSWER_WORDS.items()])
    reason = models.TextField(blank=True)
    # Who asked stands here too, so that the database sees that somebody else answers.
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("answer to a request for more time")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="void") | (Q(answered_by__isnull=False) & ~Q(answered_by=F("asked_by"))),
                name="an_extension_is_answered_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="refused") | ~Q(reason=""), name="an_extension_is_refused_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.outcome_words

    @property
    def outcome_words(self) -> str:
        """Return the outcome in words."""
        return str(ANSWER_WORDS[Answer(self.outcome)])
