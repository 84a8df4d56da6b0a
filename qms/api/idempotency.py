"""The same POST sent twice is done once (draft-ietf-httpapi-idempotency-key-header)."""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils import json
from rest_framework.views import APIView

from qms.api.errors import Missing
from qms.api.models import ApiToken
from qms.api.queries import kept_answer
from qms.api.services import claim, keep_answer
from qms.core.canonical import sha256
from qms.core.checking import Unprocessable
from qms.core.errors import RuleBroken

HEADER = "Idempotency-Key"
LONGEST = 200


class Once(APIView):
    """Stands before every viewset of the API: a POST carries a key and is done once.

    What is done and the answer that is kept stand in one transaction: a refused or broken request keeps nothing, and
    may be sent again under its key.
    """

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let rights and limits speak first, then put the key before what answers."""
        super().initial(request, *args, **kwargs)
        _refuse_nul(request)
        name = "post"
        if request.method == "POST" and hasattr(self, name):
            # Where DRF looks for what answers next.
            setattr(self, name, _once(getattr(self, name)))


def _refuse_nul(request: Request) -> None:
    """Refuse the sign that no PostgreSQL text can hold, before a filter or a name takes it there."""
    if "\x00" in request.path or any("\x00" in each for _name, given in request.query_params.lists() for each in given):
        raise Unprocessable({"": [_("A sign in the address cannot be taken.")]})


def _once(handler: Callable[..., Response]) -> Callable[..., Response]:
    def answered(request: Request, *args: Any, **kwargs: Any) -> Response:
        token = request.auth
        assert isinstance(token, ApiToken)
        key, wanted = _key(request), _hash(request)
        before = _kept(token, key, wanted)
        if before is not None:
            return before
        try:
            with transaction.atomic():
                return _done(token, key, wanted, lambda: handler(request, *args, **kwargs))
        except _Taken:
            return _kept(token, key, wanted) or _busy()

    return answered


class _Taken(Exception):
    """Somebody took the key in the same instant."""


def _done(token: ApiToken, key: str, wanted: str, handler: Callable[[], Response]) -> Response:
    try:
        claimed = claim(token=token, key=key, request_hash=wanted)
    except IntegrityError as taken:
        raise _Taken from taken
    response = handler()
    text = JSONRenderer().render(response.data).decode() if response.data is not None else ""
    keep_answer(claimed, status=response.status_code, answer=text)
    return response


def _kept(token: ApiToken, key: str, wanted: str) -> Response | None:
    found = kept_answer(token, key)
    if found is None:
        return None
    if found.request_hash != wanted:
        raise Unprocessable({HEADER: [_("This key was used for another request.")]})
    return Response(json.loads(found.answer) if found.answer else None, status=found.status)


def _busy() -> Response:
    raise RuleBroken(_("This request is being answered. Send it again in a moment."), code="busy")


def _key(request: Request) -> str:
    key = request.headers.get(HEADER, "").strip()
    if not key or len(key) > LONGEST:
        raise Missing(_("Send a header Idempotency-Key of at most 200 characters with every POST."))
    return key


def _hash(request: Request) -> str:
    return sha256(f"{request.method} {request.get_full_path()}\n".encode() + request._request.body)
