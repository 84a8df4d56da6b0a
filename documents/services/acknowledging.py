"""What a reader does: open, acknowledge, object; and what others do about it: answer, excuse (K5, K6, K12)."""

from datetime import timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Acknowledgement, Body, Excusal, Objection, ReadingDuty, Revision
from documents.queries import standing_on
from documents.queries.signed import excusal_text
from documents.rights import Can
from documents.services.asking import READ_DUTY
from documents.services.telling import end_telling
from documents.states import OWNER, State
from qms.core.canonical import sha256
from qms.core.errors import NotPermitted, RuleBroken, Stale
from qms.core.ids import uuid7
from qms.duties.models import Duty
from qms.duties.services import close, close_on, note_opening, open_for, rest
from qms.duties.states import Outcome
from qms.organization.models import User
from qms.organization.queries import organization_zone, today
from qms.signatures.models import SigningProof
from qms.signatures.services import sign
from qms.signatures.states import Meaning
from qms.trail.services import record

ANSWER_DUTY = "documents.answer_objection"
REST_DAYS = 7


@transaction.atomic
def see(*, revision_id: int, by: User) -> None:
    """Keep when a reader first opened the content they owe an acknowledgement for (state "opened").

    Who was only told of a minor change has seen it with that.
    """
    waiting = ReadingDuty.objects.filter(revision_id=revision_id, person=by).values("duty")
    note_opening(Duty.objects.filter(pk__in=waiting))
    revision = Revision.objects.select_related("document").get(pk=revision_id)
    end_telling(revision.document, Outcome.DONE, people=[by.pk])


@transaction.atomic
def acknowledge(
    *,
    revision_id: int,
    by: User,
    content_hash: str,
    method: str = Acknowledgement.Method.SESSION,
    statement: str | None = None,
) -> Acknowledgement:
    """Acknowledge exactly the content that was shown (K6). A second click returns what the first one wrote.

    A revision may be acknowledged again where a duty asks for it again (K10).
    Raises Stale when the content shown is not the one in force, RuleBroken when it was not opened or is not owed.
    """
    revision = _read(revision_id)
    duty = _awaited(revision, by)
    if duty is None and (given := _given(revision, by, content_hash)):
        return given
    _check_readable(revision, by, content_hash)
    if duty is None:
        raise RuleBroken(_("You do not owe an acknowledgement here."), code="not_owed")
    if duty.seen_at is None:
        raise RuleBroken(_("Open the document first, then acknowledge it."), code="not_opened")
    return _write(revision, by, duty, method, statement or standard_statement())


@transaction.atomic
def object_to(*, revision_id: int, by: User, text: str) -> Objection:
    """A reader says what they do not understand or cannot do (K12): the owner is asked, the ladder rests once."""
    revision = Revision.objects.select_related("document").get(pk=revision_id)
    duty = _awaited(revision, by)
    if duty is None:
        raise RuleBroken(_("You do not owe an acknowledgement here."), code="not_owed")
    if not text.strip():
        raise RuleBroken(_("Say what you do not understand, or cannot do."))
    first = not Objection.objects.filter(revision=revision, person=by).exists()
    objection = Objection.objects.create(person=by, revision=revision, text=text.strip(), made_at=timezone.now())
    if first:
        rest(Duty.objects.filter(pk=duty.pk), today() + timedelta(days=REST_DAYS))
    open_for([revision.document.owner_id], ANSWER_DUTY, objection, due_on=today() + timedelta(days=REST_DAYS), by=by)
    record("documents.objected", revision, revision.document, by=by, text=objection.text, rests=first)
    return objection


@transaction.atomic
def answer_objection(*, objection_id: int, by: User, answer: str) -> Objection:
    """The owner, or Quality, answers an objection; the reader's duty goes on.

    Raises NotPermitted to others, RuleBroken for one that is answered or an answer without words.
    """
    objection = (
        Objection.objects.select_for_update(of=("self",)).select_related("revision__document").get(pk=objection_id)
    )
    if not standing_on(objection.revision.document, by) & {OWNER, Can.MANAGE}:
        raise NotPermitted(_("The owner of the document answers."))
    if objection.answered_at is not None:
        raise RuleBroken(_("This is answered already."))
    if not answer.strip():
        raise RuleBroken(_("An answer needs words."))
    objection.answer, objection.answered_at, objection.answered_by = answer.strip(), timezone.now(), by
    objection.save(update_fields=["answer", "answered_at", "answered_by"])
    close_on(objection, Outcome.DONE, kinds=[ANSWER_DUTY])
    record("documents.objection_answered", objection.revision, by=by, answer=objection.answer)
    return objection


@transaction.atomic
def excuse(*, revision_id: int, person: User, by: User, proof: SigningProof | None, reason: str) -> Excusal:
    """Excuse a person from acknowledging a revision, with a reason, signed; never oneself."""
    revision = Revision.objects.select_related("document", "content").get(pk=revision_id)
    if Can.EXCUSE not in standing_on(revision.document, by):
        raise NotPermitted(_("You may not excuse anybody here."))
    if person.pk == by.pk:
        raise RuleBroken(_("Nobody excuses themselves."))
    if not reason.strip():
        raise RuleBroken(_("Please give a reason."), code="reason_missing")
    duty = _awaited(revision, person)
    if duty is None:
        raise RuleBroken(_("%(name)s does not owe an acknowledgement here.") % {"name": person.name})
    signature = sign(
        row=revision,
        content_hash=excusal_hash(revision, person, reason),
        meaning=Meaning.EXCUSED,
        by=by,
        proof=proof,
    )
    excusal = Excusal(
        person=person,
        revision=revision,
        reason=reason.strip(),
        excused_at=timezone.now(),
        excused_by=by,
        signature=signature,
    )
    excusal.save()
    close(Duty.objects.filter(pk=duty.pk), Outcome.EXCUSED)
    record("documents.excused", revision, signature, by=by, person=person.pk, reason=reason.strip())
    return excusal


def excusal_hash(revision: Revision, person: User, reason: str) -> str:
    """Return the hash of what is signed when somebody is excused: whom, from which content, and why."""
    content = revision.content.sha256 if revision.content else None
    return sha256(excusal_text(person.pk, content, reason))


def standard_statement() -> str:
    """Return the sentence that a reader confirms."""
    return _("I have read and understood this document and will work by it.")


def _check_readable(revision: Revision, by: User, content_hash: str) -> None:
    if revision.state not in {State.EFFECTIVE, State.APPROVED}:
        raise Stale(_("This revision is no longer in force. Open the current one; nothing was recorded."))
    if revision.content is None or revision.content.sha256 != content_hash:
        raise Stale(_("The content has changed since you opened it. Read it again; nothing was recorded."))
    if not by.is_active:
        raise NotPermitted(_("This account has ended."))


def _read(revision_id: int) -> Revision:
    """Return a revision with what an acknowledgement keeps of it: its text may be long and stays where it is."""
    body = Body.objects.filter(revision=OuterRef("pk"), governing=True).order_by("pk").values("language")[:1]
    kept = ("document_id", "label", "state", "document__id", "content__sha256")
    revisions = Revision.objects.select_related("document", "content").only(*kept)
    return revisions.annotate(language=Subquery(body)).get(pk=revision_id)


def _given(revision: Revision, person: User, content_hash: str) -> Acknowledgement | None:
    given = Acknowledgement.objects.filter(revision=revision, person=person, content_hash=content_hash)
    return given.order_by("pk").last()


def _awaited(revision: Revision, person: User) -> Duty | None:
    waiting = ReadingDuty.objects.filter(revision=revision, person=person).values("duty")
    found = Duty.objects.select_for_update(of=("self",)).filter(pk__in=waiting, closed_at__isnull=True)
    return found.only("kind", "seen_at").order_by("pk").first()


def _write(revision: Revision, by: User, duty: Duty, method: str, statement: str) -> Acknowledgement:
    assert revision.content is not None
    read = Acknowledgement.objects.filter(person=by, document=revision.document).order_by("-at")
    acknowledgement = Acknowledgement(
        uid=uuid7(),
        person=by,
        document=revision.document,
        revision=revision,
        content_hash=revision.content.sha256,
        language=vars(revision)["language"] or "",
        base_revision_id=read.values_list("revision_id", flat=True).first(),
        statement=statement,
        at=timezone.now(),
        zone=str(by.time_zone or organization_zone()),
        method=method,
    )
    acknowledgement.save()
    close(Duty.objects.filter(pk=duty.pk, kind=READ_DUTY), Outcome.DONE)
    record("documents.acknowledged", acknowledgement, revision, revision.document, by=by, label=revision.label)
    return acknowledgement
