"""Addresses of the API: one router over what the rooms offer; and the page of one's own tokens."""

from allauth.account.decorators import reauthentication_required
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularJSONAPIView

from qms.api import views
from qms.api.routing import NothingHere, router

app_name = "api"

urlpatterns = [
    # A token outlives the session: who makes one has proved a moment ago who they are (ASVS 7.5.3).
    path("account/tokens/", reauthentication_required(allow_get=True)(views.tokens), name="tokens"),
    path("account/tokens/<int:key>/revoke/", views.revoke, name="revoke"),
    path("api/v1/schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("api/v1/", include(router().urls)),
    # A line feed as well: the converter `path` takes none.
    re_path(r"^api/v1/(?P<rest>(?s:.+))\Z", NothingHere.as_view()),
]
