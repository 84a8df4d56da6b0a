"""One shape for every refusal: `{"error": {"code", "message", "fields"}}`."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.response import Response

from qms.core.errors import NoRoom, NotPermitted, RuleBroken, no_room
from qms.core.sense import out_of_range, too_deep

logger = logging.getLogger("django.request")


class Missing(APIException):
    """A part of the request that is always needed is not there (400)."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "missing"


def answer(exception: Exception, context: dict[str, Any]) -> Response:
    """Return the answer for whatever was raised: RuleBroken 409, NotPermitted 403, Http404 404, bad input 422.

    What nobody foresaw is logged with its trace and answered as 500 without a word of it.
    """
    if no_room(exception):
        logger.error("There is no room left.", exc_info=exception)
        return shaped(status.HTTP_507_INSUFFICIENT_STORAGE, NoRoom().code, str(NoRoom()))
    if isinstance(exception, RuleBroken):
        refused = status.HTTP_403_FORBIDDEN if isinstance(exception, NotPermitted) else status.HTTP_409_CONFLICT
        return shaped(refused, exception.code, str(exception) or _("You may not do this here."))
    if isinstance(exception, ValidationError) or out_of_range(exception):
        return _bad_input(getattr(exception, "detail", {}))
    if isinstance(exception, APIException) or too_deep(exception):
        return _refused(exception if isinstance(exception, APIException) else ParseError())
    if isinstance(exception, Http404):
        return shaped(status.HTTP_404_NOT_FOUND, "not_found", _("There is nothing here, or not for you."))
    if isinstance(exception, PermissionDenied):
        return shaped(status.HTTP_403_FORBIDDEN, "not_permitted", _("You may not do this here."))
    if isinstance(exception, RequestDataTooBig):
        return shaped(status.HTTP_413_REQUEST_ENTITY_TOO_LARGE, "too_large", _("This is more than can be taken."))
    logger.error("The API failed.", exc_info=exception)
    return shaped(status.HTTP_500_INTERNAL_SERVER_ERROR, "failed", _("Something went wrong here. It has been noted."))


def shaped(number: int, code: str, message: str, fields: dict[str, Any] | None = None) -> Response:
    """Return an error in the one shape."""
    return Response({"error": {"code": code, "message": message, "fields": fields or {}}}, status=number)


def _bad_input(told: Any) -> Response:
    fields = told if isinstance(told, dict) else {"": told}
    words = _("Something in what was sent cannot be taken.")
    return shaped(status.HTTP_422_UNPROCESSABLE_ENTITY, "invalid", words, fields)


def _refused(exception: APIException) -> Response:
    response = shaped(exception.status_code, str(exception.get_codes()), str(exception.detail))
    header, wait = getattr(exception, "auth_header", None), getattr(exception, "wait", None)
    if header:
        response.headers["WWW-Authenticate"] = header
    if wait is not None:
        response.headers["Retry-After"] = str(int(wait))
    return response
