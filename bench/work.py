"""Work that is no page: acknowledging, releasing to everybody, the nightly run, redlines, PDFs."""

import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from multiprocessing import get_context
from statistics import median
from typing import Any
from uuid import uuid4

import pikepdf
import weasyprint
from django.db import connection, connections, transaction
from django.utils import timezone

from bench.figures import Figure, of_ratio, of_time
from bench.watch import seconds
from documents import markdown, services
from documents.audience import Rule
from documents.models import Document, DocumentType, ReadingDuty, Revision
from documents.queries.register import rows_of, with_revisions
from documents.queries.seating import Place
from documents.redline import compare, to_html
from documents.registers import master_list
from documents.services.freezing import content_hash
from documents.services.world.texts import changed, text
from documents.states import ChangeClass
from qms.core.seams.worlds import chance
from qms.duties.services import run_reminders
from qms.jobs.models import Heartbeat
from qms.organization.models import User
from qms.organization.states import Role
from qms.reports.controlled import ControlledCopy, HtmlBody, render_controlled
from qms.reports.pdf import InMemory
from qms.reports.registers import register_report, render_report
from qms.signatures.services import make_proof
from qms.signatures.states import Meaning, Method

TWENTY_PAGES, TEN_PAGES = 9_000, 4_200  # words
ACKNOWLEDGED, PROCESSES = 60, 8


def measure(scale: float) -> list[Figure]:
    """Measure everything here; `scale` is the world's share of the normal one."""
    figures = [_acknowledging()]
    if connection.vendor == "postgresql":
        figures.append(_acknowledging_at_once())
    return [*figures, *_release(scale), _night(scale), *_redline(), *_papers()]


def _owed(count: int) -> list[ReadingDuty]:
    rows = ReadingDuty.objects.filter(duty__closed_at__isnull=True, revision__state="effective")
    found = list(rows.select_related("revision__content", "person").order_by("pk")[:count])
    for row in found:
        services.see(revision_id=row.revision_id, by=row.person)
    return found


def _acknowledge(row: ReadingDuty) -> None:
    assert row.revision.content is not None
    services.acknowledge(revision_id=row.revision_id, by=row.person, content_hash=row.revision.content.sha256)


def _acknowledging() -> Figure:
    """One after the other, each committed, beside the insert of one small row."""
    ours, limit = [], []
    for row in _owed(ACKNOWLEDGED):
        ours.append(seconds(_acknowledge, row))
        limit.append(seconds(lambda: Heartbeat.objects.create(name=f"bench {uuid4().hex[:20]}", at=timezone.now())))
    Heartbeat.objects.filter(name__startswith="bench ").delete()
    return of_ratio("acknowledge, committed", median(ours), median(limit), most=12, against="bare insert")


def _acknowledging_at_once() -> Figure:
    rows = _owed(PROCESSES * ACKNOWLEDGED // 2)
    shares = [rows[number::PROCESSES] for number in range(PROCESSES)]
    connections.close_all()
    context = get_context("fork")
    begin = context.Barrier(PROCESSES + 1)
    children = [context.Process(target=_each, args=(share, begin)) for share in shares]
    for child in children:
        child.start()
    begin.wait()
    start = time.perf_counter()
    for child in children:
        child.join()
    rate = len(rows) / (time.perf_counter() - start)
    return Figure("acknowledge, 8 processes", "≥ 150 /s", rate, "/s", holds=rate >= 150)


def _each(rows: list[ReadingDuty], begin: Any) -> None:
    connection.ensure_connection()
    begin.wait()
    for row in rows:
        _acknowledge(row)


def _undone(act: Callable[[], list[Figure]]) -> list[Figure]:
    """Measure inside a transaction that is taken back, so that the world can be used again."""
    with transaction.atomic():
        found = act()
        transaction.set_rollback(True)
    return found


def _release(scale: float) -> list[Figure]:
    return _undone(lambda: _released(scale))


def _released(scale: float) -> list[Figure]:
    """Put a document in force that everybody reads."""
    revision, quality = _approved()
    proof = make_proof(
        person=quality,
        method=Method.PASSWORD,
        meaning=Meaning.RELEASED,
        content_hash=content_hash(revision),
        session_key="bench",
    )
    answered = seconds(
        lambda: services.release_now(revision_id=revision.pk, by=quality, proof=proof, reason="It is wanted now.")
    )
    opened = seconds(lambda: services.open_reading_duties(revision_id=revision.pk))
    people = f"{ReadingDuty.objects.filter(revision=revision).count()} duties"
    return [
        of_time("release: the act itself", answered, most=0.3),
        of_time("release: duties of everybody", opened, most=3, unit="s", note=people, scale=scale),
    ]


def _approved() -> tuple[Revision, User]:
    quality = User.objects.filter(assignments__role=Role.QUALITY_MANAGER).order_by("pk")[0]
    second = User.objects.filter(assignments__role=Role.QUALITY_MANAGER).order_by("pk")[1]
    document = services.create_document(type_=DocumentType.objects.get(code="FRM"), title="For everybody", by=quality)
    services.set_audience(document_id=document.pk, rules=[Rule("everybody")], by=quality)
    revision = document.revisions.get()
    services.write_markdown(revision_id=revision.pk, text="# For everybody\n\nRead this.\n", version=0, by=quality)
    services.submit_for_review(revision_id=revision.pk, reviewers=[second], by=quality)
    services.agree_in_review(revision_id=revision.pk, by=second)
    later = timezone.now() + timedelta(days=30)
    revision = services.start_approval(
        revision_id=revision.pk, approvers=[Place(second)], by=quality, effective_from=later
    )
    signed = make_proof(
        person=second,
        method=Method.PASSWORD,
        meaning=Meaning.APPROVED,
        content_hash=content_hash(revision),
        session_key="bench",
    )
    revision = services.approve(revision_id=revision.pk, by=second, proof=signed)
    assert revision.change_class == ChangeClass.MAJOR
    return Revision.objects.select_related("content").get(pk=revision.pk), quality


def _night(scale: float) -> Figure:
    return _undone(lambda: [_reminded(scale)])[0]


def _reminded(scale: float) -> Figure:
    """The run of the next working morning, with everybody's digest."""
    morning = datetime.now(UTC).replace(hour=9, minute=0) + timedelta(days=1)
    while morning.weekday() > 4:
        morning += timedelta(days=1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    done = run_reminders(morning)
    took = time.perf_counter() - start
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    note = f"{done.climbed} duties, {done.mails} mails, {more} MiB more memory"
    return of_time("nightly run of reminders", took, most=60, unit="s", note=note, scale=scale)


def _redline() -> list[Figure]:
    random = chance(7)
    old = text(random, TWENTY_PAGES)
    before, after = markdown.blocks(old), markdown.blocks(changed(random, old))
    took = median(seconds(lambda: to_html(compare(before, after))) for _round in range(5))
    words = f"{len(old.split())} words"
    return [of_time("redline of a 20-page procedure", took, most=0.5, note=words)]


def _papers() -> list[Figure]:
    random, made_at = chance(8), datetime(2026, 11, 20, tzinfo=UTC)
    html = str(markdown.render(text(random, TEN_PAGES)))
    copy = ControlledCopy(
        organization="Made-up world",
        number="SOP-0001",
        title="Ten pages",
        document_type="Procedure",
        revision="1",
        state="effective",
        state_words="Effective",
        currency_url="http://localhost/c/abc",
    )
    body = HtmlBody(html=html, language="en")

    def ours() -> object:
        return render_controlled(copy, body, identifier="bench", made_at=made_at)

    alone = _alone(html)
    pairs = [(seconds(ours), seconds(alone)) for _round in range(4)][1:]
    figure = of_ratio(
        "controlled PDF of 10 pages",
        median(pair[0] for pair in pairs),
        median(pair[1] for pair in pairs),
        most=1.3,
        against="WeasyPrint alone",
    )
    return [figure, _register()]


def _alone(html: str) -> Callable[[], object]:
    """WeasyPrint with the same sheets and the same kind of file, and nothing around the body."""
    page = (
        '<!doctype html><html lang="en"><head><title>Ten</title><link rel="stylesheet" href="static:pdf/base.css">'
        f'<link rel="stylesheet" href="static:pdf/body.css"></head><body><main class="body">{html}</main></body></html>'
    )
    return lambda: weasyprint.HTML(string=page, url_fetcher=InMemory(())).write_pdf(
        pdf_variant="pdf/a-3u", pdf_tags=True
    )


def _register() -> Figure:
    person = User.objects.order_by("pk")[0]
    rows = rows_of(with_revisions(Document.objects.order_by("number"), person)[:1000])
    start = time.perf_counter()
    sheet = master_list(rows, filter_words="all documents", person=person)
    made_at = sheet.about.made_at
    pdf = render_report(register_report(sheet, organization="World"), identifier="bench", made_at=made_at)
    took = time.perf_counter() - start
    with pikepdf.open(BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    return of_time("PDF of 1,000 register rows, a page", took / pages, most=0.06, note=f"{pages} pages in {took:.1f} s")
