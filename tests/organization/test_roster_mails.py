"""An import tells each quality manager of its roles in one mail, and leads to the links that let people in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qms.jobs.models import Job, OutgoingMail
from qms.jobs.services import run
from qms.organization import services
from qms.organization.models import CredentialTouch, User
from qms.organization.queries import roster_with_id, without_password
from qms.organization.roster import Column
from qms.organization.states import Role, Touch
from tests.organization.helpers import verbs


@pytest.fixture
def both(world):
    """Somebody who is IT and quality manager: the usual case in a small firm."""
    return world.person("both", Role.IT_ADMIN, Role.QUALITY_MANAGER)


def roster(by, names, role="reader"):
    rows = [(n, {Column.USERNAME: name, Column.NAME: name.title(), Column.ROLES: role}) for n, name in enumerate(names)]
    return roster_with_id(services.keep_roster(file_name="people.csv", rows=rows, by=by).pk)


def mails(person) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(to_person=person.pk).order_by("pk"))


def test_the_roles_of_an_import_come_as_one_mail_to_each_other_quality_manager(world, both):
    kept = roster(both, [f"person{n:02}" for n in range(20)])
    services.apply_roster(roster=kept, by=both)
    services.apply_roster(roster=kept, by=both)
    [mail] = mails(world.quality)
    assert mail.subject == "20 roles were given by an import of people"
    assert [f"Person{n:02}: Reader" in mail.body for n in range(20)] == [True] * 20
    assert ("people.csv" in mail.body, "Both Person" in mail.body, mails(both)) == (True, True, [])


def test_whose_own_role_came_in_a_file_hears_of_the_roles_of_others_alone(world, both):
    services.apply_roster(roster=roster(both, ["quality", "ann"], "author@P01"), by=both)
    [mail] = mails(world.quality)
    assert ("Ann: Author (P01" in mail.body, "Quality Person" in mail.body) == (True, False)


def test_a_role_given_by_hand_is_told_by_a_mail_of_its_own(world, both):
    services.grant_role(person_id=world.reader.pk, role=Role.AUTHOR, by=both)
    assert [mail.subject for mail in mails(world.quality)] == ["Reader Person was given the role “Author”"]


def links(person) -> list[str]:
    return [mail.body for mail in mails(person) if "/accounts/password/reset/key/" in mail.body]


@pytest.fixture
def imported(world, both, client):
    """Three people of a file, one of them without an e-mail address, and who imported them, signed in."""
    text = "username,name,email\nann,Ann Lee,ann@gauge.example\nbo,Bo Ek,bo@gauge.example\ncy,Cy Day,\n"
    client.force_login(both)
    given = {"file": SimpleUploadedFile("people.csv", text.encode())}
    address = client.post(reverse("organization:import_people"), given)["Location"]
    client.post(address)
    run(Job.objects.get().pk)
    return address, [User.objects.get(username=name) for name in ("ann", "bo", "cy")]


def test_an_import_says_what_comes_next(client, imported):
    shown = client.get(imported[0]).text
    assert ("What comes next" in shown, "3 people have no password yet" in shown) == (True, True)
    assert (reverse("organization:send_links") in shown, reverse("organization:waiting") in shown) == (True, True)
    assert reverse("organization:send_links") in client.get(reverse("organization:people")).text


def test_links_to_all_without_a_password_go_out_by_one_job_each_with_the_record_of_a_single_one(client, both, imported):
    ann, bo, cy = imported[1]
    page = reverse("organization:send_links")
    shown = client.get(page).text
    assert ("Send 2 links" in shown, "Cy Day" in shown, "has no e-mail address" in shown) == (True, True, True)
    assert client.post(page)["Location"] == reverse("organization:people")
    run(Job.objects.latest("pk").pk)
    assert [len(links(each)) for each in (ann, bo, cy)] == [1, 1, 0]
    assert [verbs(each)[-1] for each in (ann, bo, cy)] == ["sign_in_link_sent", "sign_in_link_sent", "person_created"]
    touched = CredentialTouch.objects.filter(what=Touch.LINK).order_by("person_id")
    assert list(touched.values_list("person_id", "touched_by_id")) == [(ann.pk, both.pk), (bo.pk, both.pk)]
    again = client.post(page)
    assert (again.status_code, "Nobody waits for a link" in again.text) == (409, True)


def test_a_link_that_still_holds_is_not_sent_twice_but_one_to_another_address_is(client, both, imported):
    ann, bo, _cy = imported[1]
    for each in (ann, bo):
        services.send_sign_in_link(person_id=each.pk, by=both)
    services.change_person(person_id=bo.pk, email="bo.ek@gauge.example", by=both)
    services.ask_for_sign_in_links(by=both)
    run(Job.objects.latest("pk").pk)
    assert [len(links(each)) for each in (ann, bo)] == [1, 2]


def test_who_comes_through_the_single_sign_on_needs_no_link(both, imported):
    ann = imported[1][0]
    services.link_identity(person_id=ann.pk, email="ann@sso.example", by=both)
    assert [each.username for each in without_password().to_send] == ["bo"]


@pytest.mark.parametrize("who", ["quality", "reader"])
def test_links_are_sent_by_who_administers_accounts_alone(client, world, imported, who):
    client.force_login(getattr(world, who))
    page = reverse("organization:send_links")
    assert [client.get(page).status_code, client.post(page).status_code] == [404, 404]


def test_without_a_mail_server_nobody_is_told_that_links_are_on_their_way(client, imported, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    page, kept = reverse("organization:send_links"), "No mail server is set"
    single = reverse("organization:account", args=[imported[1][0].pk, "link"])
    shown = [client.get(page), client.post(page, follow=True), client.post(single, follow=True)]
    assert [(kept in each.text, "on its way" in each.text) for each in shown] == [(True, False)] * 3


def test_an_import_that_breaks_off_has_told_of_the_roles_it_gave(world, both):
    def breaks(done, total):
        if done == 2:
            raise ConnectionError

    kept = roster(both, ["ann", "bo", "cy"])
    with pytest.raises(ConnectionError):
        services.apply_roster(roster=kept, by=both, step=breaks)
    services.apply_roster(roster=kept, by=both)
    assert [mail.subject[:2] for mail in mails(world.quality)] == ["2 ", "3 "]
