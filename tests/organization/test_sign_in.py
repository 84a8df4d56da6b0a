"""Coming in: password with a lock, the same answer for everybody unknown, second factors, closed pages."""

import re
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, hotp_value, yield_hotp_counters_from_time
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qms.jobs.models import Job, OutgoingMail
from qms.jobs.services import run as run_job
from qms.organization import services
from qms.organization.models import User
from tests.organization.helpers import verbs
from tests.world import PASSWORD

LOGIN = "/accounts/login/"
RESET = "/accounts/password/reset/"


@pytest.fixture(autouse=True)
def _forget_rates():
    cache.clear()


def sign_in(client, login="reader", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": login, "password": password, **more})


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("login", ["reader", "Reader", "reader@gauge.example", "READER@gauge.example"])
def test_a_person_signs_in_by_user_name_or_address(client, world, login):
    response = sign_in(client, login)
    assert (response.status_code, response["Location"], signed_in(client)) == (302, "/", True)


def test_the_session_has_another_key_after_signing_in(client, world):
    client.get(LOGIN)
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies["qms"] = session.session_key
    sign_in(client)
    assert client.session.session_key != session.session_key


def test_an_unknown_person_and_a_wrong_password_get_the_same_answer(client, world):
    answers = []
    for login in ("reader", "nobody", "reader@gauge.example", "nobody@gauge.example"):
        response = sign_in(client, login, "wrong")
        errors = re.findall(r'<div class="summary".*?</div>', response.content.decode(), re.DOTALL)
        answers.append((response.status_code, re.sub(r"email address|username", "name", errors[0])))
    assert len(set(answers)) == 1


def test_five_wrong_passwords_lock_the_person_there_and_nobody_locks_others_out_from_afar(client, world):
    for _number in range(5):
        response = client.post(LOGIN, {"login": "reader", "password": "x"}, REMOTE_ADDR="10.0.0.1")
    assert (response.status_code, "15 minutes" in response.content.decode()) == (429, True)
    locked = client.post(LOGIN, {"login": "reader", "password": PASSWORD}, REMOTE_ADDR="10.0.0.1")
    assert (locked.status_code, verbs(world.reader), signed_in(client)) == (429, ["sign_in_locked"], False)
    assert (OutgoingMail.objects.get().to_address, sign_in(client).status_code) == ("reader@gauge.example", 302)


def test_behind_a_proxy_the_lock_and_the_log_know_the_address_of_the_client(client, world, settings, caplog):
    settings.PROXIES = 1
    for _number in range(5):
        response = client.post(LOGIN, {"login": "reader", "password": "x"}, headers={"x-forwarded-for": "6.6.6.6"})
    elsewhere = client.post(LOGIN, {"login": "reader", "password": PASSWORD}, headers={"x-forwarded-for": "9.9.9.9"})
    assert (response.status_code, elsewhere.status_code, signed_in(client)) == (429, 302, True)
    said = [record.getMessage() for record in caplog.records if record.name == "qms.sign_in"]
    assert said == [*["A sign-in failed, from 6.6.6.6"] * 4, *said[4:]]
    assert [line for line in said if "locked" in line] == ["Sign-in of reader locked, last try from 6.6.6.6"]
    assert str(AccessAttempt.objects.get().ip_address) == "6.6.6.6"


def test_twenty_wrong_passwords_from_many_places_lock_the_person_everywhere(client, world):
    for number in range(20):
        response = client.post(LOGIN, {"login": "reader", "password": "x"}, REMOTE_ADDR=f"10.0.0.{number}")
    assert response.status_code == 429
    assert sign_in(client).status_code == 429
    assert (verbs(world.reader), signed_in(client)) == (["sign_in_locked"], False)
    assert OutgoingMail.objects.get().to_address == "reader@gauge.example"


def test_user_name_and_address_count_against_one_person(client, world):
    for login in ("reader", "reader@gauge.example", "READER", "reader", "Reader@gauge.example"):
        response = sign_in(client, login, "x")
    assert (response.status_code, sign_in(client, "reader").status_code) == (429, 429)


def test_a_lock_ends_after_a_quarter_of_an_hour_though_somebody_goes_on_trying(client, world, time_machine_at):
    start = timezone.now()
    with time_machine_at(start):
        for _each in range(5):
            sign_in(client, password="x")
    with time_machine_at(start + timezone.timedelta(minutes=10)):
        assert sign_in(client, password="x").status_code == 429
    with time_machine_at(start + timezone.timedelta(minutes=15, seconds=1)):
        assert sign_in(client).status_code == 302


def test_a_right_password_forgets_the_wrong_ones(client, world):
    for _round in range(2):
        for _each in range(4):
            sign_in(client, password="x")
        sign_in(client)
        client.post(reverse("account_logout"))
    assert (sign_in(client).status_code, verbs()) == (302, [])


def test_others_sign_in_while_one_is_locked(client, world):
    for _each in range(5):
        sign_in(client, password="x")
    assert sign_in(client, "author").status_code == 302


def test_a_lock_of_nobody_is_answered_alike_and_recorded_nowhere(client, world):
    answers = [sign_in(client, "nobody", "x").status_code for _each in range(6)]
    assert (answers, verbs()) == ([200, 200, 200, 200, 429, 429], [])


def test_one_password_for_many_people_is_stopped_at_the_thirtieth(client, world):
    answers = [sign_in(client, f"person{number}", "Summer2026").content.decode() for number in range(40)]
    assert sum("Too many failed" in answer for answer in answers) == 10


def test_passwords_never_stand_in_what_is_kept_of_tries(client, world):
    sign_in(client, password="my secret typo")
    kept = AccessAttempt.objects.get()
    assert ("my secret typo" in kept.post_data, "reader" in kept.post_data) == (False, False)


@pytest.mark.parametrize(
    "goal",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\r\n/evil.example",
        "///evil.example",
        "https://user@evil.example",
        "https://xn--evil-9na.example/",
        "\\\\evil.example",
        " //evil.example",
        "%2F%2Fevil.example",
    ],
)
def test_the_way_after_signing_in_stays_in_the_house(client, world, goal):
    way = client.post(f"{LOGIN}?{urlencode({'next': goal})}", {"login": "reader", "password": PASSWORD})["Location"]
    as_browsers_read_it = re.sub(r"[\t\r\n]", "", way).strip().replace("\\", "/")
    assert urlsplit(urljoin("http://testserver/accounts/login/", as_browsers_read_it)).netloc == "testserver"


def test_the_way_after_signing_in_leads_on(client, world):
    assert sign_in(client, next="/account/")["Location"] == "/account/"


@pytest.mark.parametrize(
    "path",
    [
        "accounts/signup/",
        "accounts/email/",
        "accounts/confirm-email/",
        "accounts/confirm-email/abc/",
        "accounts/3rdparty/",
        "accounts/3rdparty/signup/",
        "accounts/social/signup/",
        "accounts/login/code/",
        "accounts/login/code/confirm/",
        "accounts/sessions/",
    ],
)
@pytest.mark.parametrize("who", ["guest", "reader"])
def test_pages_of_the_library_that_this_house_does_not_have(client, world, path, who):
    if who == "reader":
        client.force_login(world.reader)
    assert (client.get(f"/{path}").status_code, client.post(f"/{path}").status_code) == (404, 404)


def test_who_has_left_does_not_sign_in(client, world):
    services.deactivate_person(person_id=world.reader.pk, by=world.it)
    response = sign_in(client)
    assert (signed_in(client), response.status_code) == (False, 302)


def test_a_temporary_password_leads_to_choosing_ones_own(client, world):
    password = services.set_password(person_id=world.reader.pk, by=world.it)
    response = sign_in(client, password=password, next="/people/")
    assert response["Location"] == "/accounts/password/change/?next=%2Fpeople%2F"
    own = {"oldpassword": password, "password1": "quite my own words", "password2": "quite my own words"}
    changed = client.post(response["Location"], own)
    reader = User.objects.get(pk=world.reader.pk)
    assert (reader.password_is_own, reader.password_ends_at, reader.check_password("quite my own words")) == (
        True,
        None,
        True,
    )
    assert (changed.status_code, changed["Location"], signed_in(client)) == (302, "/people/", True)
    assert verbs(world.reader) == ["password_set", "password_chosen"]


def test_a_temporary_password_ends_after_a_week(client, world, time_machine_at):
    start = timezone.now()
    with time_machine_at(start):
        password = services.set_password(person_id=world.reader.pk, by=world.it)
    with time_machine_at(start + timezone.timedelta(days=7, seconds=1)):
        response = sign_in(client, password=password)
        assert (response["Location"], signed_in(client)) == (LOGIN, False)


def test_a_link_lets_a_person_choose_their_own_password(client, world):
    services.send_sign_in_link(person_id=world.stranger.pk, by=world.it)
    address = re.search(r"http\S+", OutgoingMail.objects.get(to_person=world.stranger.pk).body)[0]
    form = client.get(address.removeprefix("http://127.0.0.1:8000"), follow=True)
    own = {"password1": "quite my own words", "password2": "quite my own words"}
    client.post(form.redirect_chain[-1][0], own)
    stranger = User.objects.get(pk=world.stranger.pk)
    assert (stranger.check_password("quite my own words"), stranger.password_is_own) == (True, True)
    assert verbs(stranger) == ["sign_in_link_sent", "password_chosen"]
    again = client.get(address.removeprefix("http://127.0.0.1:8000"), follow=True)
    assert again.context["token_fail"] is True


def test_a_forgotten_password_is_answered_alike_for_everybody_and_mailed_to_the_right_one(client, world):
    answers, written = set(), set()
    for email in ("Reader@gauge.example", "nobody@gauge.example"):
        with CaptureQueriesContext(connection) as asked:
            answers.add(client.post(RESET, {"email": email})["Location"])
        # Time tells nobody who is known here: what is done before the answer is the same for both.
        written.add(tuple(re.sub(r"\d+|'.*'", "", each["sql"])[:60] for each in asked))
    assert (len(answers), len(written), OutgoingMail.objects.count()) == (1, 1, 0)
    for job in Job.objects.all():
        run_job(job.pk)
    assert [mail.to_person for mail in OutgoingMail.objects.all()] == [world.reader.pk]


def test_the_link_of_a_forgotten_password_leads_to_the_address_that_was_set_not_to_the_one_asked(client, world):
    client.post(RESET, {"email": "reader@gauge.example"}, headers={"host": "localhost:6666"})
    run_job(Job.objects.get().pk)
    address = re.search(r"http\S+", OutgoingMail.objects.get().body)[0]
    assert address.startswith("http://127.0.0.1:8000/accounts/password/reset/key/")
    page = client.get(address.removeprefix("http://127.0.0.1:8000"), follow=True)
    assert page.context["token_fail"] is False


def test_nobody_who_has_left_is_sent_a_link_for_a_forgotten_password(client, world):
    client.post(RESET, {"email": "reader@gauge.example"})
    services.deactivate_person(person_id=world.reader.pk, by=world.it)
    before = OutgoingMail.objects.count()
    run_job(Job.objects.order_by("pk").first().pk)
    assert OutgoingMail.objects.count() == before


def test_a_wrong_old_password_counts_against_the_lock(client, world):
    client.force_login(world.reader)
    own = {"oldpassword": "wrong", "password1": "quite my own words", "password2": "quite my own words"}
    answers = [client.post("/accounts/password/change/", own).status_code for _each in range(5)]
    assert (answers, AccessAttempt.objects.get().failures_since_start) == ([200, 200, 200, 200, 429], 5)
    client.logout()
    assert (sign_in(client).status_code, verbs(world.reader)) == (429, ["sign_in_locked"])
    assert User.objects.get(pk=world.reader.pk).check_password(PASSWORD)


def test_a_code_is_asked_after_the_password_and_counts_once(client, world, time_machine_at):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(world.reader, secret)
    now = timezone.now()
    code = str(hotp_value(secret, next(yield_hotp_counters_from_time()))).zfill(6)
    with time_machine_at(now):
        response = sign_in(client)
        assert (response["Location"], signed_in(client)) == ("/accounts/2fa/authenticate/", False)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert signed_in(client)
        client.post(reverse("account_logout"))
        sign_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert signed_in(client) is False


def test_a_recovery_code_counts_once(client, world):
    TOTP.activate(world.reader, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    code = RecoveryCodes.activate(world.reader).get_unused_codes()[0]
    for expected in (True, False):
        sign_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert signed_in(client) is expected
        client.post(reverse("account_logout"))


def test_it_removes_factors_that_were_lost_and_the_person_is_told(client, world):
    TOTP.activate(world.reader, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    assert services.remove_factors(person_id=world.reader.pk, by=world.it) == 1
    mails = OutgoingMail.objects.filter(to_person=world.reader.pk)
    assert (Authenticator.objects.count(), verbs(world.reader), mails.count()) == (0, ["factors_removed"], 1)


def test_a_password_reset_does_not_go_around_the_second_factor(client, world):
    TOTP.activate(world.reader, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    services.send_sign_in_link(person_id=world.reader.pk, by=world.it)
    mail = OutgoingMail.objects.get(to_person=world.reader.pk)
    address = re.search(r"http\S+", mail.body)[0].removeprefix("http://127.0.0.1:8000")
    form = client.get(address, follow=True)
    own = {"password1": "quite my own words", "password2": "quite my own words"}
    client.post(form.redirect_chain[-1][0], own)
    assert sign_in(client, password="quite my own words")["Location"] == "/accounts/2fa/authenticate/"


@pytest.mark.parametrize(
    ("address", "offered"),
    [("localhost:8000", True), ("127.0.0.1:8000", False), ("qms.example", False), ("[::1]:8000", False)],
)
def test_passkeys_are_offered_where_they_work(client, world, address, offered):
    page = client.get(LOGIN, headers={"host": address})
    assert page.context["PASSKEY_LOGIN_ENABLED"] is offered
    assert bool(page.context["no_passkeys"]) is not offered


def test_passkeys_are_offered_over_https_to_a_name(client, world):
    page = client.get(LOGIN, headers={"host": "qms.example"}, secure=True)
    assert page.context["PASSKEY_LOGIN_ENABLED"] is True


@pytest.mark.parametrize("login", ["reader", "READER@gauge.example", "who@is.where", "nobody", "nobody@gauge.example"])
def test_one_password_is_hashed_whatever_is_typed(client, world, monkeypatch, login):
    User.objects.filter(pk=world.stranger.pk).update(username="who@is.where", email="who@is.where")
    hashed, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *given: hashed.append(given) or encode(*given))
    sign_in(client, login, "wrong")
    assert len(hashed) == 1


def test_a_wrong_password_is_not_said_to_be_something_to_save(client, world):
    page = sign_in(client, password="wrong").content.decode()
    assert ("That did not work" in page, "before it can be saved" in page) == (True, False)


def test_the_theme_chosen_in_the_shell_is_kept(client, world):
    client.force_login(world.reader)
    page = client.get("/work/", follow=True).content.decode()
    action = re.search(r'<form method="post" action="([^"]*)" data-theme-switch>', page)[1]
    answer = client.post(action, {"theme": "dark", "next": "/work/"})
    world.reader.refresh_from_db()
    assert (answer.status_code, answer["Location"], world.reader.theme) == (302, "/work/", "dark")


def test_the_sign_in_says_in_our_words_what_is_asked_what_was_wrong_and_that_one_is_out(client, world):
    page = client.get(LOGIN).text
    assert ("placeholder=" in page, page.count("Forgot your password?")) == (False, 1)
    assert "The name or the password is not right." in sign_in(client, password="wrong").text
    client.force_login(world.reader)
    assert "You are signed out." in client.post("/accounts/logout/", follow=True).text


def test_a_reader_finds_no_way_to_people_and_is_told_of_a_password_of_others_only_when_it_is_one(client, world):
    client.force_login(world.reader)
    own = client.get(world.reader.get_absolute_url()).text
    assert 'href="/people/"' not in own
    assert "set by somebody else" not in client.get("/accounts/password/change/").text
    User.objects.filter(pk=world.reader.pk).update(password_is_own=False)
    assert "set by somebody else" in client.get("/accounts/password/change/").text
