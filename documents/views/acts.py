"""One view for every verb of a revision: show what it asks, take the answer, call the service, say what happened."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from documents import services
from documents.access import revision_for, revision_to_answer
from documents.audience import readers_of
from documents.forms.acts import (
    ActForm,
    ApproveForm,
    ApproversForm,
    PeriodicReviewForm,
    ReasonForm,
    RetirementForm,
    ReviewersForm,
    SignedForm,
    SignedReasonForm,
    SignedWordsForm,
    WordsForm,
)
from documents.models import Revision
from documents.queries import current_round, revision_facts
from documents.states import REVIEW_OUTCOME_WORDS, REVISION, ReviewOutcome, RoundKind
from qms.core.errors import NoRoom, NotPermitted, RuleBroken
from qms.organization.models import User
from qms.organization.request import signed_in
from qms.signatures.forms import ceremony
from qms.signatures.states import Meaning


@dataclass(frozen=True)
class Act:
    """One verb as a page: its form, its service, what is said before and after. `edge` names the lifecycle's edge."""

    edge: str
    form: type[Any]
    call: Callable[..., Revision]
    question: Promise
    done: Promise
    danger: bool = False


ACTS: dict[str, Act] = {
    "submit": Act(
        "submit_for_review",
        ReviewersForm,
        services.submit_for_review,
        _("From now on the text is frozen. The reviewers are asked at once."),
        _("Submitted for review."),
    ),
    "agree": Act(
        "agree_in_review",
        WordsForm,
        services.agree_in_review,
        _("You have read it and have no objection. Remarks that need not hold it back may go with it."),
        _("Your answer is recorded."),
    ),
    "want-changes": Act(
        "want_changes",
        ReasonForm,
        services.want_changes,
        _("It goes back to the author; the round is closed."),
        _("Sent back to the author."),
    ),
    "take-back": Act(
        "withdraw_from_review",
        ActForm,
        services.withdraw_from_review,
        _("It becomes a draft again, and the reviewers are no longer asked."),
        _("Taken back to draft."),
    ),
    "start-approval": Act(
        "start_approval",
        ApproversForm,
        services.start_approval,
        _("From now on the text is frozen. The approvers are asked at once."),
        _("Approval has started."),
    ),
    "start-approval-from-draft": Act(
        "start_approval_from_draft",
        ApproversForm,
        services.start_approval,
        _("From now on the text is frozen. The approvers are asked at once."),
        _("Approval has started."),
    ),
    "withdraw": Act(
        "withdraw_from_approval",
        ReasonForm,
        services.withdraw_from_approval,
        _("It becomes a draft again. Approvals given so far no longer count."),
        _("Taken back from approval."),
    ),
    "approve": Act(
        "approve",
        ApproveForm,
        services.approve,
        _("I approve this revision. I have read it as it stands, and it may take effect."),
        _("Approved."),
    ),
    "reject": Act(
        "reject",
        SignedReasonForm,
        services.reject,
        _("I refuse to approve this revision. It goes back to its author."),
        _("Approval refused; it is a draft again."),
        danger=True,
    ),
    "release": Act(
        "release_now",
        SignedReasonForm,
        services.release_now,
        _("I release this revision now, before its date or before everybody has acknowledged it."),
        _("It is in force."),
    ),
    "return": Act(
        "return_to_approval",
        SignedReasonForm,
        services.return_to_approval,
        _("I return this revision to approval. Approvals given so far no longer count."),
        _("Returned to approval."),
    ),
    "cancel": Act(
        "cancel_draft",
        ReasonForm,
        services.cancel_revision,
        _("The revision is given up. It is kept and can be read, but not continued."),
        _("Cancelled."),
        danger=True,
    ),
    "cancel-approved": Act(
        "cancel_approved",
        ReasonForm,
        services.cancel_revision,
        _("The revision is given up. It is kept and can be read, but not continued."),
        _("Cancelled."),
        danger=True,
    ),
    "ask-retirement": Act(
        "ask_retirement",
        RetirementForm,
        services.ask_retirement,
        _("When it is agreed, the document is withdrawn and nobody works by it any more."),
        _("Withdrawal is asked for."),
        danger=True,
    ),
    "agree-retirement": Act(
        "agree_retirement",
        SignedWordsForm,
        services.agree_retirement,
        _("I agree that this document is withdrawn."),
        _("Your agreement is recorded."),
    ),
    "refuse-retirement": Act(
        "refuse_retirement",
        SignedReasonForm,
        services.refuse_retirement,
        _("I do not agree that this document is withdrawn. It stays in force."),
        _("Withdrawal refused."),
    ),
    "review-periodically": Act(
        "review_periodically",
        PeriodicReviewForm,
        services.review_periodically,
        _("I have reviewed this document."),
        _("The periodic review is recorded."),
    ),
    "confirm-review": Act(
        "confirm_periodic_review",
        SignedWordsForm,
        services.confirm_periodic_review,
        _("I confirm the outcome of this periodic review."),
        _("Confirmed."),
    ),
    "refuse-review": Act(
        "refuse_periodic_review",
        SignedReasonForm,
        services.refuse_periodic_review,
        _("I send this periodic review back to the owner."),
        _("Sent back to the owner."),
    ),
}
BEFORE_FORCE = {"submit", "start-approval", "start-approval-from-draft", "approve", "release"}
ACT_OF_EDGE = {act.edge: name for name, act in ACTS.items()}


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, document: int, key: int, name: str) -> HttpResponse:
    """Show a verb and take its answer. A refusal of the service is said on the form, which keeps its input."""
    chosen = ACTS.get(name)
    if chosen is None:
        raise Http404
    person, answered = signed_in(request), request.method == "POST"
    revision = (revision_to_answer if answered else revision_for)(person, document, key)
    check_offered(chosen, revision, person, answered=answered)
    form = chosen.form(request.POST or None, revision=revision, by=person)
    status = 422 if form.is_bound else 200
    if answered and form.is_valid():
        try:
            done = _done(request, chosen, revision, person, form)
        except (NotPermitted, NoRoom):
            raise
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
            done, status = None, 409
        if done is not None:
            return done
    template = "documents/sign.html" if isinstance(form, SignedForm) else "documents/act.html"
    if request.headers.get("HX-Target") == "dialog":
        template += "#ceremony"
    return render(request, template, _context(request, name, chosen, revision, form), status=status)


def check_offered(chosen: Act, revision: Revision, person: User, *, answered: bool = False) -> None:
    """Raise NotPermitted for a verb of somebody else, RuleBroken for one that the state does not let be asked now.

    It comes before anything is shown: a form names people. What was answered before the state changed goes on to the
    service, whose refusal keeps what was written.
    """
    edge = REVISION.edge(chosen.edge)
    fits = revision.state in edge.sources
    if edge.who & revision_facts(revision, person).standing and (fits or answered):
        return
    if fits:
        raise NotPermitted(_("You may not do this here."))
    words = _("This cannot be done now: it is “%(state)s”.")
    raise RuleBroken(str(words) % {"state": revision.state_words}, code="wrong_state")


def _done(
    request: HttpRequest, chosen: Act, revision: Revision, person: User, form: ActForm | SignedForm
) -> HttpResponse | None:
    arguments = form.values()
    if isinstance(form, SignedForm):
        assert revision.content is not None
        meaning = Meaning(REVISION.edge(chosen.edge).meaning)
        proof = form.prove(request, meaning, revision.content.sha256)
        if proof is None:
            return None
        arguments["proof"] = proof
    moved = chosen.call(revision_id=revision.pk, by=person, **arguments)
    messages.success(request, str(chosen.done))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": moved.get_absolute_url()})
    return redirect(moved)


def _context(request: HttpRequest, name: str, chosen: Act, revision: Revision, form: forms.Form) -> dict[str, Any]:
    edge = REVISION.edge(chosen.edge)
    words = {
        "title": f"{edge.label}: {revision.document.number}",
        "rows": [
            (_("Document"), revision.title),
            (_("Revision"), f"{revision.label} · {revision.class_words}"),
            (_("Content"), f"SHA-256 {revision.content.sha256[:16]}…" if revision.content else "–"),
            *_asked(revision),
        ],
        "statement": chosen.question,
        "label": edge.label,
    }
    context: dict[str, Any] = {"form": form, "revision": revision, "edge": edge, "act": chosen, "address": request.path}
    context["nobody_reads"] = name in BEFORE_FORCE and not readers_of(revision.document)
    if edge.meaning and revision.content is not None:
        context["sign"] = ceremony(
            request,
            meaning=Meaning(edge.meaning),
            content_hash=revision.content.sha256,
            action=request.path,
            cancel_url=revision.get_absolute_url(),
            **words,
        )
    return context


def _asked(revision: Revision) -> list[tuple[Promise, str]]:
    """What the open round on a revision in force asks for: who asks, what they found, what they looked at."""
    current = current_round(revision)
    if current is None or current.kind not in {RoundKind.RETIREMENT, RoundKind.PERIODIC_REVIEW}:
        return []
    rows = [(_("Asked by"), current.opened_by.name)]
    if current.kind == RoundKind.RETIREMENT:
        return [*rows, (_("Reason"), current.words)]
    rows.append((_("Outcome"), str(REVIEW_OUTCOME_WORDS[ReviewOutcome(current.proposed)])))
    return [*rows, (_("What was looked at"), current.words)]
