"""Tokens by which programs act for a person, and the answers kept for requests that are sent twice."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.api.states import SCOPE_WORDS, TokenScope
from qms.organization.models import User


class ApiToken(models.Model):
    """A token of one person. The secret itself is shown once and never kept, only its SHA-256 (ASVS 13.3)."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    secret_hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField(_("may"), max_length=8, choices=[(s.value, w) for s, w in SCOPE_WORDS.items()])
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(_("ends"))
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("API token")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("made_at")), name="a_token_ends_after_it_was_made")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        """Return whether the token still opens anything."""
        return self.revoked_at is None and self.ends_at > timezone.now()

    @property
    def scope_words(self) -> str:
        """Return the scope as people read it."""
        return str(SCOPE_WORDS[TokenScope(self.scope)])


class IdempotencyKey(models.Model):
    """The answer to one request of a token, kept so that the same request sent again is not done again."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_token_and_key")]
        indexes = [models.Index(fields=["token", "made_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return self.key
