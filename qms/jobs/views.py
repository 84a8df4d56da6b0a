"""The one page of this floor: is everything alive?"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from qms.jobs import queries
from qms.jobs.states import Health


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer with the state of database, broker, worker and beat; 503 as soon as one of them is down."""
    parts = queries.health()
    return JsonResponse(parts, status=503 if Health.DOWN in parts.values() else 200)
