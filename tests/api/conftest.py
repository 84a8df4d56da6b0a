"""A client that asks as a program does: with a person's token, and a fresh key with every POST."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone

from qms.api.services import make_token
from qms.api.states import TokenScope


class Program:
    """A program with the token of one person."""

    def __init__(self, person, scope=TokenScope.WRITE) -> None:
        ends = timezone.now() + timedelta(days=30)
        self.token, self.secret = make_token(name="ERP", scope=scope, ends_at=ends, by=person)
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {self.secret}"}

    def get(self, path: str, **query):
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers)

    def post(self, path: str, said=None, key: str | None = None):
        return self._send("post", path, said, {"Idempotency-Key": key or str(uuid4())})

    def put(self, path: str, said):
        return self._send("put", path, said, {})

    def patch(self, path: str, said):
        return self._send("patch", path, said, {})

    def put_files(self, path: str, **files):
        body = encode_multipart(BOUNDARY, files)
        return self.client.put(f"/api/v1/{path}", body, content_type=MULTIPART_CONTENT, headers=self.headers)

    def keyless(self, path: str, said):
        return self._send("post", path, said, {})

    def _send(self, method: str, path: str, said, headers):
        return getattr(self.client, method)(
            f"/api/v1/{path}",
            json.dumps(said or {}),
            content_type="application/json",
            headers={**self.headers, **headers},
        )


@pytest.fixture
def program(world):
    """Return a maker of programs; nobody's requests of an earlier test are counted."""
    caches["counts"].clear()
    return Program
