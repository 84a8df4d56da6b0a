"""Addresses of the standards library."""

from django.urls import path

from qms.standards import views

app_name = "standards"

urlpatterns = [
    path("standards/", views.library, name="library"),
    path("standards/<int:key>/", views.edition, name="edition"),
    path("standards/clauses/<int:key>/", views.clause, name="clause"),
    path("standards/compare/<int:key>/", views.compare, name="compare"),
    path("standards/add/", views.add, name="add"),
    path("standards/add/<int:key>/", views.planned, name="planned"),
    path("standards/add/<int:key>/drop/", views.drop, name="drop"),
    path("standards/glossary/", views.glossary, name="glossary"),
]
