"""The scope: what the management system covers, the guide that leads to it, and its confirmation."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qms.core.days import DayField
from qms.organization.models import User
from qms.organization.queries import active_sites, may, organization_day
from qms.organization.request import signed_in
from qms.standards import queries, services
from qms.standards.access import require
from qms.standards.forms import GuideForm, ScopeForm, WriteForm
from qms.standards.guide import ANSWER_WORDS, QUESTIONS, Answer
from qms.standards.models import ScopeStatement
from qms.standards.queries import LastDocument
from qms.standards.rights import Can

# What the guide has chosen from what is there.
CHOSEN = ("editions", "sites", "processes")


@require_safe
def scope(request: HttpRequest) -> HttpResponse:
    """Show the scope that stands, or as of the end of a day the one that stood."""
    person = signed_in(request)
    require(person, Can.READ)
    day = _day(request.GET.get("on", ""))
    statement = queries.stood_on(day).first() if day else queries.scope_at()
    context = {
        "statement": statement,
        "day": day,
        "answers": _answers(statement),
        "document_url": queries.document_address(statement),
        "earlier": [(each, organization_day(each.valid_from)) for each in queries.scopes()[:20]],
        "may_confirm": may(person, Can.SCOPE),
        "to_write": _to_write(statement, person) if not day else None,
    }
    return render(request, "standards/scope.html", context)


def _to_write(statement: ScopeStatement | None, person: User) -> dict[str, object] | None:
    """Return what who may write the scope that stands as a document is asked: the kind, or why that has to wait."""
    kinds = queries.document_kinds(person) if may(person, Can.SCOPE) else []
    if statement is None or statement.document_key or not kinds:
        return None
    return {"form": WriteForm(kinds=kinds), "last": queries.last_document(person)}


@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """Write the scope that stands as a controlled document."""
    person = signed_in(request)
    require(person, Can.SCOPE)
    made = services.write_scope(kind=request.POST.get("kind", ""), by=person)
    messages.success(request, _("The scope is written. Its review and approval go their usual way."))
    return redirect(queries.document_address(made))


def _day(said: str) -> date | None:
    try:
        day: date | None = DayField(required=False).clean(said)
    except ValidationError:
        return None
    return day


def _answers(statement: ScopeStatement | None) -> list[tuple[str, str]]:
    given = statement.answers if statement else {}
    asked = [(question, given[name]) for name, question in QUESTIONS.items() if name in given]
    return [(str(question.words), str(ANSWER_WORDS[Answer(answer)])) for question, answer in asked]


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Ask what the system covers; begun with what stands now, or with the answers in the address."""
    require(signed_in(request), Can.SCOPE)
    statement, said = queries.scope_at(), request.GET
    stood = {name: getattr(statement, name).all() for name in CHOSEN} if statement else {}
    answered = {name: said[name] for name in QUESTIONS if name in said}
    chosen = {name: said.getlist(name) for name in CHOSEN if answered or name in said}
    return _guide(request, GuideForm(initial=stood | (statement.answers if statement else {}) | answered | chosen))


def _guide(request: HttpRequest, form: GuideForm) -> HttpResponse:
    context = {
        "form": form,
        "there": len(form["editions"].subwidgets),
        "places": [form[name] for name in ("sites", "processes") if len(form[name].subwidgets) > 1],
        "questions": [form[name] for name in QUESTIONS],
    }
    return render(request, "standards/guide.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Show the scope that the answers in the address make, each clause that does not apply with its reason; on POST,
    let it stand.
    """
    person = signed_in(request)
    require(person, Can.SCOPE)
    asked = GuideForm(request.GET)
    if not asked.is_valid():
        return _guide(request, asked)
    form = _scope_form(request, asked, person)
    if form.is_valid():
        _stand(asked, form, person)
        messages.success(request, _("The scope stands."))
        return redirect("standards:scope")
    return _what_follows(request, asked, form, queries.last_document(person))


def _scope_form(request: HttpRequest, asked: GuideForm, person: User) -> ScopeForm:
    statement, last = queries.scope_at(), queries.last_document(person)
    return ScopeForm(
        request.POST if request.method == "POST" else None,
        lines=queries.lines(asked.cleaned_data["editions"], asked.answers, statement),
        kinds=[] if last and last.obstacle else queries.document_kinds(person),
        sites=list(asked.cleaned_data["sites"] or active_sites()),
        initial={"products": statement.products} if statement else {},
    )


def _stand(asked: GuideForm, form: ScopeForm, person: User) -> None:
    services.confirm_scope(
        products=form.cleaned_data["products"],
        editions=list(asked.cleaned_data["editions"]),
        sites=list(asked.cleaned_data["sites"]),
        processes=list(asked.cleaned_data["processes"]),
        answers=asked.answers,
        left_out=[services.LeftOut(line.clause, why, line.sub_item, where) for line, why, where in form.ticked],
        kind=form.cleaned_data["kind"],
        by=person,
    )


def _what_follows(request: HttpRequest, asked: GuideForm, form: ScopeForm, last: LastDocument | None) -> HttpResponse:
    some = {line.clause.edition_id for line in form.lines}
    context = {
        "given": asked.cleaned_data,
        "form": form,
        "query": request.GET.urlencode(),
        "last": last,
        "proposed": form.rows(proposed=True),
        "others": form.rows(proposed=False),
        "whole": [each for each in asked.cleaned_data["editions"] if each.pk not in some],
        "without_design": asked.answers.get("design") == Answer.GIVEN,
        "designed_outside": asked.answers.get("design") == Answer.FOR_US,
    }
    return render(request, "standards/confirm_scope.html", context, status=422 if form.is_bound else 200)
