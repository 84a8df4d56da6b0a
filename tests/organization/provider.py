"""A small OpenID provider on this machine: it vouches for whomever the test says, rightly or wrongly."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)

SOON = 0.01  # seconds until it notices that it shall stop


class Provider:
    """Keeps what was asked of it, and answers with `claims`, `header`, `key` and `algorithm` as the test sets them."""

    def __init__(self) -> None:
        self.claims, self.header = {}, {"kid": "one"}
        self.key, self.algorithm = KEY, "RS256"
        self.asked, self.challenge = {}, ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=[SOON], daemon=True).start()

    def stop(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()

    def vouch(self, **claims) -> None:
        """Say for whom the next answer speaks."""
        self.claims = claims

    def sent(self, address: str) -> dict[str, str]:
        """Take the address to which somebody was sent, as the browser would bring it."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return self.asked

    def id_token(self) -> str:
        """Return the ID token of the answer."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": "qms",
            "sub": "u-1",
            "iat": now,
            "exp": now + 300,
            "nonce": self.asked.get("nonce"),
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, self.key, algorithm=self.algorithm, headers=self.header)

    def answer(self, path: str, form: dict[str, str]) -> dict | None:
        """Return what an address answers; None refuses."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        if path == "/keys":
            return {"keys": [{**jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "one"}]}
        verified = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if path == "/token" and verified.decode().rstrip("=") == self.asked.get("code_challenge"):
            return {"access_token": "at", "token_type": "Bearer", "id_token": self.id_token()}
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send(provider.answer(urlsplit(self.path).path, {}))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self._send(provider.answer(urlsplit(self.path).path, form))

            def _send(self, answer: dict | None) -> None:
                body = json.dumps(answer or {"error": "invalid_grant"}).encode()
                self.send_response(200 if answer else 400)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args) -> None:
                """Say nothing on the terminal."""

        return Handler
