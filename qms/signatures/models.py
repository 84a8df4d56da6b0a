"""Signatures, signing proofs and exceptions to separation of duties."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.core.canonical import dumps, instant, sha256
from qms.organization.models import Process, User
from qms.signatures.states import MEANING_WORDS, METHOD_WORDS, RULE_WORDS, Meaning, Method, SeparationRule
from qms.trail.models import AppendOnly


class SigningProof(models.Model):
    """A person proved to be themselves a moment ago, for one meaning and one content: single use, five minutes."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    session_hash = models.CharField(max_length=64)
    meaning = models.CharField(max_length=32)
    content_hash = models.CharField(max_length=64)
    method = models.CharField(max_length=10)
    assertion = models.TextField(blank=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class SigningChallenge(models.Model):
    """What a passkey is asked to sign: SHA-256(random ‖ content hash ‖ meaning), for one person and one session."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    session_hash = models.CharField(max_length=64)
    meaning = models.CharField(max_length=32)
    content_hash = models.CharField(max_length=64)
    random = models.CharField(max_length=64)
    challenge = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Signature(AppendOnly):
    """Who signed what, with which meaning, over the hash of exactly which content (21 CFR 11.50, 11.70).

    `assertion` is what a passkey answered, as canonical JSON: with it a stranger checks the signature without us.
    """

    uid = models.UUIDField(unique=True)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="signatures")
    printed_name = models.CharField(max_length=120)
    meaning = models.CharField(max_length=32, choices=[(m.value, w) for m, w in MEANING_WORDS.items()])
    subject_model = models.CharField(max_length=80)
    subject_key = models.CharField(max_length=40)
    content_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    method = models.CharField(max_length=10)
    assertion = models.TextField(blank=True)
    proof = models.OneToOneField(SigningProof, on_delete=models.PROTECT, related_name="signature")

    class Meta:
        verbose_name = _("signature")
        indexes = [models.Index(fields=["subject_model", "subject_key"], name="signature_subject")]

    def __str__(self) -> str:
        return f"{self.printed_name}: {MEANING_WORDS[Meaning(self.meaning)]}"

    def canonical(self) -> str:
        """Return the canonical form whose hash stands in the trail."""
        return dumps(
            {
                "v": 1,
                "uid": str(self.uid),
                "person": self.person_id,
                "printed_name": self.printed_name,
                "meaning": self.meaning,
                "subject": [self.subject_model, self.subject_key],
                "content_hash": self.content_hash,
                "signed_at": instant(self.signed_at),
                "zone": self.zone,
                "method": self.method,
                "assertion": sha256(self.assertion) if self.assertion else None,
            }
        )

    @property
    def meaning_words(self) -> str:
        """Return the meaning as people read it."""
        return str(MEANING_WORDS[Meaning(self.meaning)])

    @property
    def method_words(self) -> str:
        """Return the method as people read it."""
        return str(METHOD_WORDS[Method(self.method)])


class SeparationException(models.Model):
    """A rule of separation set aside for a while, for a reason, with a compensating check, signed by top management."""

    rule = models.CharField(_("rule"), max_length=32, choices=[(r.value, w) for r, w in RULE_WORDS.items()])
    process = models.ForeignKey(
        Process, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("process")
    )
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    reason = models.TextField(_("reason"))
    compensating_check = models.TextField(_("compensating check"))
    content_hash = models.CharField(max_length=64)
    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, null=True, related_name="+")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(_("ends"))
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("exception to separation")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="exception_ended_at_and_by_go_together",
            ),
        ]

    def __str__(self) -> str:
        return str(RULE_WORDS[SeparationRule(self.rule)])

    def get_absolute_url(self) -> str:
        """Return the address of the page that shows it."""
        return reverse("signatures:exception", args=[self.pk])

    def canonical(self) -> str:
        """Return the canonical form of what was granted, whose hash stands in the trail."""
        return dumps(
            {
                "v": 1,
                "rule": self.rule,
                "reason": self.reason,
                "compensating_check": self.compensating_check,
                "valid_from": instant(self.valid_from),
                "valid_until": instant(self.valid_until),
                "person": self.person_id,
                "process": self.process_id,
                "content_hash": self.content_hash,
            }
        )
