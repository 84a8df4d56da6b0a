"""Addresses of the standards library."""

from django.urls import path

from qms.standards.views import library, scope

app_name = "standards"

urlpatterns = [
    path("standards/", library.library, name="library"),
    path("standards/<int:key>/", library.edition, name="edition"),
    path("standards/clauses/<int:key>/", library.clause, name="clause"),
    path("standards/compare/<int:key>/", library.compare, name="compare"),
    path("standards/add/", library.add, name="add"),
    path("standards/add/<int:key>/", library.planned, name="planned"),
    path("standards/add/<int:key>/drop/", library.drop, name="drop"),
    path("standards/scope/", scope.scope, name="scope"),
    path("standards/scope/guide/", scope.guide, name="guide"),
    path("standards/scope/confirm/", scope.confirm, name="confirm_scope"),
    path("standards/scope/write/", scope.write, name="write_scope"),
    path("standards/glossary/", library.glossary, name="glossary"),
]
