"""Revisions, their bodies, and the frozen contents that are signed and acknowledged."""

import secrets

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.models.document import Document
from documents.states import CLASS_WORDS, OPEN_STATES, STATE_WORDS, ChangeClass, RenditionState, State
from qms.filing.models import Stateful, StoredFile
from qms.organization.models import User
from qms.signatures.models import Signature
from qms.trail.models import AppendOnly, Span


def random_code() -> str:
    """Return the random code that prints carry: it tells nothing and cannot be guessed."""
    return secrets.token_urlsafe(12)


class Adoption(models.Model):
    """One signed act by which Quality puts a batch of migrated revisions in force (edge D0)."""

    origin = models.CharField(_("old system"), max_length=120)
    content_hash = models.CharField(max_length=64)
    adopted_at = models.DateTimeField()
    adopted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.origin


class Revision(Stateful):
    """One revision of a document. At most one is open and at most one effective (partial unique indexes)."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="revisions")
    sequence = models.PositiveIntegerField()
    label = models.CharField(_("revision"), max_length=40)
    state = models.CharField(_("state"), max_length=16, choices=[(s.value, w) for s, w in STATE_WORDS.items()])
    title = models.CharField(_("title"), max_length=300)
    change_class = models.CharField(
        _("kind of change"), max_length=16, choices=[(c.value, w) for c, w in CLASS_WORDS.items()]
    )
    reason = models.TextField(_("reason for change"), blank=True)
    change_list = models.TextField(_("changes by page"), blank=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    co_authors = models.ManyToManyField(User, related_name="+", blank=True, verbose_name=_("co-authors"))
    # Who wrote in the draft beside its author: they are co-authors, and stay so (D4).
    writers = models.ManyToManyField(User, related_name="+", blank=True)
    base = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    content = models.ForeignKey("Content", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    effective_from = models.DateTimeField(_("takes effect"), null=True, blank=True)
    effective_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    public_code = models.CharField(max_length=24, unique=True, default=random_code)
    controlled_pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    # As found in an older system (edge D0): kept, shown as found, never "approved here".
    origin = models.CharField(max_length=120, blank=True)
    origin_effective_on = models.DateField(null=True)
    origin_approvers = models.TextField(blank=True)
    # Not read from the file but typed here before adoption: by whom, and when.
    origin_typed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    origin_typed_at = models.DateTimeField(null=True)
    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, null=True, related_name="revisions")

    class Meta:
        verbose_name = _("revision")
        constraints = [
            models.UniqueConstraint(fields=["document", "sequence"], name="one_revision_per_sequence"),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(state__in=[s.value for s in OPEN_STATES]),
                name="one_open_revision_per_document",
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(state=State.EFFECTIVE.value),
                name="one_effective_revision_per_document",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT.value, State.CANCELLED.value]) | Q(content__isnull=False),
                name="what_left_draft_is_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.EFFECTIVE.value) | Q(effective_at__isnull=False),
                name="an_effective_revision_has_its_instant",
            ),
            models.CheckConstraint(
                condition=Q(origin_typed_at__isnull=True, origin_typed_by__isnull=True)
                | Q(origin_typed_at__isnull=False, origin_typed_by__isnull=False),
                name="origin_typed_at_and_by_go_together",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "effective_from"], name="revision_state_from"),
            models.Index(fields=["author", "state"], name="revision_author_state"),
        ]

    def __str__(self) -> str:
        return f"{self.document.number} {_('revision')} {self.label}"

    def get_absolute_url(self) -> str:
        """Return the address of the revision's page."""
        return reverse("documents:revision", args=[self.document_id, self.pk])

    @property
    def state_words(self) -> str:
        """Return the state as people read it."""
        return str(STATE_WORDS[State(self.state)])

    @property
    def class_words(self) -> str:
        """Return the change class as people read it."""
        return str(CLASS_WORDS[ChangeClass(self.change_class)])

    @property
    def is_open(self) -> bool:
        """Return whether the revision is still on its way."""
        return State(self.state) in OPEN_STATES


class Body(models.Model):
    """What a revision says in one language: Markdown or a file, with the PDF that is read, signed and printed.

    `rendition` is the author's own PDF or the one that was made; the author accepts it before submission.
    """

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="bodies")
    language = models.CharField(max_length=12, default="en")
    governing = models.BooleanField(default=True)
    markdown = models.TextField(blank=True)
    source = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    source_name = models.CharField(max_length=255, blank=True)
    media_type = models.CharField(max_length=120, default="text/markdown")
    rendition = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    rendition_is_own = models.BooleanField(default=False)
    rendition_state = models.CharField(
        max_length=12, default=RenditionState.NONE.value, choices=[(s.value, s.value) for s in RenditionState]
    )
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    extraction = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=12, blank=True)
    outcome_words = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision", "language"], name="one_body_per_language"),
            models.UniqueConstraint(
                fields=["revision"], condition=Q(governing=True), name="one_governing_body_per_revision"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="rendition_accepted_at_and_by_go_together",
            ),
        ]

    @property
    def is_markdown(self) -> bool:
        """Return whether the body is written here."""
        return self.media_type == "text/markdown" and not self.source_name


class Content(AppendOnly):
    """What is frozen at submission. The SHA-256 of `text` is what is signed and acknowledged."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="contents")
    text = models.TextField()
    sha256 = models.CharField(max_length=64, db_index=True)
    frozen_at = models.DateTimeField()

    def canonical(self) -> str:
        """Return the canonical form, as it was frozen."""
        return self.text

    def __str__(self) -> str:
        return self.sha256[:12]


class RevisionSpan(Span):
    """The states of a revision over time, for as-of."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="spans")
    state = models.CharField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision"], condition=Q(valid_until__isnull=True), name="one_open_span_per_revision"
            )
        ]


class EditLock(models.Model):
    """Somebody writes in a draft; the lock ends by itself ten minutes after the last keystroke was saved."""

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="edit_lock")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()
