"""Addresses of this floor."""

from django.urls import path

from qms.jobs import views

urlpatterns = [path("healthz", views.healthz, name="healthz")]
