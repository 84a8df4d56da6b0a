"""The page of a document and of each of its revisions: what it says, what happens next, and who must do it."""

from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents import services
from documents.access import (
    document_by_number,
    document_for,
    document_with_history,
    open_revision_for,
    revision_and_others,
    revision_for,
    revision_to_show,
)
from documents.forms.remarks import CommentForm
from documents.models import Document, PeriodicReview, Revision, Round
from documents.queries import (
    current_round,
    history_of,
    names_beside,
    neighbours,
    open_revision,
    relations_in,
    revisions_visible_to,
    standing_on,
    waiting_on,
)
from documents.queries.adoptions import adoption_told, approval_found, together_with
from documents.queries.endings import ending_of
from documents.queries.held_files import bodies_of, other_forms
from documents.queries.links import links_shown
from documents.queries.pictures import pages_of, pictures_shown
from documents.queries.reading import owed_reading
from documents.queries.reviewing import reviews_of
from documents.queries.revisions import people_beside
from documents.queries.searching import DOCUMENT
from documents.queries.standing import next_of
from documents.reading import blocks_of, html_of
from documents.rights import Can
from documents.states import AUTHOR, OPEN_STATES, OWNER, STATE_WORDS, RoundKind, State
from documents.views.offers import PRIMARY, counter_of, offers_on
from qms.actions.access import panel_of
from qms.core.keyset import addresses, page
from qms.core.seams.panels import document_panels
from qms.core.seams.panels import shown as panels_shown
from qms.core.seams.starters import starts_from
from qms.duties.queries import words_of
from qms.filing.queries import comments_on
from qms.organization.history import told
from qms.organization.models import User
from qms.organization.queries import organization_day
from qms.organization.request import signed_in


@require_safe
def document(request: HttpRequest, key: int) -> HttpResponse:
    """Show a document by the revision that stands for it."""
    person = signed_in(request)
    shown, others = revision_and_others(person, document_for(person, key))
    return _page(request, shown, person, others)


@require_safe
def revision(request: HttpRequest, document: int, key: int) -> HttpResponse:
    """Show one revision."""
    person = signed_in(request)
    shown = revision_for(person, document, key)
    others = [each for each in revisions_visible_to(person, shown.document) if each.pk != shown.pk]
    return _page(request, shown, person, others)


@require_safe
def go(request: HttpRequest, number: str) -> HttpResponse:
    """Lead from a number to the document's page; what is hidden looks like what is missing."""
    return redirect(document_by_number(signed_in(request), number))


@require_safe
def draft(request: HttpRequest, key: int) -> HttpResponse:
    """Lead to the revision of a document that is on its way: its address for search, which knows documents."""
    return redirect(open_revision_for(signed_in(request), key))


@require_safe
def history(request: HttpRequest, key: int) -> HttpResponse:
    """Show what was done with a document and its revisions, in human words."""
    person = signed_in(request)
    found = document_with_history(person, key)
    shown = revision_to_show(person, found, request.GET.get("revision", ""))
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found_page = page(history_of(found, person), ("-at", "-pk"), after=after, before=before)
    context = {
        **frame(shown, person, "history"),
        "entries": [asdict(each) for each in told(found_page.rows, naming=partial(names_beside, found))],
        **addresses(request.GET, found_page),
    }
    return render(request, "documents/history.html", context)


@require_safe
def approvals(request: HttpRequest, document: int, key: int) -> HttpResponse:
    """Show every round of a revision: who was asked, what they said, what they signed."""
    person = signed_in(request)
    found = revision_for(person, document, key)
    context = frame(found, person, "approvals")
    context |= {
        "rounds": _rounds(found),
        "adoption": found.adoption,
        "adopted": adoption_told(found),
        "together": together_with(found.adoption) if found.adoption else 0,
        "comments": comments_on(found),
        "may_comment": found.is_open,
        "may_resolve": bool(context["held"] & {AUTHOR, OWNER, Can.MANAGE}),
        "comment_form": CommentForm(),
    }
    return render(request, "documents/approvals.html", context)


@require_safe
def used(request: HttpRequest, key: int) -> HttpResponse:
    """Show what a document belongs to, what stands below it, what refers to it, and the actions that come from it."""
    person = signed_in(request)
    found = document_for(person, key)
    around = neighbours(found, person)
    shown = revision_to_show(person, found, request.GET.get("revision", ""))
    actions = panel_of(person, DOCUMENT, key)
    context = {**frame(shown, person, "links"), **around, "actions": actions}
    return render(request, "documents/used.html", context)


@require_POST
def comment(request: HttpRequest, document: int, key: int) -> HttpResponse:
    """Put a comment on a revision that is on its way."""
    person = signed_in(request)
    found = revision_for(person, document, key)
    form = CommentForm(request.POST)
    if form.is_valid():
        services.comment_on(revision_id=found.pk, by=person, **form.cleaned_data)
        messages.success(request, _("Your comment is there."))
    else:
        messages.error(request, _("A comment needs words."))
    return redirect("documents:approvals", document, key)


@require_POST
def resolve(request: HttpRequest, document: int, key: int, comment: int) -> HttpResponse:
    """Resolve a comment with an answer."""
    person = signed_in(request)
    found = revision_for(person, document, key)
    services.resolve_comment(revision_id=found.pk, comment_id=comment, by=person, answer=request.POST.get("answer", ""))
    messages.success(request, _("Resolved."))
    return redirect("documents:approvals", document, key)


def _page(request: HttpRequest, shown: Revision, person: User, others: list[Revision]) -> HttpResponse:
    bodies = bodies_of(shown)
    body = bodies[0] if bodies and bodies[0].governing else None
    html = SafeString(html_of(body, pictures_shown(body), links_shown(body))) if body else ""
    context = {
        **frame(shown, person, "read", others),
        "owed": owed_reading(person).filter(document=shown.document).first(),
        "body": body,
        "texts": [each for each in bodies if each is not body],
        "forms": other_forms(shown),
        "html": html,
        "pages": pages_of(body) if body else [],
        "text": blocks_of(body) if body and not html else [],
        "others": others,
        "panels": panels_shown(document_panels, person, shown.document),
    }
    return render(request, "documents/revision.html", context)


def frame(shown: Revision, person: User, tab: str, others: list[Revision] | None = None) -> dict[str, Any]:
    """Return what every tab of a revision shows around its content; `others` where the page knows them already."""
    current = current_round(shown)
    held = standing_on(shown.document, person) | relations_in(shown, person, current)
    waiting = waiting_on(shown)
    asked = {each.kind for each in waiting}
    on_its_way = _on_its_way(shown, person, others)
    primary, offers = offers_on(shown, person, held, current, asked)
    counter = counter_of(primary, offers)
    return {
        "document": shown.document,
        "revision": shown,
        "round": current,
        "ending": ending_of(shown),
        "way": _way(shown, current),
        "waiting": [(words_of(each.kind), each) for each in waiting],
        "primary": primary,
        "counter": counter,
        "offers": [each for each in offers if each is not counter],
        "held_up": next((each for each in offers if each.why and each.verb in PRIMARY), None) if not primary else None,
        "tabs": _tabs(shown, tab, held),
        "facts": _facts(shown, held),
        "on_its_way": on_its_way,
        "may_change": bool(held & {Can.MANAGE, OWNER}),
        "may_revise": _may_revise(shown, held, on_its_way),
        "may_edit": shown.state == State.DRAFT and bool(held & {Can.MANAGE, OWNER, AUTHOR}),
        "held": held,
        "starts": starts_from(person, DOCUMENT, shown.document_id),
    }


def _on_its_way(shown: Revision, person: User, others: list[Revision] | None) -> Revision | None:
    """The next revision, where one is begun that the person may read; none beside a revision that is not in force."""
    if shown.state != State.EFFECTIVE:
        return None
    return (
        next((each for each in others if each.is_open), None) if others is not None else next_of(shown.document, person)
    )


def _may_revise(shown: Revision, held: frozenset[str], on_its_way: Revision | None) -> bool:
    if shown.state != State.EFFECTIVE or on_its_way is not None or not held & {Can.WRITE, Can.MANAGE, OWNER}:
        return False
    sees_all = bool(held & {Can.READ_DRAFTS, OWNER})
    return sees_all or open_revision(shown.document) is None


def _way(shown: Revision, current: Round | None) -> list[dict[str, Any]]:
    state = State(shown.state)
    if state not in OPEN_STATES:
        return []
    path = [*OPEN_STATES, State.EFFECTIVE]
    at = path.index(state)
    return [
        {
            "label": str(STATE_WORDS[each]),
            "done": position < at or (each is State.EFFECTIVE and at == position),
            "current": position == at and each is not State.EFFECTIVE,
            "note": _note(shown, each, current if position == at else None),
        }
        for position, each in enumerate(path)
    ]


def _note(shown: Revision, state: State, current: Round | None) -> str:
    if current is not None and state in {State.IN_REVIEW, State.IN_APPROVAL}:
        seats = list(current.seats.all())
        return _("%(done)d of %(all)d") % {"done": sum(bool(s.decision) for s in seats), "all": len(seats)}
    if state is State.EFFECTIVE and shown.effective_from is not None and shown.effective_at is None:
        return _("planned %(day)s") % {"day": _day(shown.effective_from)}
    return ""


def _tabs(shown: Revision, current: str, held: frozenset[str]) -> list[dict[str, Any]]:
    document = shown.document_id
    # The pages of the whole document keep showing the revision that they were opened from.
    stay = "" if shown.state == State.EFFECTIVE else f"?revision={shown.pk}"
    tabs = [
        ("read", _("Read"), shown.get_absolute_url()),
        ("changes", _("What changed"), reverse("documents:changes", args=[document, shown.pk])),
        ("approvals", _("Approvals"), reverse("documents:approvals", args=[document, shown.pk])),
    ]
    if held & {Can.SEE_ACKNOWLEDGEMENTS, OWNER}:
        tabs.append(("acknowledgements", _("Acknowledgements"), reverse("documents:readers", args=[document]) + stay))
    tabs.append(("links", _("Where used"), reverse("documents:used", args=[document]) + stay))
    if held & {Can.READ_HISTORY, Can.READ_DRAFTS, OWNER}:
        tabs.append(("history", _("History"), reverse("documents:history", args=[document]) + stay))
    return [{"label": label, "url": url, "current": name == current} for name, label, url in tabs]


def _facts(shown: Revision, held: frozenset[str]) -> list[tuple[str, object]]:
    document: Document = shown.document
    approvers, co_authors = people_beside(shown)
    rows: list[tuple[str, object]] = [
        (_("Type"), document.type.name),
        (_("Owner"), document.owner),
        (_("Authors") if co_authors else _("Author"), ", ".join([shown.author.name, *co_authors])),
        (_("Process"), document.process or _("no single process")),
        (_("Site"), document.site or _("the whole organization")),
        (_("Kind of change"), shown.class_words),
    ]
    if approvers:
        rows.insert(0, (_("Approved by"), ", ".join(approvers)))
    if shown.effective_at is not None:
        rows.insert(0, (_("In force"), _in_force(shown)))
    if document.next_review_on and shown.state == State.EFFECTIVE:
        rows.append((_("Next review"), date_format(document.next_review_on, "j M Y")))
    follows = shown.state == State.EFFECTIVE and held & {Can.READ_HISTORY, Can.MANAGE, OWNER}
    if follows and (last := reviews_of(document).first()):
        rows.append((_("Last periodic review"), _reviewed(last)))
    if shown.adoption_id:
        rows.append((_("Approval"), adoption_told(shown)))
    elif shown.state == State.MIGRATED:
        rows.append((_("Approval, as found"), approval_found(shown)))
    return rows


def _in_force(shown: Revision) -> str:
    assert shown.effective_at is not None
    since = _day(shown.effective_at)
    if shown.ended_at is None:
        return _("since %(day)s") % {"day": since}
    until = _day(shown.ended_at)
    return _("%(since)s to %(until)s") % {"since": since, "until": until}


def _day(at: datetime) -> str:
    return date_format(organization_day(at), "j M Y")


def _reviewed(last: PeriodicReview) -> str:
    facts = {
        "outcome": last.outcome_words,
        "day": _day(last.reviewed_at),
        "name": last.round.opened_by.name,
    }
    return _("%(outcome)s (%(name)s, %(day)s)") % facts


def _rounds(shown: Revision) -> list[dict[str, Any]]:
    words = {
        RoundKind.REVIEW: _("Review"),
        RoundKind.APPROVAL: _("Approval"),
        RoundKind.RETIREMENT: _("Withdrawal"),
        RoundKind.PERIODIC_REVIEW: _("Periodic review"),
    }
    found = shown.rounds.select_related("opened_by").order_by("-opened_at")
    rounds = found.prefetch_related("seats__person", "seats__signature", "seats__exception")
    return [
        {
            "round": each,
            "title": f"{words[RoundKind(each.kind)]} {each.number}",
            "proposed": each.proposed_words,
            "valid": shown.content_id == each.content_id,
        }
        for each in rounds
    ]
