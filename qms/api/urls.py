"""Addresses of the API: one router over what the rooms offer."""

from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

from qms.api.routing import NothingHere, router

urlpatterns = [
    path("api/v1/schema/", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path("api/v1/", include(router().urls)),
    path("api/v1/<path:rest>", NothingHere.as_view()),
]
