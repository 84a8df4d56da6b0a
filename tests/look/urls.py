"""The addresses that the shell and the sign-in pages name; nothing answers here."""

from django.http import HttpResponse
from django.urls import include, path

ours = ([path("demo-login/", lambda request: HttpResponse(), name="demo_login")], "organization")

urlpatterns = [path("accounts/", include("allauth.urls")), path("", include(ours))]
