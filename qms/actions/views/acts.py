"""One view for every verb of an action: show what it asks, take the answer, call the service, say what happened."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from qms.actions import services
from qms.actions.access import action_for
from qms.actions.forms import (
    ActForm,
    ChangeForm,
    DoForm,
    ExtensionForm,
    HandOverForm,
    ReasonForm,
    RemarkForm,
    WordsForm,
)
from qms.actions.models import Action
from qms.actions.queries import action_facts, open_extension
from qms.actions.states import ACTION, ANSWERER, OWNER, VERIFIER, ActionFacts
from qms.core.errors import NoRoom, NotPermitted, RuleBroken
from qms.core.lifecycle import Edge
from qms.filing.services import store
from qms.organization.models import User
from qms.organization.request import signed_in

UNKNOWN = "application/octet-stream"
# Who says no finds the way as easily as who says yes.
COUNTER = {"verify": "send_back", "agree_extension": "refuse_extension"}


@dataclass(frozen=True)
class Act:
    """One verb as a page: its form, its service, what is said before and after."""

    form: type[ActForm] | type[ChangeForm]
    call: Callable[..., Action]
    question: Promise
    done: Promise
    icon: str
    danger: bool = False


# The order in which a page offers them; the first that can be done stands in front.
ACTS: dict[str, Act] = {
    "verify": Act(
        WordsForm,
        services.verify,
        _("I looked at what was done and at what shows it. It is what was agreed."),
        _("Verified."),
        "circle-check",
    ),
    "do": Act(
        DoForm,
        services.do,
        _("Say what was done and show it: in words, with files, or by the number of a record. Then another verifies."),
        _("Done. It waits to be verified."),
        "check",
    ),
    "agree_extension": Act(
        RemarkForm,
        services.agree_extension,
        _("The action is due on the later day from now on. The day before stays on record, and each time counts."),
        _("Agreed. The new day holds."),
        "calendar-check",
    ),
    "refuse_extension": Act(
        ReasonForm,
        services.refuse_extension,
        _("The day that holds goes on holding."),
        _("Refused. The day stays as it is."),
        "calendar-x",
    ),
    "send_back": Act(
        ReasonForm,
        services.send_back,
        _("It goes back to its owner to be done. The due day stays as it is."),
        _("Sent back to its owner."),
        "undo-2",
    ),
    "ask_extension": Act(
        ExtensionForm,
        services.ask_extension,
        _("Somebody else agrees or refuses. Until then the day holds that holds now."),
        _("Asked. The day holds until it is agreed."),
        "calendar-clock",
    ),
    "hand_over": Act(
        HandOverForm,
        services.hand_over,
        _("Somebody else owns it from now on, with the same due day."),
        _("Handed over."),
        "arrow-right",
    ),
    "change": Act(
        ChangeForm,
        services.change,
        _("The due day is not changed here: its owner asks for more time, and somebody else agrees."),
        _("Saved."),
        "pencil-line",
    ),
    "cancel": Act(
        ReasonForm,
        services.cancel,
        _("The action is given up. It is kept, and nobody owes it any more."),
        _("Cancelled."),
        "x",
        danger=True,
    ),
}


@dataclass(frozen=True)
class Offer:
    """A verb on the page; with `why` it cannot be done yet, for that reason."""

    verb: str
    label: str
    url: str
    icon: str
    danger: bool
    why: str = ""


@dataclass(frozen=True)
class Offers:
    """What a page offers: the verb that comes first, the one that says no where that says yes, and the others."""

    primary: Offer | None
    counter: Offer | None
    others: list[Offer]


def offers_on(action: Action, facts: ActionFacts) -> Offers:
    """Return what somebody is offered: first what is asked of them, then what they can do, then what they cannot yet.

    More time is answered only where it was asked for. Quality may act in the place of others, but is not asked to.
    """
    edges = {edge.verb: edge for edge in ACTION.offered(action.state, facts)}
    if not facts.extension_open:
        edges = {verb: edge for verb, edge in edges.items() if verb not in {"agree_extension", "refuse_extension"}}
    offers = {verb: _offer(action, edges[verb], facts) for verb in ACTS if verb in edges}
    asked = [each for each in offers.values() if _is_asked(action, edges[each.verb], facts) and not each.why]
    primary = asked[0] if asked else None
    counter = offers.get(COUNTER.get(primary.verb, "")) if primary else None
    others = [each for each in offers.values() if each not in (primary, counter)]
    return Offers(primary, counter, sorted(others, key=lambda each: bool(each.why)))


def _is_asked(action: Action, edge: Edge[ActionFacts], facts: ActionFacts) -> bool:
    """Return whether a verb is what somebody owes here."""
    owed = {"do", "verify", "agree_extension"}
    named = edge.who & facts.standing & {OWNER, VERIFIER, ANSWERER}
    return edge.verb in owed and bool(named or (edge.verb == "verify" and action.verifier_id is None))


def _offer(action: Action, edge: Edge[ActionFacts], facts: ActionFacts) -> Offer:
    act, url = ACTS[edge.verb], reverse("actions:act", args=[action.pk, edge.verb])
    why = " ".join(ACTION.objections(edge.verb, facts)[:1])
    return Offer(edge.verb, str(edge.label), url, act.icon, act.danger, why)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """Show a verb and take its answer. A refusal of the service is said on the form, which keeps its input."""
    chosen = ACTS.get(verb)
    if chosen is None:
        raise Http404
    person, answered = signed_in(request), request.method == "POST"
    action = action_for(person, key)
    check_offered(verb, action, person, answered=answered)
    sent = (request.POST, request.FILES) if answered else ()
    form = chosen.form(*sent, action=action, person=person)
    status = 422 if form.is_bound else 200
    if answered and form.is_valid():
        try:
            moved = carry_out(verb, form, action, person)
        except (NotPermitted, NoRoom):
            raise
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, str(chosen.done))
            return _on(request, moved, person)
    template = "actions/act.html#ceremony" if request.headers.get("HX-Target") == "dialog" else "actions/act.html"
    return render(request, template, _context(request, verb, action, form), status=status)


def _context(request: HttpRequest, verb: str, action: Action, form: ActForm | ChangeForm) -> dict[str, Any]:
    return {
        "form": form,
        "action": action,
        "edge": ACTION.edge(verb),
        "act": ACTS[verb],
        "address": request.path,
        "asked": open_extension(action) if verb in {"agree_extension", "refuse_extension"} else None,
    }


def check_offered(verb: str, action: Action, person: User, *, answered: bool = False) -> None:
    """Raise NotPermitted for a verb of somebody else, RuleBroken for one that the state does not let be asked now.

    What was answered before the state changed goes on to the service, whose refusal keeps what was written.
    """
    edge = ACTION.edge(verb)
    fits = action.state in edge.sources
    if edge.who & action_facts(action, person).standing and (fits or answered):
        return
    if fits:
        raise NotPermitted(_("You may not do this here."))
    words = _("This cannot be done now: it is “%(state)s”.")
    raise RuleBroken(str(words) % {"state": action.state_words}, code="wrong_state")


def carry_out(verb: str, form: ActForm | ChangeForm, action: Action, person: User) -> Action:
    """Call the service of a verb with what its form holds; files are kept in the store first."""
    arguments: dict[str, Any] = form.values()
    if arguments.get("files"):
        arguments["files"] = [
            services.Upload(store(each.chunks()), each.name, (each.content_type or UNKNOWN)[:120])
            for each in arguments["files"]
        ]
    return ACTS[verb].call(action_id=action.pk, by=person, **arguments)


def _on(request: HttpRequest, action: Action, person: User) -> HttpResponse:
    """Lead to the action; whoever does not see it any more (it is another's now), to the register."""
    try:
        address = action_for(person, action.pk).get_absolute_url()
    except Http404:
        address = reverse("actions:register")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
