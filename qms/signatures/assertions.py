"""What a passkey signs and how a stranger checks it: WebAuthn Level 2, 7.2. Pure.

The challenge is SHA-256(random ‖ content hash ‖ meaning): 32 random bytes, the 32 bytes of the content hash, and the
meaning in UTF-8. An assertion is canonical JSON with everything needed to check it without us.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, cast

from cryptography.exceptions import InvalidSignature
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AuthenticationResponse, AuthenticatorData, CollectedClientData

from qms.core.canonical import dumps


def challenge_of(random: bytes, content_hash: str, meaning: str) -> bytes:
    """Return the challenge for one content and one meaning."""
    return hashlib.sha256(random + bytes.fromhex(content_hash) + meaning.encode("utf-8")).digest()


@dataclass(frozen=True)
class Asked:
    """What a passkey was asked to sign, and where."""

    random: bytes
    content_hash: str
    meaning: str
    rp_id: str
    origin: str


def assertion_of(response: AuthenticationResponse, public_key: CoseKey, asked: Asked) -> str:
    """Return an answer of a passkey as it is kept with the signature."""
    return dumps(
        {
            "v": 1,
            "rp_id": asked.rp_id,
            "origin": asked.origin,
            "random": websafe_encode(asked.random),
            "credential": websafe_encode(response.raw_id),
            "public_key": websafe_encode(cbor.encode(dict(public_key))),
            "authenticator_data": websafe_encode(response.response.authenticator_data),
            "client_data": websafe_encode(response.response.client_data),
            "signature": websafe_encode(response.response.signature),
        }
    )


def holds(assertion: str, *, content_hash: str, meaning: str) -> bool:
    """Return whether a kept assertion is this passkey's signature over this content and this meaning."""
    try:
        return _holds(json.loads(assertion), content_hash, meaning)
    except (ValueError, KeyError, TypeError, InvalidSignature):
        return False


def _holds(kept: dict[str, Any], content_hash: str, meaning: str) -> bool:
    client = CollectedClientData(websafe_decode(kept["client_data"]))
    authenticator = AuthenticatorData(websafe_decode(kept["authenticator_data"]))
    wanted = challenge_of(websafe_decode(kept["random"]), content_hash, meaning)
    as_asked = (
        client.type == CollectedClientData.TYPE.GET
        and client.challenge == wanted
        and client.origin == kept["origin"]
        and authenticator.rp_id_hash == hashlib.sha256(kept["rp_id"].encode()).digest()
        and authenticator.is_user_verified()
    )
    if not as_asked:
        return False
    key = CoseKey.parse(cast("dict[int, Any]", cbor.decode(websafe_decode(kept["public_key"]))))
    key.verify(bytes(authenticator) + client.hash, websafe_decode(kept["signature"]))
    return True
