"""Addresses of processes."""

from django.urls import path

from qms.processes import views

app_name = "processes"

urlpatterns = [
    path("processes/", views.register, name="register"),
    path("processes/export.<str:form>", views.map_on_paper, name="export"),
    path("processes/new/", views.change, name="create"),
    path("processes/<int:key>/", views.sheet, name="sheet"),
    path("processes/<int:key>/sheet.<str:form>", views.sheet_on_paper, name="sheet_on_paper"),
    path("processes/<int:key>/describe/", views.describe, name="describe"),
    path("processes/<int:key>/change/", views.change, name="change"),
    path("processes/<int:key>/in-use/", views.in_use, name="in_use"),
]
