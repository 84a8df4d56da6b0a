"""The pages of document types and approval profiles."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.access import profile_with, require, type_with
from documents.forms.types import MODE_WORDS, SCHEME_WORDS, ProfileForm, TypeForm
from documents.queries import choosable
from documents.rights import Can
from documents.services.types import change_profile, change_type, create_profile, create_type, create_usual_types
from documents.states import ApprovalMode
from qms.core.errors import RuleBroken
from qms.filing.numbers import LabelScheme
from qms.organization.request import signed_in


@require_safe
def types(request: HttpRequest) -> HttpResponse:
    """Show all document types and approval profiles."""
    require(signed_in(request), Can.CHANGE_TYPES)
    context = {
        "types": [(each, SCHEME_WORDS[LabelScheme(each.label_scheme)]) for each in choosable.all_types()],
        "profiles": [(each, MODE_WORDS[ApprovalMode(each.mode)]) for each in choosable.profiles()],
    }
    return render(request, "documents/types.html", context)


@require_POST
def usual(request: HttpRequest) -> HttpResponse:
    """Make the types that most organizations begin with."""
    person = signed_in(request)
    require(person, Can.CHANGE_TYPES)
    made = create_usual_types(by=person)
    messages.success(request, ngettext("%(n)d type is there.", "%(n)d types are there.", made) % {"n": made})
    return redirect("documents:types")


@require_http_methods(["GET", "HEAD", "POST"])
def new_type(request: HttpRequest) -> HttpResponse:
    """Make a document type."""
    person = signed_in(request)
    require(person, Can.CHANGE_TYPES)
    form = TypeForm(request.POST or None)
    return _answer(request, form, _("New document type"), lambda: create_type(by=person, **form.values()))


@require_http_methods(["GET", "HEAD", "POST"])
def document_type(request: HttpRequest, key: int) -> HttpResponse:
    """Change a document type."""
    person = signed_in(request)
    kept = type_with(person, key)
    form = TypeForm(request.POST or None, kept=kept)
    return _answer(request, form, kept.name, lambda: change_type(type_id=key, by=person, **form.values()))


@require_http_methods(["GET", "HEAD", "POST"])
def new_profile(request: HttpRequest) -> HttpResponse:
    """Make an approval profile."""
    person = signed_in(request)
    require(person, Can.CHANGE_TYPES)
    form = ProfileForm(request.POST or None)
    return _answer(request, form, _("New approval profile"), lambda: create_profile(by=person, **form.values()))


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest, key: int) -> HttpResponse:
    """Change an approval profile."""
    person = signed_in(request)
    kept = profile_with(person, key)
    form = ProfileForm(request.POST or None, kept=kept)
    return _answer(request, form, kept.name, lambda: change_profile(profile_id=key, by=person, **form.values()))


def _answer(
    request: HttpRequest,
    form: Form,
    title: str,
    act: Callable[[], object],
) -> HttpResponse:
    if form.is_bound and form.is_valid() and _done(form, act):
        messages.success(request, _("Saved."))
        return redirect("documents:types")
    context = {"form": form, "title": title, "label": _("Save"), "cancel_url": reverse("documents:types")}
    return render(request, "documents/form.html", context, status=422 if form.is_bound else 200)


def _done(form: Form, act: Callable[[], object]) -> bool:
    try:
        act()
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
