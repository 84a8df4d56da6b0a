"""Questions about tokens and kept answers."""

from django.db.models import QuerySet
from django.utils import timezone

from qms.api.models import ApiToken, IdempotencyKey
from qms.core.canonical import sha256
from qms.organization.models import User


def live_token(secret: str) -> ApiToken | None:
    """Return the token with this secret, with its person; None when it ended, was revoked, or the person has left."""
    return (
        ApiToken.objects.filter(
            secret_hash=sha256(secret),
            revoked_at__isnull=True,
            ends_at__gt=timezone.now(),
            person__is_active=True,
        )
        .select_related("person")
        .first()
    )


def tokens_of(person: User) -> QuerySet[ApiToken]:
    """Return the tokens a person has made, the newest first."""
    return ApiToken.objects.filter(person=person).order_by("-pk")


def kept_answer(token: ApiToken, key: str) -> IdempotencyKey | None:
    """Return the answer kept under a key of a token, or None."""
    return IdempotencyKey.objects.filter(token=token, key=key).first()
