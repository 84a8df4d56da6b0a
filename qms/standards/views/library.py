"""Pages of the library: editions, their clauses, two side by side, the glossary, and requirements of one's own."""

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qms.core.errors import RuleBroken
from qms.filing.services.files import store
from qms.imports.models import ImportRun
from qms.imports.states import RunState
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.request import signed_in
from qms.standards import queries, services
from qms.standards.access import clause_for, edition_for, given_for, mapping_for, require
from qms.standards.correlation import Correlation
from qms.standards.forms import CatalogueForm
from qms.standards.queries import Pair
from qms.standards.queries.evidence import statuses_of
from qms.standards.reading import COLUMN_WORDS, COLUMNS, LARGEST
from qms.standards.rights import Can
from qms.standards.states import RELATION_WORDS, STAGE_WORDS, Relation
from qms.standards.status import MEANS
from qms.standards.views.evidence_of import evidence_context


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Show the editions that are known here, and what can be compared."""
    person = signed_in(request)
    require(person, Can.READ)
    text, may_load = _asked(request), may(person, Can.LOAD)
    context = {
        "editions": queries.editions(text),
        "q": text,
        "mappings": queries.mappings(),
        "may_load": may_load,
        "waiting": queries.waiting_files() if may_load else [],
    }
    return render(request, "standards/library.html", context)


@require_safe
def edition(request: HttpRequest, key: int) -> HttpResponse:
    """Show the clauses of an edition, as a tree or by the stages of the life cycle."""
    found = edition_for(signed_in(request), key)
    clauses = list(queries.clauses_of(found))
    stages = queries.by_stage(clauses)
    by_stage = request.GET.get("by") == "stage"
    context = {
        "edition": found,
        "branches": queries.tree(clauses),
        "left_out": queries.left_out_of(found),
        "has_stages": bool(stages),
        "stages": [(STAGE_WORDS[stage], rows) for stage, rows in stages.items()] if by_stage else [],
        "glossary": queries.glossary(),
        "mappings": queries.mappings_of(found),
        "requirements": sum(each.is_requirement for each in clauses),
        "beyond": sum(each.is_requirement and each.is_beyond for each in clauses),
    }
    return render(request, "standards/edition.html", context)


@require_safe
def clause(request: HttpRequest, key: int) -> HttpResponse:
    """Show one clause: what it asks for, what shows it, where it stands, and its counterparts in other editions."""
    person = signed_in(request)
    found = clause_for(person, key)
    left_out = queries.left_out_of(found.edition)
    context = evidence_context(request, found, person) if found.is_requirement else {}
    context |= {
        "clause": found,
        "left_out": left_out,
        "not_applicable": queries.left_out_on(found),
        "place": queries.place_of(found),
        "counterparts": queries.counterparts(found),
        "glossary": queries.glossary(),
        "stages": [STAGE_WORDS[stage] for stage in STAGE_WORDS if stage in found.stages],
    }
    return render(request, "standards/clause.html", context)


@require_safe
def compare(request: HttpRequest, key: int) -> HttpResponse:
    """Show two editions side by side, by their mapping; `relation` narrows to one kind of line."""
    mapping = mapping_for(signed_in(request), key)
    pairs, (gone, new) = queries.compared(mapping), queries.unmapped(mapping)
    chosen = request.GET.get("relation", "")
    chosen = chosen if chosen in set(Relation) else ""
    context = {
        "mapping": mapping,
        "pairs": [each for each in pairs if chosen in {"", each.relation}],
        "filters": _filters(pairs, chosen),
        "gone": gone,
        "new": new,
        "evidence": statuses_of([mapping.source, mapping.target], held_only=True),
        "means": MEANS,
    }
    return render(request, "standards/compare.html", context)


def _filters(pairs: list[Pair], chosen: str) -> list[dict[str, object]]:
    """Return all lines and each relation that occurs, with how many there are."""
    counts = Counter(each.relation for each in pairs)
    every = {"label": _("All"), "url": "?", "count": len(pairs), "on": not chosen}
    return [every] + [
        {"label": RELATION_WORDS[each], "url": f"?relation={each}", "count": counts[each], "on": each == chosen}
        for each in Relation
        if counts[each]
    ]


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Show the words of the field, with what people say instead, to everybody who is signed in."""
    person, text = signed_in(request), _asked(request)
    context = {"terms": queries.terms(text), "q": text, "may_read": may(person, Can.READ)}
    return render(request, "standards/glossary.html", context)


def _asked(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:100]


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Take a file with requirements of one's own; nothing is loaded before somebody has looked at it."""
    person = signed_in(request)
    require(person, Can.LOAD)
    form = CatalogueForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            return redirect("standards:planned", _planned(form, person).pk)
        except RuleBroken as refusal:
            form.add_error("file", str(refusal).splitlines())
    status = 422 if form.is_bound and form.errors else 200
    columns = [(names, COLUMN_WORDS[field]) for field, names in COLUMNS.items()]
    return render(request, "standards/add.html", {"form": form, "columns": columns}, status=status)


def _planned(form: CatalogueForm, person: User) -> ImportRun:
    given = form.cleaned_data["file"]
    file = store(given.chunks(), limit=LARGEST)
    return services.plan(file=file, name=given.name, head=form.head, by=person)


@require_http_methods(["GET", "HEAD", "POST"])
def planned(request: HttpRequest, key: int) -> HttpResponse:
    """Show what a file would bring in; on POST, let it."""
    person = signed_in(request)
    run = given_for(person, key)
    if request.method == "POST":
        made = services.load_planned(run_id=run.pk, by=person)
        messages.success(request, _("%(name)s is loaded.") % {"name": made})
        return redirect(made)
    if run.state != RunState.PLANNED:
        return redirect("standards:library")
    given = services.planned_in(run)
    template = "standards/planned_mapping.html" if isinstance(given, Correlation) else "standards/planned.html"
    return render(request, template, {"run": run, "given": given})


@require_POST
def drop(request: HttpRequest, key: int) -> HttpResponse:
    """Throw away what a file would bring in."""
    person = signed_in(request)
    services.drop_planned(run_id=given_for(person, key).pk, by=person)
    messages.success(request, _("Thrown away. Nothing was loaded."))
    return redirect("standards:add")
