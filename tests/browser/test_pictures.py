"""The pictures of the README, taken of the demo organization on the day of the run (docs/pages.md says how)."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from documents.models import Document
from qms.core.seams.evidence import Selection
from qms.evidence.services import request_pack
from qms.home.demo import load
from qms.organization.models import User

pytestmark = [
    pytest.mark.browser,
    pytest.mark.release,
    pytest.mark.timeout(900),
    pytest.mark.django_db(transaction=True),
]

MOST = 200_000
WIDE = {"viewport": {"width": 1280, "height": 760}}
PHONE = {"viewport": {"width": 390, "height": 760}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def demo(transactional_db):
    cache.clear()
    load(timezone.now())


@pytest.fixture
def folder(tmp_path) -> Path:
    """Where the pictures go: the folder that is asked for, or one that is thrown away."""
    asked = Path(os.environ.get("QMS_PICTURES", "") or tmp_path)
    asked.mkdir(parents=True, exist_ok=True)
    return asked


class Camera:
    """A browser that takes pictures as people of the demo see it."""

    def __init__(self, browser, server, folder) -> None:
        self.browser, self.server, self.folder = browser, server, folder
        self.taken: dict[str, int] = {}

    def take(self, name: str, username: str, path: str, look: dict, press: str = "", show: str = "") -> None:
        """Take one picture of a page, after pressing a link of it, or with something of it in the middle."""
        client = Client()
        client.force_login(User.objects.get(username=username))
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context = self.browser.new_context(base_url=self.server.url, reduced_motion="reduce", **look)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.server.url}])
        tab = context.new_page()
        tab.goto(path)
        if press:
            tab.get_by_role("link", name=press, exact=True).click()
            tab.locator("#dialog input[name=password]").wait_for()
        if show:
            tab.locator(show).first.evaluate("thing => thing.scrollIntoView({block: 'center'})")
        picture = self.folder / f"{name}.png"
        tab.screenshot(path=picture)
        context.close()
        self.taken[name] = picture.stat().st_size


def _revision(number: str, state: str) -> str:
    return Document.objects.get(number=number).revisions.get(state=state).get_absolute_url()


def test_the_readme_shows_the_product(browser, live_server, demo, folder, work_off):
    camera = Camera(browser, live_server, folder)
    quality = User.objects.get(username="miriam.okafor")
    pack = request_pack(
        selection=Selection(), words="All documents", recipient="Nordkant Zertifizierung", purpose="Audit", by=quality
    )
    work_off()
    reading = Document.objects.get(number="SOP-0012")
    camera.take("today", "miriam.okafor", "/", WIDE)
    camera.take("register", "miriam.okafor", "/documents/?state=effective", WIDE)
    camera.take("approval", "dietmar.kolb", _revision("P1-WI-005", "in_approval"), WIDE, press="Approve")
    camera.take("redline", "tomasz.baran", f"/documents/{reading.pk}/read/", PHONE, show="del")
    camera.take("pack", "miriam.okafor", pack.get_absolute_url(), WIDE)
    assert {name: size for name, size in camera.taken.items() if size > MOST} == {}
    assert set(camera.taken) == {"today", "register", "approval", "redline", "pack"}
