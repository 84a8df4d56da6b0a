"""The router over what the rooms offer, each behind the same door."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from qms.api.idempotency import Once
from qms.core.seams.api import endpoints


def router() -> SimpleRouter:
    """Return a router with every address that the rooms have named; each POST there is done once."""
    found = SimpleRouter(use_regex_path=False)
    for prefix, endpoint in endpoints.items():
        guarded = type(endpoint.viewset.__name__, (Once, endpoint.viewset), {})
        found.register(prefix, guarded, basename=endpoint.name)
    return found


@extend_schema(exclude=True)
class NothingHere(APIView):
    """Any other address below the API, whatever the method: the one error shape instead of a page."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let rights and limits speak first, then raise Http404."""
        super().initial(request, *args, **kwargs)
        raise Http404
