"""Number sequences, files by their hash, attachments, links and comments."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qms.organization.models import User
from qms.trail.models import AppendOnly


class Stateful(models.Model):
    """A row that lives through a lifecycle; only `filing.move` changes its state."""

    state = models.CharField(_("state"), max_length=16)

    class Meta:
        abstract = True


class NumberSequence(models.Model):
    """The next number of one pattern; locked while a number is issued, so that no number is issued twice."""

    key = models.CharField(max_length=120, unique=True)
    next_number = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.key}: {self.next_number}"


class StoredFile(AppendOnly):
    """Bytes in the file store under their SHA-256. The same bytes are stored once, whatever they are called."""

    sha256 = models.CharField(max_length=64, unique=True)
    crc32 = models.BigIntegerField()
    size = models.BigIntegerField()
    stored_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file")

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def storage_name(self) -> str:
        """Return the name in the file store: two levels of folders, then the hash."""
        return f"{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}"


class LostFile(models.Model):
    """A file that the store has lost, or holds with another size; gone again when it is found whole."""

    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="loss")
    noticed_at = models.DateTimeField()
    size_found = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("lost file")

    def __str__(self) -> str:
        return f"{self.file}"


class Attachment(models.Model):
    """A file that belongs to a record, under the name it came with. Removed ones stay, with who and when."""

    subject_model = models.CharField(max_length=80)
    subject_key = models.CharField(max_length=40)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["subject_model", "subject_key"], name="attachment_subject")]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="attachment_removed_at_and_by_go_together",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """A link between two records, with what the one is to the other."""

    from_model = models.CharField(max_length=80)
    from_key = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    to_model = models.CharField(max_length=80)
    to_key = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["from_model", "from_key", "kind", "to_model", "to_key"], name="one_link_of_a_kind"
            ),
            models.CheckConstraint(
                condition=~Q(from_model=F("to_model"), from_key=F("to_key")), name="nothing_links_to_itself"
            ),
        ]
        indexes = [models.Index(fields=["to_model", "to_key"], name="link_to")]

    def __str__(self) -> str:
        return f"{self.from_model}/{self.from_key} {self.kind} {self.to_model}/{self.to_key}"


class Comment(models.Model):
    """A remark on a record; a blocking one must be resolved before the record moves on (D4)."""

    subject_model = models.CharField(max_length=80)
    subject_key = models.CharField(max_length=40)
    passage = models.CharField(_("passage"), max_length=200, blank=True)
    text = models.TextField(_("comment"))
    blocking = models.BooleanField(_("must be resolved before approval"), default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="comments")
    answer = models.TextField(_("answer"), blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("comment")
        indexes = [models.Index(fields=["subject_model", "subject_key"], name="comment_subject")]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="comment_resolved_at_and_by_go_together",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
