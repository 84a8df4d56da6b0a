"""Addresses of evidence packs."""

from django.urls import path

from qms.evidence import views

app_name = "evidence"

urlpatterns = [
    path("evidence/packs/", views.packs, name="packs"),
    path("evidence/packs/new/", views.new, name="new"),
    path("evidence/packs/<int:key>/", views.pack, name="pack"),
    path("evidence/packs/<int:key>/download/", views.download, name="download"),
]
