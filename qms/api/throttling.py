"""How often one token may ask."""

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from qms.core.throttle import within

if TYPE_CHECKING:
    # DRF reads this file while its views are being made.
    from rest_framework.views import APIView

MOST = 600
SECONDS = 60


class PerToken(BaseThrottle):
    """Six hundred requests a minute for each token; whoever has none is refused before."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Count this request; return whether it is within the limit."""
        return within("api", str(getattr(request.auth, "pk", "")), most=MOST, seconds=SECONDS)

    def wait(self) -> float:
        """Return after how many seconds to ask again."""
        return SECONDS
