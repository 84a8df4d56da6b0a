"""Addresses of signing and of separation of duties."""

from django.urls import path

from qms.signatures import views

app_name = "signatures"

urlpatterns = [
    path("sign/passkey/<slug:meaning>/<slug:content_hash>/", views.passkey, name="passkey"),
    path("rights/separation/", views.separation, name="separation"),
    path("rights/separation/grant/", views.grant, name="grant"),
    path("rights/separation/<int:key>/", views.exception, name="exception"),
    path("rights/separation/<int:key>/end/", views.end, name="end"),
]
