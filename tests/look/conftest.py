"""The browser, the server of specimens, and the pages it knows."""

import pytest
from allauth.account.forms import LoginForm
from playwright.sync_api import sync_playwright

from tests.look.render import page
from tests.look.server import Server
from tests.look.specimens import DocumentForm, PasswordForm

ITEMS = [
    {
        "label": "Calibration of dial gauges",
        "number": "SOP-0012",
        "kind": "Document",
        "icon": "file-text",
        "url": "/record/",
    },
    {"label": "Set up a document", "number": "", "kind": "Do", "icon": "plus", "url": "/form/"},
]

PAGES = {
    "/register/": "specimens/register.html",
    "/record/": "specimens/record.html",
    "/work/": "specimens/work.html",
    "/form/": "specimens/form.html",
    "/signing/": "specimens/signing.html",
    "/reader/": "specimens/reader.html",
    "/redline/": "specimens/redline.html",
    "/matrix/": "specimens/matrix.html",
    "/parts/": "specimens/parts.html",
    "/current/": "specimens/current.html",
    "/404/": "errors/404.html",
    "/403/": "errors/403.html",
    "/refused/": "errors/refused.html",
    "/csrf/": "errors/csrf.html",
    "/400/": "errors/400.html",
    "/unknown/": "errors/unknown_name.html",
    "/429/": "errors/429.html",
    "/500/": "errors/500.html",
    "/account/login/": "account/login.html",
}
EXTRA = {
    "/form/": {
        "form": DocumentForm({"title": "", "kind": "sop", "change": "", "review_on": "soon", "reason": "Wrong."})
    },
    "/signing/": {"form": PasswordForm()},
    "/unknown/": {"name": "qms.elsewhere.example"},
    "/account/login/": {
        "form": LoginForm(),
        "demo_logins": [],
        "redirect_field": "",
        "no_passkeys": "",
        "PASSKEY_LOGIN_ENABLED": True,
        "SOCIALACCOUNT_ENABLED": False,
    },
    "/refused/": {
        "message": "An author may not approve their own revision.",
        "back": "/record/",
        "written": "Clause 4 reads well.",
    },
}


def _page(path, template):
    def answer(query, environ):
        theme = query.get("theme", ["auto"])[0]
        asked_for_part = environ.get("HTTP_HX_TARGET") == "dialog"
        name = "specimens/signing_part.html" if asked_for_part else template
        headers = {"HX-Target": "dialog"} if asked_for_part else None
        return page(name, theme=theme, path=path, headers=headers, **EXTRA.get(path, {}))

    return answer


def _palette(query, environ):
    wanted = query.get("q", [""])[0].lower()
    return page("components/palette_items.html", items=[item for item in ITEMS if wanted in str(item).lower()])


@pytest.fixture(scope="session")
def specimens():
    server = Server()
    server.pages = {path: _page(path, template) for path, template in PAGES.items()}
    server.pages["/palette/"] = _palette
    for path in ("/preferences/", "/save/"):
        server.pages[path] = lambda query, environ: ""
    server.pages["/preview/"] = lambda query, environ: "<p>As it will be read.</p>"
    yield server
    server.stop()


@pytest.fixture(scope="module")
def chromium():
    """Open the browser; it ends with the module, because Django refuses the database while its event loop runs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


def _is_complaint(said):
    return said.type == "error" and "status of 409" not in said.text and "INTERNET_DISCONNECTED" not in said.text


@pytest.fixture
def opened(chromium, specimens):
    """Open a page of the specimens in a window; anything the console complains of fails the test."""
    contexts, complaints = [], []

    def open_page(path, *, width=1366, height=768, theme="light", **options):
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            reduced_motion="reduce",
            base_url=specimens.url,
            **options,
        )
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda said: complaints.append(said.text) if _is_complaint(said) else None)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto(path)
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
