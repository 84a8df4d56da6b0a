"""Each verb of the plan as the call of services that it stands for. The services check every right and guard."""

from collections.abc import Callable

from documents import services
from documents.demo_loading.data import Told, plan
from documents.demo_loading.stage import Stage
from documents.models import Objection, Revision
from documents.queries.seating import Place
from documents.services.acknowledging import excusal_hash
from documents.states import ChangeClass, ReviewOutcome, State
from qms.organization.demo_loading import person, process, site
from qms.signatures.states import Meaning

Verb = Callable[[Stage, Told, Told], None]


def _create_document(stage: Stage, told: Told, step: Told) -> None:
    by = person(step["by"])
    document = services.create_document(
        type_=stage.type_of(told),
        title=told["title"],
        owner=person(told["owner"]),
        process=process(told["process"]),
        site=site(told["site"]),
        parent=stage.document(told["parent"]) if told["parent"] in stage.told else None,
        by=by,
    )
    if document.number != told["number"]:
        raise ValueError(f"The sequence issued {document.number} where the plan says {told['number']}.")
    stage.introduce(told, document, by)
    stage.write(told, step, document.revisions.get(), by)


def _import_migrated(stage: Stage, _told: Told, step: Told) -> None:
    """One import brings a whole batch in, from a folder; the steps of its other documents find it done."""
    stage.bring_in(step["batch"], person(step["by"]))


def _adopt(stage: Stage, _told: Told, step: Told) -> None:
    """One act puts a whole batch in force; the steps of its other documents find it done."""
    system = plan()["batches"][step["batch"]]["system"]
    rows = list(Revision.objects.filter(state=State.MIGRATED, origin=system).select_related("document", "content"))
    if rows:
        by = person(step["by"])
        proof = stage.proof(by, Meaning.ADOPTED, signed=services.adoption_hash(rows))
        services.adopt(revisions=rows, by=by, proof=proof)


def _start_revision(stage: Stage, told: Told, step: Told) -> None:
    by = person(step["by"])
    revision = services.start_revision(
        document=stage.document(told["number"]), change_class=ChangeClass(step["class"]), reason=step["reason"], by=by
    )
    stage.write(told, step, revision, by)


def _write(stage: Stage, told: Told, step: Told) -> None:
    stage.write(told, step, stage.revision(told, State.DRAFT), person(step["by"]))


def _comment(stage: Stage, told: Told, step: Told) -> None:
    stage.comments[told["number"], step["mark"]] = services.comment_on(
        revision_id=stage.open_revision(told).pk,
        by=person(step["by"]),
        text=step["text"],
        blocking=step.get("blocking", False),
    )


def _answer_comment(stage: Stage, told: Told, step: Told) -> None:
    services.resolve_comment(
        revision_id=stage.open_revision(told).pk,
        comment_id=stage.comments[told["number"], step["mark"]].pk,
        by=person(step["by"]),
        answer=step["answer"],
    )


def _submit_for_review(stage: Stage, told: Told, step: Told) -> None:
    revision, by = stage.revision(told, State.DRAFT), person(step["by"])
    stage.accept(revision, by)
    services.submit_for_review(revision_id=revision.pk, reviewers=[person(each) for each in step["reviewers"]], by=by)


def _agree_in_review(stage: Stage, told: Told, step: Told) -> None:
    services.agree_in_review(revision_id=stage.revision(told, State.IN_REVIEW).pk, by=person(step["by"]))


def _want_changes(stage: Stage, told: Told, step: Told) -> None:
    revision = stage.revision(told, State.IN_REVIEW)
    services.want_changes(revision_id=revision.pk, by=person(step["by"]), reason=step["reason"])


def _withdraw_from_review(stage: Stage, told: Told, step: Told) -> None:
    revision = stage.revision(told, State.IN_REVIEW)
    services.withdraw_from_review(revision_id=revision.pk, by=person(step["by"]), reason=step["reason"])


def _start_approval(stage: Stage, told: Told, step: Told) -> None:
    revision, by = stage.revision(told, State.DRAFT, State.IN_REVIEW), person(step["by"])
    if revision.state == State.DRAFT:
        stage.accept(revision, by)
    places = [Place(person(each), number) for number, group in enumerate(step["steps"], 1) for each in group]
    services.start_approval(
        revision_id=revision.pk, approvers=places, by=by, effective_from=stage.days.at(step["effective_on"])
    )


def _approve(stage: Stage, told: Told, step: Told) -> None:
    revision, by = stage.revision(told, State.IN_APPROVAL), person(step["by"])
    services.approve(revision_id=revision.pk, by=by, proof=stage.proof(by, Meaning.APPROVED, revision))


def _reject(stage: Stage, told: Told, step: Told) -> None:
    revision, by = stage.revision(told, State.IN_APPROVAL), person(step["by"])
    proof = stage.proof(by, Meaning.REJECTED, revision)
    services.reject(revision_id=revision.pk, by=by, proof=proof, reason=step["reason"])


def _withdraw_from_approval(stage: Stage, told: Told, step: Told) -> None:
    revision = stage.revision(told, State.IN_APPROVAL)
    services.withdraw_from_approval(revision_id=revision.pk, by=person(step["by"]), reason=step["reason"])


def _return_to_approval(stage: Stage, told: Told, step: Told) -> None:
    revision, by = stage.revision(told, State.APPROVED), person(step["by"])
    proof = stage.proof(by, Meaning.RETURNED, revision)
    services.return_to_approval(revision_id=revision.pk, by=by, proof=proof, reason=step["reason"])


def _release_now(stage: Stage, told: Told, step: Told) -> None:
    revision, by = stage.revision(told, State.APPROVED), person(step["by"])
    proof = stage.proof(by, Meaning.RELEASED, revision)
    services.release_now(revision_id=revision.pk, by=by, proof=proof, reason=step["reason"])


def _ask_retirement(stage: Stage, told: Told, step: Told) -> None:
    services.ask_retirement(
        revision_id=stage.revision(told, State.EFFECTIVE).pk,
        approvers=[person(each) for each in step["approvers"]],
        by=person(step["by"]),
        reason=step["reason"],
        references_accepted=step["references_accepted"],
    )


def _agree_retirement(stage: Stage, told: Told, step: Told) -> None:
    revision, by = stage.revision(told, State.EFFECTIVE), person(step["by"])
    services.agree_retirement(revision_id=revision.pk, by=by, proof=stage.proof(by, Meaning.RETIRED, revision))


def _review_periodically(stage: Stage, told: Told, step: Told) -> None:
    revision, by = stage.revision(told, State.EFFECTIVE), person(step["by"])
    services.review_periodically(
        revision_id=revision.pk,
        outcome=ReviewOutcome(step["outcome"]),
        approvers=[person(each) for each in step["approvers"]],
        by=by,
        proof=stage.proof(by, Meaning.REVIEW_CONFIRMED, revision),
        words=step["words"],
    )


def _confirm_periodic_review(stage: Stage, told: Told, step: Told) -> None:
    revision, by = stage.revision(told, State.EFFECTIVE), person(step["by"])
    proof = stage.proof(by, Meaning.REVIEW_CONFIRMED, revision)
    services.confirm_periodic_review(revision_id=revision.pk, by=by, proof=proof)


def _cancel_revision(stage: Stage, told: Told, step: Told) -> None:
    services.cancel_revision(revision_id=stage.open_revision(told).pk, by=person(step["by"]), reason=step["reason"])


def _change_document(stage: Stage, told: Told, step: Told) -> None:
    services.change_document(
        document_id=stage.document(told["number"]).pk,
        by=person(step["by"]),
        reason=step["reason"],
        next_review_on=stage.days.day(step["next_review_on"]),
    )


def _see(stage: Stage, told: Told, step: Told) -> None:
    services.see(revision_id=stage.revision(told, State.EFFECTIVE).pk, by=person(step["by"]))


def _acknowledge(stage: Stage, told: Told, step: Told) -> None:
    for username in step["by"]:
        stage.acknowledge(told["number"], username)


def _object_to(stage: Stage, told: Told, step: Told) -> None:
    revision = stage.revision(told, State.EFFECTIVE)
    services.object_to(revision_id=revision.pk, by=person(step["by"]), text=step["text"])


def _answer_objection(stage: Stage, told: Told, step: Told) -> None:
    raised = Objection.objects.filter(revision__document__number=told["number"], person__username=step["to"])
    objection = raised.get(answered_at__isnull=True)
    services.answer_objection(objection_id=objection.pk, by=person(step["by"]), answer=step["answer"])


def _excuse(stage: Stage, told: Told, step: Told) -> None:
    revision, by, reader = stage.revision(told, State.EFFECTIVE), person(step["by"]), person(step["person"])
    signed = excusal_hash(revision, reader, step["reason"])
    proof = stage.proof(by, Meaning.EXCUSED, signed=signed)
    services.excuse(revision_id=revision.pk, person=reader, by=by, proof=proof, reason=step["reason"])


VERBS: dict[str, Verb] = {
    "create_document": _create_document,
    "import_migrated": _import_migrated,
    "adopt": _adopt,
    "start_revision": _start_revision,
    "write": _write,
    "comment": _comment,
    "answer_comment": _answer_comment,
    "submit_for_review": _submit_for_review,
    "agree_in_review": _agree_in_review,
    "want_changes": _want_changes,
    "withdraw_from_review": _withdraw_from_review,
    "start_approval": _start_approval,
    "approve": _approve,
    "reject": _reject,
    "withdraw_from_approval": _withdraw_from_approval,
    "return_to_approval": _return_to_approval,
    "release_now": _release_now,
    "ask_retirement": _ask_retirement,
    "agree_retirement": _agree_retirement,
    "review_periodically": _review_periodically,
    "confirm_periodic_review": _confirm_periodic_review,
    "cancel_revision": _cancel_revision,
    "change_document": _change_document,
    "see": _see,
    "acknowledge": _acknowledge,
    "object_to": _object_to,
    "answer_objection": _answer_objection,
    "excuse": _excuse,
}
