"""Addresses of actions."""

from django.urls import path

from qms.actions.views import action, acts, register

app_name = "actions"

urlpatterns = [
    path("actions/", register.register, name="register"),
    path("actions/export.<str:form>", register.export, name="export"),
    path("actions/new/", action.new, name="new"),
    path("actions/<int:key>/", action.action, name="action"),
    path("actions/<int:key>/files/<int:attachment>/", action.file, name="file"),
    path("actions/<int:key>/<slug:verb>/", acts.act, name="act"),
]
