"""Proving who signs: by password, or by passkey bound to the very content (21 CFR 11.200)."""

import json
import secrets
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    UserVerificationRequirement,
)

from qms.core.canonical import sha256
from qms.core.errors import NotPermitted, RuleBroken
from qms.organization.models import User
from qms.organization.queries import awaits_confirmation, passkeys_of
from qms.signatures.assertions import Asked, assertion_of, challenge_of
from qms.signatures.models import SigningChallenge, SigningProof
from qms.signatures.states import Meaning, Method

PROOF_LIFE = timedelta(minutes=5)


def prove_by_password(
    *, person: User, password: str, meaning: Meaning, content_hash: str, session_key: str, request: HttpRequest | None
) -> SigningProof:
    """Return a fresh proof for one signature after checking the password.

    Belongs before the transaction of the signed change, so that a wrong password is counted even when the change is
    refused. Raises NotPermitted for a wrong or locked password, one that somebody else has set, and for a token.
    """
    refuse_borrowed(person)
    found = authenticate(request or HttpRequest(), username=person.username, password=password)
    if found is None or found.pk != person.pk:
        raise NotPermitted(
            _("The password is not right, or signing is locked for a while. Nothing was signed."), code="wrong_password"
        )
    return make_proof(
        person=person, method=Method.PASSWORD, meaning=meaning, content_hash=content_hash, session_key=session_key
    )


def make_proof(
    *, person: User, method: Method, meaning: Meaning, content_hash: str, session_key: str, assertion: str = ""
) -> SigningProof:
    """Keep the proof that a ceremony has just succeeded. Only the ceremonies of this house call it."""
    return SigningProof.objects.create(
        person=person,
        method=method,
        meaning=meaning,
        content_hash=content_hash,
        session_hash=sha256(session_key),
        assertion=assertion,
        made_at=timezone.now(),
    )


def refuse_borrowed(person: User) -> None:
    """Raise NotPermitted for a token, an account that is closed, a password that somebody else has set, and a sign-in
    that somebody else has touched until a quality manager has confirmed whose it is.
    """
    if person.acting_key:
        raise NotPermitted(_("A signature is given by a person, not by a token."), code="token")
    if not person.is_active:
        raise NotPermitted(_("This account is closed. Nothing was signed."), code="account_closed")
    if not person.password_is_own:
        raise NotPermitted(
            _("Your password was set by somebody else. Change it first; then you can sign."), code="password_not_own"
        )
    if awaits_confirmation(person):
        raise NotPermitted(
            _(
                "Somebody else set up or changed how you sign in. A quality manager confirms that it is you; then you "
                "can sign. Nothing was signed."
            ),
            code="sign_in_not_confirmed",
        )


@transaction.atomic
def ask_passkey(*, person: User, meaning: Meaning, content_hash: str, session_key: str, origin: str) -> dict[str, Any]:
    """Return what the browser asks the person's passkeys to sign, as JSON values (WebAuthn Level 2, 5.5).

    Takes the origin of this site (`https://qms.example:8443`). Raises NotPermitted as `prove_by_password` does, and
    RuleBroken for somebody without a passkey or a content hash that is none.
    """
    refuse_borrowed(person)
    credentials = [credential for _key, credential in passkeys_of(person)]
    if not credentials:
        raise RuleBroken(_("You have no passkey yet. Add one on the page of your account."), code="no_passkey")
    random = secrets.token_bytes(32)
    challenge = challenge_of(random, _checked(content_hash), meaning)
    options, _state = _server(origin).authenticate_begin(
        credentials, user_verification=UserVerificationRequirement.REQUIRED, challenge=challenge
    )
    SigningChallenge.objects.create(
        person=person,
        session_hash=sha256(session_key),
        meaning=meaning,
        content_hash=content_hash,
        random=random.hex(),
        challenge=challenge.hex(),
        made_at=timezone.now(),
    )
    asked: dict[str, Any] = json.loads(json.dumps(dict(options.public_key)))
    return asked


def prove_by_passkey(
    *, person: User, credential: str, meaning: Meaning, content_hash: str, session_key: str, origin: str
) -> SigningProof:
    """Return a fresh proof for one signature after checking what a passkey answered.

    Takes the browser's answer as JSON text. Raises NotPermitted for an answer that is old, used, given in another
    session or by another person, or that is for another content or meaning: the challenge holds all of these.
    """
    refuse_borrowed(person)
    response = _read(credential)
    challenge = _claim(person, response, meaning, content_hash, session_key)
    key, public_key = _verify(person, response, challenge, origin)
    key.record_usage()
    asked = Asked(
        random=bytes.fromhex(challenge.random),
        content_hash=content_hash,
        meaning=meaning,
        rp_id=rp_id_of(origin),
        origin=origin,
    )
    return make_proof(
        person=person,
        method=Method.PASSKEY,
        meaning=meaning,
        content_hash=content_hash,
        session_key=session_key,
        assertion=assertion_of(response, public_key, asked),
    )


def forget_unused() -> int:
    """Remove challenges of yesterday, and proofs of yesterday that no signature was made with; return how many."""
    yesterday = timezone.now() - timedelta(days=1)
    challenges, _each = SigningChallenge.objects.filter(made_at__lt=yesterday).delete()
    proofs, _each = SigningProof.objects.filter(made_at__lt=yesterday, used_at__isnull=True).delete()
    return challenges + proofs


def rp_id_of(origin: str) -> str:
    """Return the host of an origin, which is who asks in the eyes of a passkey."""
    return origin.partition("://")[2].rpartition(":")[0] or origin.partition("://")[2]


def _read(credential: str) -> AuthenticationResponse:
    try:
        response = AuthenticationResponse.from_dict(json.loads(credential))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _refused() from error
    if not isinstance(response, AuthenticationResponse):
        raise _refused()
    return response


def _claim(
    person: User, response: AuthenticationResponse, meaning: Meaning, content_hash: str, session_key: str
) -> SigningChallenge:
    """Use a challenge up, whole or not at all: one answer makes one proof."""
    now = timezone.now()
    challenge = response.response.client_data.challenge.hex()
    waiting = SigningChallenge.objects.filter(
        challenge=challenge,
        person=person,
        meaning=meaning,
        content_hash=content_hash,
        session_hash=sha256(session_key),
        used_at__isnull=True,
        made_at__gt=now - PROOF_LIFE,
    )
    if waiting.update(used_at=now) != 1:
        raise _refused()
    return SigningChallenge.objects.get(challenge=challenge)


def _verify(
    person: User, response: AuthenticationResponse, challenge: SigningChallenge, origin: str
) -> tuple[Authenticator, Any]:
    keys = passkeys_of(person)
    state = {
        "challenge": websafe_encode(bytes.fromhex(challenge.challenge)),
        "user_verification": UserVerificationRequirement.REQUIRED,
    }
    try:
        used = _server(origin).authenticate_complete(state, [credential for _key, credential in keys], response)
    except ValueError as error:
        raise _refused() from error
    key = next(key for key, credential in keys if credential.credential_id == used.credential_id)
    return key, used.public_key


def _server(origin: str) -> Fido2Server:
    rp = PublicKeyCredentialRpEntity(id=rp_id_of(origin), name="QMS")
    return Fido2Server(rp, verify_origin=lambda given: given == origin)


def _checked(content_hash: str) -> str:
    if len(content_hash) != 64 or not set(content_hash) <= set("0123456789abcdef"):
        raise RuleBroken(_("There is nothing frozen to sign."), code="nothing_to_sign")
    return content_hash


def _refused() -> NotPermitted:
    return NotPermitted(
        _("The passkey's answer does not fit what is signed here. Nothing was signed; try again."),
        code="passkey_refused",
    )
