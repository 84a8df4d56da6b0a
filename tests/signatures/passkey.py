"""A passkey in software: makes keys and answers challenges as a phone or a key does, rightly or wrongly."""

import hashlib
import json
import secrets

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


class Passkey:
    """One credential of one person at one site."""

    def __init__(self, person, host: str = "localhost") -> None:
        self.host, self.origin = host, f"http://{host}"
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        Authenticator.objects.create(
            user=person,
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "Key", "credential": self._registration()},
        )

    def answer(self, challenge: str, *, flags: int = PRESENT | VERIFIED, **changes) -> str:
        """Return what the browser would post for a challenge (websafe base64)."""
        origin, kind = changes.get("origin", self.origin), changes.get("kind", "webauthn.get")
        client = json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()
        data = self._data(flags, changes.get("host", self.host))
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(changes.get("signed", signed), ec.ECDSA(hashes.SHA256()))
        answer = {
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": None,
            },
            "clientExtensionResults": {},
        }
        return json.dumps(answer)

    def _data(self, flags: int, host: str) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + (0).to_bytes(4, "big")

    def _registration(self) -> dict:
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        data = AuthenticatorData(self._data(PRESENT | VERIFIED | HAS_KEY, self.host) + bytes(credential))
        attestation = AttestationObject.create("none", data, {})
        client = json.dumps({"type": "webauthn.create", "challenge": "AA", "origin": self.origin}).encode()
        return {
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": websafe_encode(client),
                "attestationObject": websafe_encode(bytes(attestation)),
            },
            "clientExtensionResults": {},
        }
