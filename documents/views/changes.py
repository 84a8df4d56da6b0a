"""What changed: the redline between any two revisions a person may read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.access import revision_for
from documents.models import Revision
from documents.queries import revisions_visible_to
from documents.redline import Form
from documents.redlines import changes_between, own_base, page_changes
from documents.views.document import frame
from qms.organization.models import User
from qms.organization.request import signed_in


@require_safe
def changes(request: HttpRequest, document: int, key: int) -> HttpResponse:
    """Show what changed in a revision since another: the reader's own last reading unless the address names one."""
    person = signed_in(request)
    after = revision_for(person, document, key)
    choices = [each for each in revisions_visible_to(person, after.document) if each.sequence < after.sequence]
    before = _before(request, person, after, choices)
    form = Form.SIDE_BY_SIDE if request.GET.get("form") == "sides" else Form.INLINE
    context = 1 if request.GET.get("only") else None
    found = changes_between(before, after, form=form, context=context)
    shown = {
        **frame(after, person, "changes"),
        "changes": found,
        "page_changes": page_changes(before, after) if before and not found.comparable else [],
        "choices": choices,
        "before": before,
        "sides": form is Form.SIDE_BY_SIDE,
        "only": context is not None,
    }
    return render(request, "documents/changes.html", shown)


def _before(request: HttpRequest, person: User, after: Revision, choices: list[Revision]) -> Revision | None:
    """Return what to compare with: the reader's own last reading, else only what they may read as it stands (K6)."""
    wanted = request.GET.get("since", "")
    for each in choices:
        if str(each.pk) == wanted:
            return each
    base = [each for each in choices if each.pk == after.base_id]
    return own_base(person, after) or next(iter(base or choices), None)
