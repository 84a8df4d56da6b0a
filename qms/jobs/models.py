"""Jobs, outgoing mail, and signs of life. Persons are integer ids: this floor knows no people."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qms.core.seams.jobs import job_kinds
from qms.jobs.states import JOB_WORDS, MAIL_KIND_WORDS, MAIL_WORDS, TICK, JobState, MailKind, MailState, Policy


class Job(models.Model):
    """One piece of work for a worker. `arguments` and `result` are canonical JSON."""

    kind = models.CharField(max_length=80)
    arguments = models.TextField(default="{}")
    state = models.CharField(max_length=8, choices=[(s.value, w) for s, w in JOB_WORDS.items()])
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField()
    last_error = models.TextField(blank=True)
    run_after = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    progress_done = models.PositiveBigIntegerField(default=0)
    progress_total = models.PositiveBigIntegerField(default=0)
    progress_words = models.CharField(max_length=200, blank=True)
    result = models.TextField(default="null")
    requested_by = models.BigIntegerField(null=True)
    subject_model = models.CharField(max_length=80, blank=True)
    subject_key = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("job")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=JobState.RUNNING, lease_until__isnull=False)
                | (~Q(state=JobState.RUNNING) & Q(lease_until__isnull=True)),
                name="a_running_job_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[JobState.DONE, JobState.FAILED], finished_at__isnull=False)
                | (~Q(state__in=[JobState.DONE, JobState.FAILED]) & Q(finished_at__isnull=True)),
                name="a_finished_job_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["run_after"], condition=Q(state=JobState.QUEUED), name="job_due"),
            models.Index(fields=["lease_until"], condition=Q(state=JobState.RUNNING), name="job_leased"),
            models.Index(fields=["requested_by", "-id"], name="job_of_person"),
            models.Index(fields=["subject_model", "subject_key", "-id"], name="job_subject"),
            models.Index(fields=["state", "-id"], name="job_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def kind_words(self) -> str:
        """Return what it does, as people read it."""
        if self.kind == TICK:
            return _("Regular check: %(name)s") % {"name": self.subject_key}
        known = job_kinds.get(self.kind)
        return str(known.words) if known else self.kind

    @property
    def state_words(self) -> str:
        """Return the state as people read it."""
        return str(JOB_WORDS[JobState(self.state)])


class OutgoingMail(models.Model):
    """One mail to one person, put down with what it tells. `slot` makes it idempotent."""

    message_id = models.CharField(max_length=120, unique=True)
    to_person = models.BigIntegerField()
    to_address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=250)
    body = models.TextField(blank=True)
    kind = models.CharField(max_length=12, choices=[(k.value, w) for k, w in MAIL_KIND_WORDS.items()])
    policy = models.CharField(max_length=16, choices=[(p.value, p.value) for p in Policy])
    slot = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=[(s.value, w) for s, w in MAIL_WORDS.items()])
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    handled_by = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("outgoing mail")
        constraints = [
            models.UniqueConstraint(fields=["to_person", "kind", "slot"], name="one_mail_per_person_kind_and_slot"),
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="a_sent_mail_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.SENDING, lease_until__isnull=False)
                | (~Q(state=MailState.SENDING) & Q(lease_until__isnull=True)),
                name="a_mail_being_sent_has_a_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(state=MailState.QUEUED), name="mail_due"),
            models.Index(fields=["lease_until"], condition=Q(state=MailState.SENDING), name="mail_leased"),
            models.Index(fields=["state", "-id"], name="mail_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"

    @property
    def state_words(self) -> str:
        """Return the state as people read it."""
        return str(MAIL_WORDS[MailState(self.state)])

    @property
    def kind_words(self) -> str:
        """Return why it is written, as people read it."""
        return str(MAIL_KIND_WORDS[MailKind(self.kind)])


class Heartbeat(models.Model):
    """The last sign of life of one part: worker, beat, tick."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
