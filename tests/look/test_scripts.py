"""What the five modules do, and that nothing needs them."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


KEPT = "Object.keys(sessionStorage).filter((key) => key.startsWith('rescue:'))"


def _focused(tab):
    return tab.evaluate("document.activeElement.id || document.activeElement.name || document.activeElement.className")


@pytest.mark.parametrize("keys", ["Control+k", "Meta+k", "/"])
def test_the_palette_opens_by_key_and_takes_the_focus(opened, keys):
    tab = opened("/register/")
    tab.keyboard.press(keys)
    expect(tab.locator("#palette")).to_be_visible()
    assert tab.evaluate("document.activeElement.getAttribute('role')") == "combobox"


def test_the_palette_goes_where_the_chosen_line_points(opened):
    tab = opened("/register/")
    tab.keyboard.press("Control+k")
    tab.keyboard.type("set up")
    expect(tab.locator("#palette [role=option]")).to_have_count(1)
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/form/")


def test_arrows_move_through_the_lines_of_the_palette(opened):
    tab = opened("/register/")
    tab.keyboard.press("Control+k")
    expect(tab.locator("#palette [role=option]")).to_have_count(2)
    seen = []
    for _ in range(3):
        seen.append(tab.get_attribute("#palette input", "aria-activedescendant"))
        tab.keyboard.press("ArrowDown")
    assert seen == ["palette-1", "palette-2", "palette-1"]


def test_escape_closes_the_palette_and_gives_the_focus_back(opened):
    tab = opened("/register/")
    tab.focus("tbody a >> nth=1")
    tab.keyboard.press("Control+k")
    expect(tab.locator("#palette")).to_be_visible()
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.textContent") == "Calibration of dial gauges"


def test_the_sheet_lists_exactly_the_keys_that_work(opened):
    tab = opened("/record/")
    tab.keyboard.press("?")
    listed = tab.evaluate("[...document.querySelectorAll('#keys dt')].map(term => term.textContent.trim())")
    assert listed == ["Ctrl K", "/", "?", "g 1", "g 2", "g 3", "g 4", "g 5", "g 6", "g 7", "g 8", "g 9", "a"]


def test_no_single_key_works_while_somebody_types(opened):
    tab = opened("/record/")
    tab.focus("#seek")
    tab.keyboard.type("a/?")
    assert (tab.input_value("#seek"), tab.locator("dialog[open]").count()) == ("a/?", 0)


def test_a_link_with_a_dialog_opens_its_page_in_the_dialog(opened):
    tab = opened("/record/")
    tab.click("[data-dialog]")
    expect(tab.locator("#dialog .statement")).to_be_visible()
    assert _focused(tab) == "id_password"
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.textContent.trim()") == "Approve…"


def test_the_same_link_is_a_page_without_scripts(opened):
    tab = opened("/record/", java_script_enabled=False)
    tab.click("[data-dialog]")
    expect(tab.locator("main .statement")).to_be_visible()


@pytest.mark.parametrize("path", ["/register/", "/record/", "/reader/", "/form/"])
def test_nothing_that_needs_a_script_shows_without_one(opened, path):
    assert opened(path, java_script_enabled=False).locator(".script-only:visible").count() == 0


def test_a_form_is_sent_once_however_often_it_is_clicked(opened, specimens):
    tab = opened("/form/")
    tab.route("**/form/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    sent = []
    tab.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    tab.evaluate(
        """() => {
            const form = document.querySelector('main form');
            form.target = 'nowhere';
            const button = form.querySelector('button');
            for (let times = 0; times < 3; times += 1) button.click();
        }"""
    )
    expect(tab.locator("main form button")).to_have_text("Saving…")
    assert tab.evaluate("document.querySelector('main form').dataset.sent") == "yes"


def test_shift_chooses_a_stretch_of_rows_and_the_bar_counts_them(opened):
    tab = opened("/register/")
    boxes = tab.locator("tbody input")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(tab.locator(".bulk")).to_be_visible()
    assert tab.inner_text("[data-chosen]") == "4"


def test_choosing_all_chooses_the_page(opened):
    tab = opened("/register/")
    tab.check("[data-choose-all]")
    assert tab.inner_text("[data-chosen]") == "11"


def test_the_bar_shows_without_scripts_too(opened):
    tab = opened("/register/", java_script_enabled=False)
    tab.check("tbody input >> nth=0")
    expect(tab.locator(".bulk")).to_be_visible()


def test_the_appearance_changes_at_once_and_is_told_to_the_server(opened, specimens):
    tab = opened("/register/")
    tab.click(".face")
    with tab.expect_request("**/preferences/") as request:
        tab.click("button[value=dark]")
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    assert 'name="theme"\r\n\r\ndark' in request.value.post_data


def test_escape_closes_a_menu_and_gives_the_focus_back(opened):
    tab = opened("/register/")
    tab.click(".chips summary >> nth=0")
    tab.keyboard.press("Escape")
    assert (tab.locator("details[open]").count(), tab.evaluate("document.activeElement.tagName")) == (0, "SUMMARY")


def test_text_that_was_not_saved_comes_back_and_can_be_thrown_away(opened):
    tab = opened("/form/")
    tab.fill("textarea", "Long thoughts about table 2.")
    tab.wait_for_timeout(500)
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.reload()
    assert tab.input_value("textarea") == "Long thoughts about table 2."
    tab.click("text=Discard it")
    assert (tab.input_value("textarea"), tab.evaluate("sessionStorage['rescue:7:new-document']")) == ("Wrong.", None)


@pytest.fixture
def plain_form(opened, specimens):
    """A form that asks for nothing to be kept, at an address that answers a POST with a page of its own."""
    html = specimens.pages["/form/"]({}, {}).replace(' data-rescue="new-document"', "")

    def answer(route):
        if route.request.method == "GET":
            route.fulfill(body=html, content_type="text/html")
        else:
            route.fulfill(status=303, headers={"Location": "/register/"})

    tab = opened("/register/")
    tab.route("**/form/", answer)
    tab.goto(f"{specimens.url}/form/", referer=f"{specimens.url}/register/")
    return tab


def test_offline_a_plain_form_is_held_and_says_so_and_may_be_sent_when_back(plain_form):
    plain_form.fill("textarea", "I cannot do step 4.")
    plain_form.context.set_offline(True)
    plain_form.click("main form .primary")
    expect(plain_form.locator(".unsent")).to_have_text(
        "You are offline. Nothing is lost: send it again when you are back."
    )
    assert plain_form.get_attribute("main form .primary", "aria-disabled") == "true"
    plain_form.context.set_offline(False)
    expect(plain_form.locator(".unsent")).to_have_text("You are back online: send it now.")
    assert plain_form.get_attribute("main form .primary", "aria-disabled") is None


def test_what_a_plain_form_held_comes_back_until_it_arrived_and_for_nobody_else(plain_form):
    plain_form.fill("textarea", "I cannot do step 4.")
    plain_form.wait_for_timeout(400)
    plain_form.reload()
    assert plain_form.input_value("textarea") == "I cannot do step 4."
    assert plain_form.evaluate(KEPT) == ["rescue:7:/form/ /form/ 0"]
    plain_form.evaluate("sessionStorage['rescue:8:/form/ /form/ 0'] = sessionStorage['rescue:7:/form/ /form/ 0']")
    plain_form.reload()
    assert plain_form.evaluate(KEPT) == ["rescue:7:/form/ /form/ 0"]
    plain_form.click("main form .primary")
    plain_form.wait_for_url("**/register/")
    plain_form.wait_for_load_state()
    assert plain_form.evaluate(KEPT) == []


def test_the_error_summary_has_the_focus_when_a_form_comes_back(opened):
    assert _focused(opened("/form/")) == "summary"


def test_marks_go_around_the_chosen_words(opened):
    tab = opened("/redline/")
    tab.fill("#body", "two hours")
    tab.evaluate("document.getElementById('body').setSelectionRange(0, 3)")
    tab.click("[data-wrap]")
    assert tab.input_value("#body") == "**two** hours"


def test_writing_is_previewed_and_saved_by_itself(opened):
    tab = opened("/redline/")
    tab.fill("#body", "Let it rest for two hours.")
    expect(tab.locator("#saved")).to_have_text("Not saved yet")
    expect(tab.locator("#preview")).to_have_text("As it will be read.")
    expect(tab.locator("#saved")).to_have_text(re.compile(r"^Saved \d\d:\d\d"))


def test_what_could_not_be_saved_is_said(opened):
    tab = opened("/redline/")
    tab.route("**/save/", lambda route: route.fulfill(status=409, body="Miriam Okafor is writing here now."))
    tab.fill("#body", "Let it rest.")
    expect(tab.locator("#unkept")).to_have_text("Miriam Okafor is writing here now.")
    expect(tab.locator("#saved")).to_have_text("Not saved yet")


def test_a_lost_connection_is_said_and_loses_nothing(opened):
    tab = opened("/register/")
    tab.evaluate("document.body.dispatchEvent(new CustomEvent('htmx:sendError', {bubbles: true}))")
    expect(tab.locator("#toasts")).to_contain_text("Nothing is lost")


def test_a_refusal_in_a_dialog_is_said_in_its_own_words(opened, specimens):
    refused = specimens.pages["/refused/"]({}, {})
    tab = opened("/record/")
    tab.route("**/signing/", lambda route: route.fulfill(status=409, body=refused, content_type="text/html"))
    tab.click("[data-dialog]")
    expect(tab.locator("#toasts")).to_contain_text("An author may not approve their own revision.")
    assert tab.locator("dialog[open]").count() == 0


def test_a_refused_signature_is_said_inside_the_dialog(opened, specimens):
    refused = specimens.pages["/refused/"]({}, {})
    tab = opened("/record/")
    tab.click("[data-dialog]")
    tab.fill("#dialog [type=password]", "secret")
    tab.route("**/signing/", lambda route: route.fulfill(status=409, body=refused, content_type="text/html"))
    tab.click("#dialog .primary")
    expect(tab.locator("#dialog [role=alert]")).to_contain_text("An author may not approve their own revision.")
    expect(tab.locator("#dialog .primary")).to_have_text("Sign and approve")


def test_a_lost_session_leads_to_the_page_itself_and_so_to_the_sign_in(opened, specimens):
    door = specimens.pages["/account/login/"]({}, {})
    tab = opened("/record/")
    tab.route("**/signing/", lambda route: route.fulfill(status=200, body=door, content_type="text/html"))
    tab.click("[data-dialog]")
    tab.wait_for_url("**/signing/")
    assert tab.inner_text("h1") == "Sign in"


def test_buttons_step_from_change_to_change(opened):
    tab = opened("/redline/")
    tab.click("[data-change-step='1']")
    assert tab.evaluate("document.activeElement.textContent") == "one hour"


def test_more_on_a_phone_shows_the_other_places(opened):
    tab = opened("/register/", width=390, height=844, has_touch=True, is_mobile=True)
    tab.tap(".bar summary")
    expect(tab.locator(".sheet >> text=Evidence")).to_be_visible()
