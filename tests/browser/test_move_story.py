"""The second story in a browser: the guide, links, a status that decays by itself, the move to the new edition."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect
from pypdfium2 import PdfDocument

from documents.services.records import Given, Sighting, add_kind, keep_record
from qms.standards.guide import QUESTIONS
from qms.standards.queries import edition_called
from qms.standards.services import load_shipped
from qms.transition.models import Project
from tests.browser.test_story import Person
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Move:
    """A quality manager and the standards; each step is what they do in front of the product."""

    def __init__(self, browser, server):
        self.browser, self.server = browser, server
        self.world = World()
        load_shipped()
        self.old, self.new = edition_called("ISO 9001", "2015"), edition_called("ISO 9001", "2026")
        self.document = self.world.effective(title="What the system covers").document
        quality = self.world.quality
        told = {"name": "Competence records", "shows": "Who may do what", "period_months": 12}
        self.kind = add_kind(**told, owner=self.world.owner, by=quality)
        seen = Sighting(14, "Personnel office", "All of the laboratory")
        given = Given("Review of the matrix", timezone.localdate(), sighting=seen)
        keep_record(kind_id=self.kind.pk, given=given, by=quality)

    def quality(self):
        return Person(self.browser, self.server, "quality")

    def address(self, number, edition=None):
        return (edition or self.old).clauses.get(number=number).get_absolute_url()

    def the_guide_ends_in_a_scope_without_design(self, page):
        page.goto("/standards/scope/guide/")
        page.get_by_label("ISO 9001:2015").check()
        for name, question in QUESTIONS.items():
            page.locator(f"input[name={name}][value={question.answers[-1]}]").check()
        page.get_by_role("button", name="See what follows").click()
        page.get_by_label("Products and services").fill("Calibration of gauges")
        page.get_by_role("button", name="Confirm the scope").click()
        expect(page.get_by_text("The scope stands.")).to_be_visible()
        expect(page.get_by_role("link", name="8.3 Design")).to_be_visible()

    def records_are_linked_to_clauses(self, page):
        wanted = (("4.3", "Documents", self.document.number), ("7.2", "Kinds of record", self.kind.name))
        for number, kind, name in wanted:
            page.goto(self.address(number))
            page.get_by_role("link", name="Link records").click()
            page.get_by_label("Kind of record").select_option(label=kind)
            page.get_by_label("Numbers").fill(name)
            page.get_by_label("Counts for all sites and processes").check()
            page.get_by_role("button", name="Link", exact=True).click()
            expect(page.get_by_text("1 link is made.")).to_be_visible()

    def the_status_is_read(self, page, number, words):
        page.goto(self.address(number))
        expect(page.locator("#evidence dd").first).to_contain_text(words)

    def the_move_is_started_and_a_line_assessed(self, page):
        page.goto("/transition/")
        row = page.get_by_role("listitem").filter(has_text="ISO 9001:2015 → ISO 9001:2026")
        row.get_by_role("button", name="Start").click()
        expect(page.get_by_text("The move has begun.")).to_be_visible()
        page.get_by_role("link", name="Links to confirm").click()
        page.get_by_label(self.document.title).check()
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_text("1 link counts from now on.")).to_be_visible()
        page.goto(Project.objects.get().get_absolute_url())
        page.get_by_role("link", name="4.3 Determining").click()
        page.get_by_label("met", exact=True).check()
        page.get_by_role("button", name="Assess").click()
        expect(page.get_by_text("1 line is assessed.")).to_be_visible()

    def the_report_is_printed(self, page, path):
        page.goto(Project.objects.get().get_absolute_url())
        page.locator("summary", has_text="Export").click()
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Gap analysis and plan (PDF)").click()
        waiting.value.save_as(path)
        return " ".join(each.get_textpage().get_text_range() for each in PdfDocument(path))


def test_from_the_guide_to_the_gap_report(browser, live_server, tmp_path):
    move = Move(browser, live_server)
    with move.quality() as page:
        move.the_guide_ends_in_a_scope_without_design(page)
        move.records_are_linked_to_clauses(page)
        move.the_status_is_read(page, "4.3", "current, not audited")
        move.the_status_is_read(page, "7.2", "current, not audited")
    with time_machine.travel(timezone.now() + timedelta(days=400)), move.quality() as page:
        move.the_status_is_read(page, "7.2", "stale")
        move.the_status_is_read(page, "4.3", "current, not audited")
    with move.quality() as page:
        move.the_move_is_started_and_a_line_assessed(page)
        move.the_status_is_read(page, "7.2", "current, not audited")
        report = move.the_report_is_printed(page, tmp_path / "gaps.pdf")
    assert "draft, not assessed" in report
    assert "The licensed standard decides." in report
