"""What runs behind the pages of this room, what its tick looks for, and what it does after others' verbs."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from documents.imports import plan_upload, run_upload
from documents.queries import due_for_review
from documents.queries.importing import run_with
from documents.queries.reading import readers_are_due, readers_of_day
from documents.services.audience import open_reading_duties, person_left, recompute_document, recompute_person
from documents.services.bodies import index_document, read_body
from documents.services.pages import draw_pages
from documents.services.periodic import ask_owners
from documents.services.prints import make_controlled_pdf, renew_prints
from documents.services.records import ask_for_records
from documents.services.referring import follow_references, follow_referring
from documents.services.release import release_due
from documents.services.retraining import ask_again
from documents.services.rounds import DUTY_OF, give_seat
from documents.services.telling import forget_old_news
from qms.core.seams.after import Happening
from qms.core.seams.jobs import Progress
from qms.jobs.services import later
from qms.organization.queries import organization_zone
from qms.search.queries import number_known

Arguments = dict[str, Any]


def run_open_reading_duties(arguments: Arguments, _progress: Progress) -> Arguments:
    """Open what the audience of a released revision owes."""
    return {"opened": open_reading_duties(revision_id=arguments["revision"])}


def run_recompute_audience(arguments: Arguments, _progress: Progress) -> None:
    """Open and end acknowledgement duties after the audience of a document has changed."""
    recompute_document(document_id=arguments["document"])


def run_recompute_person(arguments: Arguments, _progress: Progress) -> None:
    """Open and end acknowledgement duties after a person's teams, roles or site have changed."""
    recompute_person(person_id=arguments["person"])


def run_ask_again(_arguments: Arguments, _progress: Progress) -> Arguments:
    """Ask who has to read again; end what people were told long ago; have prints made anew that time has overtaken."""
    return {"ended": forget_old_news(timezone.now()), "opened": ask_again(), "prints": renew_prints()}


def run_read_body(arguments: Arguments, _progress: Progress) -> Arguments:
    """Read a body's file: text, words, rendition; search follows."""
    body = read_body(body_id=arguments["body"])
    _index(body.revision.document_id)
    return {"outcome": body.outcome, "pages": draw_pages(body_id=body.pk)}


def run_draw_pages(arguments: Arguments, _progress: Progress) -> Arguments:
    """Draw the pages of a body that came in by an import."""
    return {"pages": draw_pages(body_id=arguments["body"])}


def run_make_controlled_pdf(arguments: Arguments, _progress: Progress) -> None:
    """Make the controlled PDF of a released revision."""
    make_controlled_pdf(revision_id=arguments["revision"])


def run_index(arguments: Arguments, _progress: Progress) -> None:
    """Bring the search index up to date with a document, and what it refers to."""
    _index(arguments["document"])


def _index(document_id: int) -> None:
    before = number_known("documents.document", document_id)
    index_document(document_id=document_id)
    follow_references(document_id=document_id)
    follow_referring(document_id=document_id, before=before)


def run_import_plan(arguments: Arguments, progress: Progress) -> None:
    """Read an uploaded zip and make its plan."""
    plan_upload(run=run_with(arguments["run"]), progress=progress)


def run_import_run(arguments: Arguments, progress: Progress) -> None:
    """Bring a planned zip in."""
    run_upload(run=run_with(arguments["run"]), progress=progress)


def tick_release(now: datetime) -> None:
    """Put in force what is due, and ask owners for the periodic reviews that come near, whatever became of that."""
    try:
        release_due(now)
    finally:
        ask_owners(due_for_review())


def tick_readers(now: datetime) -> None:
    """Let a job look once a day for who has to read again."""
    day = timezone.localdate(now, organization_zone())
    if readers_are_due(day):
        later("documents.ask_again", subject=readers_of_day(day))


def tick_records(_now: datetime) -> None:
    """Ask the owners of kinds of which a record is wanted within thirty days."""
    ask_for_records()


def after_membership_changed(happening: Happening) -> None:
    """A person joined or left a team, a role or a site: their reading changes (K1)."""
    later(
        "documents.recompute_person",
        subject=("organization.user", happening.subject_key),
        person=int(happening.subject_key),
    )


def after_person_changed(happening: Happening) -> None:
    """A person moved to another site: the documents that are read there are theirs now (K1)."""
    if "site" in happening.detail["changed"]:
        after_membership_changed(happening)


def after_duty_moved(happening: Happening) -> None:
    """Quality gave an answer that is awaited to somebody else: the seat in the round goes with it."""
    detail = happening.detail
    if detail["kind"] in DUTY_OF.values():
        give_seat(revision_id=int(happening.subject_key), old=detail["from"], new=detail["to"])


def after_person_left(happening: Happening) -> None:
    """A person left: what they had to acknowledge ends with the cause."""
    person_left(person_id=int(happening.subject_key))
