"""Making and revoking tokens, noting their use, and keeping answers."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.api.models import ApiToken, IdempotencyKey
from qms.api.states import TokenScope
from qms.core.canonical import instant, sha256
from qms.core.errors import NotPermitted, RuleBroken
from qms.core.seams.after import Happening
from qms.organization.models import User
from qms.trail.services import record

LONGEST = timedelta(days=366)
USE_NOTED_EVERY = timedelta(minutes=1)
ANSWERS_KEPT = timedelta(days=2)


@transaction.atomic
def make_token(*, name: str, scope: TokenScope, ends_at: datetime, by: User) -> tuple[ApiToken, str]:
    """Make a token that acts for its person; return it and its secret, which nobody can read again.

    Raises NotPermitted when a token asks for it, RuleBroken for an empty name or an end that is past or too far.
    """
    if by.acting_key:
        raise NotPermitted(_("A token is made by a person, not by a token."))
    if not name.strip():
        raise RuleBroken(_("Give the token a name that says what uses it."))
    now = timezone.now()
    if not now < ends_at <= now + LONGEST:
        raise RuleBroken(_("A token ends on a day to come, within a year."))
    secret = f"qms_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        person=by, name=name.strip(), secret_hash=sha256(secret), scope=scope, made_at=now, ends_at=ends_at
    )
    record("api.token_made", token, by, by=by, name=token.name, scope=str(scope), ends_at=instant(ends_at))
    return token, secret


@transaction.atomic
def revoke_token(*, token_id: int, by: User) -> ApiToken:
    """End one's own token at once; a token that was revoked before stays as it is. Raises NotPermitted for others'."""
    token = ApiToken.objects.select_for_update().get(pk=token_id)
    if token.person_id != by.pk or by.acting_key:
        raise NotPermitted(_("Only the person themselves revokes this token."))
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record("api.token_revoked", token, by, by=by, name=token.name)
    return token


def take_back(happening: Happening) -> None:
    """Revoke every token of somebody who has left or whose account is taken back: nothing made before goes on."""
    rows = ApiToken.objects.select_for_update(of=("self",)).select_related("person")
    for token in rows.filter(person_id=int(happening.subject_key), revoked_at__isnull=True):
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record("api.token_revoked", token, token.person, by=happening.by, name=token.name)


def note_use(token: ApiToken) -> None:
    """Keep when a token was last used, written at most once a minute."""
    now = timezone.now()
    unseen = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - USE_NOTED_EVERY:
        ApiToken.objects.filter(unseen, pk=token.pk).update(last_used_at=now)


def claim(*, token: ApiToken, key: str, request_hash: str) -> IdempotencyKey:
    """Take a key for a request, in the transaction of what it does; forgets the token's answers that are old.

    Raises IntegrityError when the key is taken. A second request waits for the first one's transaction.
    """
    now = timezone.now()
    IdempotencyKey.objects.filter(token=token, made_at__lt=now - ANSWERS_KEPT).delete()
    return IdempotencyKey.objects.create(token=token, key=key, request_hash=request_hash, made_at=now)


def keep_answer(claimed: IdempotencyKey, *, status: int, answer: str) -> None:
    """Keep what was answered under a claimed key."""
    claimed.status, claimed.answer = status, answer
    claimed.save(update_fields=["status", "answer"])
