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


def test_a_procedure_lives_its_whole_life(browser, live_server, tmp_path, work_off):
    world = World()
    folder = real_folder(tmp_path)
    brought = len(list(folder.iterdir()))

    with Person(browser, live_server, "quality") as page:
        page.goto("/documents/imports/")
        page.set_input_files("input[type=file]", zipped(folder, tmp_path / "procedures.zip"))
        page.get_by_role("button", name="Read it and show the plan").click()
        page.wait_for_url("**/documents/imports/*/")
        work_off()
        page.get_by_role("button", name="Bring it in").click()
        work_off()
        page.get_by_role("link", name="Put in force").click()
        sign(page, "Sign and put in force")
        page.wait_for_url("**/documents/")
    assert Revision.objects.filter(state=State.EFFECTIVE).count() == brought
    document = Document.objects.get(number="SOP-0101")
    document.process, document.owner = world.process, world.owner
    document.save()

    with Person(browser, live_server, "author") as page:
        page.goto(f"/documents/{document.pk}/revise/")
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
    revision = document.revisions.get(state=State.IN_REVIEW)
    address = revision.get_absolute_url()

    with Person(browser, live_server, "colleague") as page:
        page.goto(f"{address}agree/")
        page.get_by_role("button", name="No objection").click()
        page.get_by_text("Your answer is recorded.").wait_for()

    with Person(browser, live_server, "owner") as page:
        page.goto(f"/documents/{document.pk}/audience/")
        page.get_by_label("Laboratory").check()
        page.get_by_role("button", name="Save").click()
        page.wait_for_url(f"**/documents/{document.pk}/")

    with Person(browser, live_server, "author") as page:
        page.goto(f"{address}start-approval/")
        page.get_by_label("Approver Person").check()
        page.get_by_role("button", name="Start approval").click()
        page.get_by_text("Approval has started.").wait_for()

    with Person(browser, live_server, "approver") as page:
        page.goto(address)
        page.get_by_role("link", name="Approve", exact=True).click()
        page.locator("#dialog input[name=password]").fill(PASSWORD)
        page.locator("#dialog").get_by_role("button", name="Approve", exact=True).click()
        page.get_by_text("Approved.").wait_for()
    revision.refresh_from_db()
    assert revision.state == State.EFFECTIVE
    work_off()

    with Person(browser, live_server, "reader", **PHONE) as page:
        page.goto("/")
        page.get_by_role("link", name="Read and acknowledge").tap()
        page.get_by_role("button", name="Acknowledge revision").tap()
        page.get_by_role("heading", name="Done").wait_for()
    given = Acknowledgement.objects.get(person=world.reader)
    assert (given.revision_id, given.content_hash) == (revision.pk, revision.content.sha256)

    with Person(browser, live_server, "quality") as page:
        page.goto("/evidence/packs/new/")
        page.get_by_label("For whom").fill("Certification body")
        page.get_by_label("Why").fill("Surveillance audit")
        page.get_by_role("button", name="Build the pack").click()
        page.wait_for_url("**/evidence/packs/*/")
        work_off()
        with page.expect_download() as download:
            page.get_by_role("link", name="Download").click()
        pack = tmp_path / "pack.zip"
        download.value.save_as(pack)
    with zipfile.ZipFile(pack) as bundle:
        bundle.extractall(tmp_path / "pack")
    root = next((tmp_path / "pack").iterdir())
    assert bagit.Bag(str(root)).is_valid()
    assert (root / "data" / "documents" / "SOP-0101").is_dir()
