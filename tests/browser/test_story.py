"""The whole story in a browser: a folder comes in, a procedure lives its life, readers sign, a pack goes out."""

import zipfile
from pathlib import Path

import bagit
import pytest

from documents.models import Acknowledgement, Document, Revision
from documents.states import State
from tests.corpora import ROOT
from tests.world import PASSWORD, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OWN = {
    "SOP-0101 Cleaning.md": "---\nnumber: SOP-0101\ntitle: Cleaning of plates\nrevision: 3\n---\n# Cleaning\n\nWipe.\n",
    "SOP-0102 Storage.md": "---\nnumber: SOP-0102\ntitle: Storage\nrevision: 1\n---\n# Storage\n\nKeep dry.\n",
}
DESKTOP = {"viewport": {"width": 1366, "height": 768}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "color_scheme": "dark"}


class Person:
    """Somebody in front of the product. Every complaint of the browser fails the story."""

    def __init__(self, browser, server, username, **look):
        self.context = browser.new_context(base_url=server.url, accept_downloads=True, **(look or DESKTOP))
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.complaints = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)
        self.page.goto("/accounts/login/")
        self.page.fill("input[name=login]", username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(lambda url: "login" not in url)

    def _listen(self, message):
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    def __enter__(self):
        return self.page

    def __exit__(self, *failure):
        self.context.close()
        assert self.complaints == []


def zipped(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as bundle:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                bundle.write(file, file.relative_to(folder))
    return path


def real_folder(tmp_path: Path) -> Path:
    """Real procedures where they are on this machine, and files of our own otherwise; our own are always among them."""
    folder = tmp_path / "procedures"
    folder.mkdir()
    for name, text in OWN.items():
        (folder / name).write_text(text)
    corpora = ROOT.parent / "shared" / "corpora"
    for name in (
        "g1-openregulatory-md/templates/qms/sop-feedback-management.md",
        "g2-openchain-docx-xlsx/Open-Source-Compliance-Support-Material/Activity-Checklists/en/Training.docx",
    ):
        if (corpora / name).is_file():
            (folder / Path(name).name).write_bytes((corpora / name).read_bytes())
    return folder


def sign(page, button):
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name=button).click()


class Story:
    """One procedure and the people around it; each step is what one of them does in front of the product."""

    def __init__(self, browser, server, work_off):
        self.browser, self.server, self.work_off = browser, server, work_off
        self.world = World()

    def as_(self, username, **look):
        """Sit down as somebody of the cast."""
        return Person(self.browser, self.server, username, **look)

    def quality_brings_a_folder_in_and_puts_it_in_force(self, bundle: Path) -> None:
        with self.as_("quality") as page:
            page.goto("/documents/imports/")
            page.set_input_files("input[type=file]", bundle)
            page.get_by_role("button", name="Read it and show the plan").click()
            page.wait_for_url("**/documents/imports/*/")
            self.work_off()
            page.get_by_role("button", name="Bring it in").click()
            self.work_off()
            page.get_by_role("link", name="Put in force").click()
            sign(page, "Sign and put in force")
            page.wait_for_url("**/documents/imports/*/")

    def the_procedure_gets_its_place(self, number: str) -> None:
        self.document = Document.objects.get(number=number)
        self.document.process, self.document.owner = self.world.process, self.world.owner
        self.document.save()

    def the_author_revises_it_and_asks_for_review(self) -> None:
        with self.as_("author") as page:
            page.goto(f"/documents/{self.document.pk}/revise/")
            page.get_by_label("Major").check()
            page.get_by_label("Reason for the change").fill("Plates were scratched.")
            page.get_by_role("button", name="Start revision").click()
            page.fill("textarea[name=text]", "# Cleaning\n\nWipe with a soft cloth.\n")
            page.get_by_role("button", name="Save", exact=True).first.click()
            page.wait_for_url("**/revisions/*/")
            page.get_by_role("link", name="Submit for review").click()
            page.locator("#dialog").get_by_label("Colleague Person").check()
            page.locator("#dialog").get_by_role("button", name="Submit for review").click()
            page.get_by_text("Submitted for review.").wait_for()
        self.revision = self.document.revisions.get(state=State.IN_REVIEW)
        self.address = self.revision.get_absolute_url()

    def a_colleague_agrees(self) -> None:
        with self.as_("colleague") as page:
            page.goto(f"{self.address}agree/")
            page.get_by_role("button", name="No objection").click()
            page.get_by_text("Your answer is recorded.").wait_for()

    def the_owner_says_who_reads_it(self) -> None:
        with self.as_("owner") as page:
            page.goto(f"/documents/{self.document.pk}/audience/")
            page.get_by_label("Laboratory").check()
            page.get_by_role("button", name="Save").click()
            page.wait_for_url(f"**/documents/{self.document.pk}/")

    def the_author_starts_the_approval(self) -> None:
        with self.as_("author") as page:
            page.goto(f"{self.address}start-approval/")
            page.get_by_label("Approver Person").check()
            page.get_by_role("button", name="Start approval").click()
            page.get_by_text("Approval has started.").wait_for()

    def the_approver_signs(self) -> None:
        with self.as_("approver") as page:
            page.goto(self.address)
            page.get_by_role("link", name="Approve", exact=True).click()
            page.locator("#dialog input[name=password]").fill(PASSWORD)
            page.locator("#dialog").get_by_role("button", name="Approve", exact=True).click()
            page.get_by_text("Approved.").wait_for()
        self.revision.refresh_from_db()
        self.work_off()

    def a_reader_acknowledges_on_a_phone(self) -> None:
        with self.as_("reader", **PHONE) as page:
            page.goto("/")
            page.get_by_role("link", name="Read and acknowledge").tap()
            page.get_by_role("button", name="Acknowledge revision").tap()
            page.get_by_role("heading", name="Done").wait_for()

    def quality_packs_the_evidence(self, pack: Path) -> None:
        with self.as_("quality") as page:
            page.goto("/evidence/packs/new/")
            page.get_by_label("For whom").fill("Certification body")
            page.get_by_label("Why").fill("Surveillance audit")
            page.get_by_role("button", name="Build the pack").click()
            page.wait_for_url("**/evidence/packs/*/")
            self.work_off()
            with page.expect_download() as download:
                page.get_by_role("link", name="Download").click()
            download.value.save_as(pack)


def unpacked(pack: Path, folder: Path) -> Path:
    """Unpack a pack and return its one folder."""
    with zipfile.ZipFile(pack) as bundle:
        bundle.extractall(folder)
    return next(folder.iterdir())


def test_a_procedure_lives_its_whole_life(browser, live_server, tmp_path, work_off):
    story = Story(browser, live_server, work_off)
    folder = real_folder(tmp_path)
    story.quality_brings_a_folder_in_and_puts_it_in_force(zipped(folder, tmp_path / "procedures.zip"))
    assert Revision.objects.filter(state=State.EFFECTIVE).count() == len(list(folder.iterdir()))
    story.the_procedure_gets_its_place("SOP-0101")
    story.the_author_revises_it_and_asks_for_review()
    story.a_colleague_agrees()
    story.the_owner_says_who_reads_it()
    story.the_author_starts_the_approval()
    story.the_approver_signs()
    assert story.revision.state == State.EFFECTIVE
    story.a_reader_acknowledges_on_a_phone()
    given = Acknowledgement.objects.get(person=story.world.reader)
    assert (given.revision_id, given.content_hash) == (story.revision.pk, story.revision.content.sha256)
    story.quality_packs_the_evidence(tmp_path / "pack.zip")
    root = unpacked(tmp_path / "pack.zip", tmp_path / "pack")
    assert bagit.Bag(str(root)).is_valid()
    assert (root / "data" / "documents" / "SOP-0101").is_dir()
