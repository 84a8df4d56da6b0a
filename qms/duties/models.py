"""The one table of duties, what people were told about them, and each person's calendar feed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qms.duties.states import DUTY_MAILS, OUTCOME_WORDS, SECTION_WORDS
from qms.jobs.states import MAIL_KIND_WORDS
from qms.organization.models import User


class Duty(models.Model):
    """Something that a person owes by a day. "Overdue" is computed from `due_on`, never stored.

    `step` counts the rungs of the ladder already taken, `next_step_on` is the day of the next one, and
    `counts_from` the day they are counted from: the due day, later by what the duty rested after it.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="duties")
    kind = models.CharField(max_length=60)
    subject_model = models.CharField(max_length=80)
    subject_key = models.CharField(max_length=40)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    counts_from = models.DateField(null=True)
    next_step_on = models.DateField(null=True)
    step = models.PositiveSmallIntegerField(default=0)
    rested_until = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, blank=True, choices=[(o.value, w) for o, w in OUTCOME_WORDS.items()])
    moved_to = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="moved_from")

    class Meta:
        verbose_name = _("duty")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "subject_model", "subject_key"],
                condition=Q(closed_at__isnull=True),
                name="one_open_duty_per_person_kind_and_subject",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="a_closed_duty_has_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "due_on"], condition=Q(closed_at__isnull=True), name="duty_open_person"),
            models.Index(fields=["next_step_on"], condition=Q(closed_at__isnull=True), name="duty_open_next_step"),
            models.Index(fields=["subject_model", "subject_key", "kind"], name="duty_subject"),
            models.Index(fields=["kind", "due_on"], condition=Q(closed_at__isnull=True), name="duty_open_kind"),
            models.Index(fields=["due_on", "person"], condition=Q(closed_at__isnull=True), name="duty_open_due"),
            models.Index(
                fields=["person", "closed_at"], condition=Q(closed_at__isnull=False), name="duty_closed_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_model}/{self.subject_key}"


class Digest(models.Model):
    """One mail about duties to one person: the day's digest, or what goes at once.

    The slot (a day; an hour for what goes at once) is claimed by being inserted, so that no number of workers sends
    two; the outgoing mail stands under the same person, kind and slot. `error` says why none was written.
    """

    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=[(k.value, MAIL_KIND_WORDS[k]) for k in DUTY_MAILS])
    slot = models.CharField(max_length=24)
    run = models.UUIDField()
    made_at = models.DateTimeField()
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("reminder mail")
        constraints = [
            models.UniqueConstraint(fields=["recipient", "kind", "slot"], name="one_digest_per_person_and_slot")
        ]
        indexes = [
            models.Index(fields=["run"], name="digest_run"),
            models.Index(fields=["made_at"], condition=~Q(error=""), name="digest_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.recipient_id} {self.slot}"


class Notice(models.Model):
    """One person is to be told of one duty at one step of its ladder, once; it waits while `digest` is empty.

    `day` is the organization's day of the step: no digest of an earlier day, where the person is, speaks of it.
    """

    # The indexes below begin with them; a night may insert 300,000 rows.
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="notices", db_index=False)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    section = models.CharField(max_length=12, choices=[(s.value, w) for s, w in SECTION_WORDS.items()])
    step = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=[(k.value, MAIL_KIND_WORDS[k]) for k in DUTY_MAILS])
    made_at = models.DateTimeField()
    day = models.DateField()
    digest = models.ForeignKey(Digest, on_delete=models.PROTECT, null=True, related_name="notices")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["duty", "recipient", "section", "step"], name="one_notice_per_step")
        ]
        indexes = [models.Index(fields=["kind", "recipient"], condition=Q(digest__isnull=True), name="notice_waiting")]


class ReminderClock(models.Model):
    """When reminders last ran, and whether they are held because the clock jumped. One row."""

    last_run_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    held_from = models.DateTimeField(null=True)
    waiting = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.last_run_at:%Y-%m-%d %H:%M}"


class CalendarFeed(models.Model):
    """The secret address of one person's due days (RFC 5545); only the hash of its token is kept."""

    person = models.OneToOneField(User, on_delete=models.PROTECT, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.person_id)
