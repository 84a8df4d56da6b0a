"""Everything documents plug in, on one page."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from documents import demo_loading, tasks
from documents.access import report_panel
from documents.api import Documents, RecordKinds, Records, Revisions
from documents.figures import figures as documents_figures
from documents.gates import GATES, ORIGIN
from documents.offered import KINDS_OFFERED, OFFERED, RECORDS_OFFERED
from documents.packed.kept import KEPT_SOURCE
from documents.packing import SOURCE
from documents.queries.kept import KIND, RECORD
from documents.queries.searching import DOCUMENT
from documents.rights import CAN_WORDS, GRANTS, Can
from documents.searching import SEARCHABLES
from documents.sentences import SENTENCES
from documents.services.world import WORLD
from documents.starting import STEPS
from documents.texts import MAKER
from documents.turtle import HOW
from documents.work import KINDS
from qms.core.seams.after import after
from qms.core.seams.api import Endpoint, endpoints
from qms.core.seams.demo import demo_parts
from qms.core.seams.evidence import evidence_sources
from qms.core.seams.evidence_status import status_sources
from qms.core.seams.figures import figures
from qms.core.seams.gates import gates
from qms.core.seams.history import sentences
from qms.core.seams.jobs import JobKind, job_kinds
from qms.core.seams.navigation import Place, navigation
from qms.core.seams.origins import origins
from qms.core.seams.panels import Panel, worker_panels
from qms.core.seams.search import searchables
from qms.core.seams.start import start_steps
from qms.core.seams.texts import text_makers
from qms.core.seams.ticks import ticks
from qms.core.seams.turtle import sources
from qms.core.seams.work import work_kinds
from qms.core.seams.worlds import world_parts
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.rights import describe, grant
from qms.signatures.states import SeparationRule, keep

LONG = timedelta(minutes=10)


def register() -> None:
    """Fill the seams; called once from `ready()`."""
    describe(CAN_WORDS)
    for role, rights in GRANTS.items():
        grant(role, rights)
    _jobs()
    for verb, sentence in SENTENCES.items():
        sentences.register(f"documents.{verb}", sentence)
    for name, kind in KINDS.items():
        work_kinds.register(f"documents.{name}", kind)
    keep(SeparationRule.APPROVER_IS_AUTHOR, _("Approval of a document"))
    keep(SeparationRule.ONE_PERSON_TWO_STEPS, _("Steps of an approval"))
    world_parts.register("20.documents", WORLD)
    demo_parts.register("20.documents", demo_loading.PART)
    for key, step in STEPS.items():
        start_steps.register(key, step)
    endpoints.register("documents", Endpoint(Documents, "document"))
    endpoints.register("documents/<int:document>/revisions", Endpoint(Revisions, "revision"))
    endpoints.register("record-kinds", Endpoint(RecordKinds, "record_kind"))
    endpoints.register("records", Endpoint(Records, "record"))
    evidence_sources.register("documents", SOURCE)
    evidence_sources.register("records", KEPT_SOURCE)
    for name, searchable in SEARCHABLES.items():
        searchables.register(name, searchable)
    for model, gate in GATES.items():
        gates.register(model, gate)
    origins.register(DOCUMENT, ORIGIN)
    figures.register("documents", documents_figures)
    text_makers.register("documents", MAKER)
    status_sources.register(DOCUMENT, OFFERED)
    status_sources.register(KIND, KINDS_OFFERED)
    status_sources.register(RECORD, RECORDS_OFFERED)
    sources.register("how.documents", HOW)
    worker_panels.register("documents", Panel("documents/report_panel.html", report_panel))
    navigation.register(
        "89.types", Place(_("Document types"), "documents:types", "list-ordered", shown=_changes_types, settings=True)
    )
    navigation.register("90.imports", Place(_("Import"), "documents:imports", "upload", shown=_imports, settings=True))
    navigation.register(
        "30.matrix",
        Place(_("Acknowledgements"), "documents:matrix", "grid-3x3", shown=_sees_acknowledgements, short=_("Matrix")),
    )
    navigation.register("20.documents", Place(_("Documents"), "documents:register", "file-text", shown=_reads))
    ticks.register("documents.readers", tasks.tick_readers)
    navigation.register("25.records", Place(_("Records"), "documents:records", "archive", shown=_reads))
    ticks.register("documents.release", tasks.tick_release)
    ticks.register("documents.records", tasks.tick_records)
    after.register("organization.membership_changed", "documents", tasks.after_membership_changed)
    after.register("organization.role_changed", "documents", tasks.after_membership_changed)
    after.register("organization.person_created", "documents", tasks.after_membership_changed)
    after.register("organization.person_changed", "documents", tasks.after_person_changed)
    after.register("organization.person_returned", "documents", tasks.after_membership_changed)
    after.register("organization.person_left", "documents", tasks.after_person_left)
    after.register("duties.moved", "documents", tasks.after_duty_moved)


def _reads(person: User) -> bool:
    return may(person, Can.READ) or may(person, Can.WRITE)


def _changes_types(person: User) -> bool:
    return may(person, Can.CHANGE_TYPES)


def _sees_acknowledgements(person: User) -> bool:
    return may(person, Can.SEE_ACKNOWLEDGEMENTS)


def _imports(person: User) -> bool:
    return may(person, Can.IMPORT)


def _jobs() -> None:
    job_kinds.register(
        "documents.open_reading_duties",
        JobKind(words=_("Ask readers to acknowledge"), run=tasks.run_open_reading_duties),
    )
    job_kinds.register(
        "documents.recompute_audience", JobKind(words=_("Readers after a change"), run=tasks.run_recompute_audience)
    )
    job_kinds.register(
        "documents.recompute_person", JobKind(words=_("A person's reading"), run=tasks.run_recompute_person)
    )
    job_kinds.register(
        "documents.ask_again", JobKind(words=_("Ask who has to read again"), run=tasks.run_ask_again, lease=LONG)
    )
    job_kinds.register(
        "documents.import_plan", JobKind(words=_("Read a folder"), run=tasks.run_import_plan, lease=LONG)
    )
    job_kinds.register(
        "documents.import_run", JobKind(words=_("Import a folder"), run=tasks.run_import_run, lease=LONG)
    )
    job_kinds.register(
        "documents.read_body", JobKind(words=_("Read a file and make its PDF"), run=tasks.run_read_body, lease=LONG)
    )
    job_kinds.register(
        "documents.draw_pages", JobKind(words=_("Draw the pages of a file"), run=tasks.run_draw_pages, lease=LONG)
    )
    job_kinds.register(
        "documents.make_controlled_pdf", JobKind(words=_("Make the controlled PDF"), run=tasks.run_make_controlled_pdf)
    )
    job_kinds.register("documents.index", JobKind(words=_("Bring the search up to date"), run=tasks.run_index))
