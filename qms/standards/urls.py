"""Addresses of the standards library."""

from django.urls import path

from qms.standards.views import evidence, judging, library, links, scope

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
    path("standards/evidence/", evidence.start, name="evidence_start"),
    path("standards/<int:key>/evidence/", evidence.evidence, name="evidence"),
    path("standards/<int:key>/evidence.<str:form>", evidence.on_paper, name="evidence_on_paper"),
    path("standards/<int:key>/links/", links.to_confirm, name="to_confirm"),
    path("standards/<int:key>/links/suggest/", links.suggest, name="suggest"),
    path("standards/clauses/<int:key>/link/", links.of_clause, name="link_clause"),
    path("standards/clauses/<int:key>/expect/", judging.expected, name="expect"),
    path("standards/clauses/<int:key>/judge/", judging.judgement, name="judge"),
    path("standards/links/decide/", links.decide, name="decide"),
    path("standards/links/<str:model>/", links.of_records, name="link_records"),
    path("standards/glossary/", library.glossary, name="glossary"),
]
