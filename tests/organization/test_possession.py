"""An administrator never signs for another: what they touch signs nothing until somebody else confirms."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from qms.core.actors import SYSTEM
from qms.core.errors import NotPermitted, RuleBroken
from qms.jobs.models import OutgoingMail
from qms.organization import services
from qms.organization.models import CredentialTouch, RosterImport, User
from qms.organization.queries import awaits_confirmation, may_confirm, roster_with_id, waiting_for
from qms.organization.roster import Column
from qms.organization.states import Confirmed, Role, Touch
from qms.signatures.models import Signature
from qms.signatures.services import make_proof, prove_by_password, sign
from qms.signatures.states import Meaning, Method
from tests.organization.helpers import came, last_detail, signs, verbs, waiting
from tests.world import PASSWORD

CONTENT = "c" * 64
TAKEN = "a password of the intruder"


@pytest.fixture(autouse=True)
def _forget_rates():
    cache.clear()


@pytest.fixture
def as_(client, world):
    def signed_in(name):
        client.force_login(getattr(world, name))
        return client

    return signed_in


def told(person, since=0) -> list[str]:
    return list(OutgoingMail.objects.filter(pk__gt=since, to_person=person.pk).values_list("subject", flat=True))


def confirm(person, by, how="in person"):
    return services.confirm_possession(person_ids=[person.pk], how=how, by=by)


def test_it_that_changes_an_address_and_sets_a_password_signs_as_nobody(client, world):
    victim = world.approver
    client.force_login(world.it)
    form = {
        "name": victim.name,
        "username": victim.username,
        "joined_on": victim.joined_on.isoformat(),
        "language": "en",
    }
    form |= {"site": victim.site_id, "email": "intruder@evil.example"}
    assert client.post(reverse("organization:change_person", args=[victim.pk]), form).status_code == 302
    page = client.post(reverse("organization:account", args=[victim.pk, "password"])).text
    given = re.search(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", page).group()
    client.post(reverse("account_logout"))
    client.post("/accounts/login/", {"login": victim.username, "password": given})
    change = {"oldpassword": given, "password1": TAKEN, "password2": TAKEN}
    client.post(reverse("account_change_password"), change)
    victim.refresh_from_db()
    assert (victim.password_is_own, victim.check_password(TAKEN)) == (True, True)
    with pytest.raises(NotPermitted) as refusal:
        prove_by_password(
            person=victim, password=TAKEN, meaning=Meaning.APPROVED, content_hash=CONTENT, session_key="s", request=None
        )
    assert (refusal.value.code, Signature.objects.count()) == ("sign_in_not_confirmed", 0)


def _touches(world):
    person = world.approver.pk
    return {
        Touch.PASSWORD: lambda: services.set_password(person_id=person, by=world.it),
        Touch.LINK: lambda: services.send_sign_in_link(person_id=person, by=world.it),
        Touch.FACTORS: lambda: services.remove_factors(person_id=person, by=world.it),
        Touch.ADDRESS: lambda: services.change_person(person_id=person, email="x@gauge.example", by=world.it),
        Touch.SINGLE_SIGN_ON: lambda: services.link_identity(person_id=person, email="x@sso.example", by=world.it),
    }


@pytest.mark.parametrize("what", [each for each in Touch if each not in {Touch.CREATED, Touch.RETURNED}])
def test_whatever_it_touches_signs_nothing_until_a_quality_manager_confirms(world, what):
    _touches(world)[what]()
    services.choose_password(person=User.objects.get(pk=world.approver.pk), password=PASSWORD)
    assert (signs(world.approver), CredentialTouch.objects.get().what) == (False, what)
    assert "The sign-in of Approver Person was changed" in told(world.quality)
    assert (confirm(world.approver, world.quality), signs(world.approver)) == (1, True)
    assert ("sign_in_confirmed" in verbs(world.approver), last_detail()["how"]) == (True, "in person")


def test_a_quality_manager_whose_own_sign_in_waits_gives_and_ends_no_role(world):
    held = world.reader.assignments.get()
    world.give(world.second, Role.QUALITY_MANAGER)
    services.set_password(person_id=world.second.pk, by=world.it)
    taken = User.objects.get(pk=world.second.pk)
    for act in (
        lambda: services.grant_role(person_id=world.reader.pk, role=Role.APPROVER, by=taken),
        lambda: services.end_role(assignment_id=held.pk, by=taken),
    ):
        with pytest.raises(NotPermitted) as refusal:
            act()
        assert refusal.value.code == "sign_in_not_confirmed"
    confirm(taken, world.quality)
    assert services.grant_role(person_id=world.reader.pk, role=Role.APPROVER, by=taken).role == Role.APPROVER


def test_an_account_opened_again_waits_too(world):
    services.deactivate_person(person_id=world.reader.pk, by=world.it)
    services.reactivate_person(person_id=world.reader.pk, by=world.it)
    assert CredentialTouch.objects.get().what == Touch.RETURNED


def test_a_proof_made_before_the_touch_signs_nothing_after_it(world):
    proof = make_proof(
        person=world.approver, method=Method.PASSWORD, meaning=Meaning.APPROVED, content_hash=CONTENT, session_key="s"
    )
    services.change_person(person_id=world.approver.pk, email="x@gauge.example", by=world.it)
    with pytest.raises(NotPermitted) as refusal:
        sign(row=world.process, content_hash=CONTENT, meaning=Meaning.APPROVED, by=world.approver, proof=proof)
    assert refusal.value.code == "sign_in_not_confirmed"


def test_what_people_do_for_themselves_is_no_touch(world):
    services.change_person(person_id=world.it.pk, email="other@gauge.example", by=world.it)
    services.choose_password(person=world.it, password="another good password")
    assert CredentialTouch.objects.count() == 0


def test_who_touched_it_never_confirms_it_and_the_database_says_so_too(world):
    world.give(world.it, Role.QUALITY_MANAGER)
    services.set_password(person_id=world.approver.pk, by=world.it)
    with pytest.raises(NotPermitted) as refusal:
        confirm(world.approver, world.it)
    assert refusal.value.code == "not_the_confirmer"
    for by in (world.it, world.approver):
        with pytest.raises(IntegrityError), transaction.atomic():
            CredentialTouch.objects.update(
                confirmed_as=Confirmed.BY_PERSON, confirmed_at=timezone.now(), confirmed_by=by, how="x"
            )


@pytest.mark.parametrize("who", ["approver", "it", "reader", "auditor", "top"])
def test_nobody_but_a_quality_manager_confirms_while_there_is_one(world, who):
    services.set_password(person_id=world.approver.pk, by=world.it)
    with pytest.raises(NotPermitted):
        confirm(world.approver, getattr(world, who))
    assert awaits_confirmation(world.approver)


def test_a_quality_manager_whose_own_sign_in_waits_confirms_nobody(world):
    services.set_password(person_id=world.quality.pk, by=world.it)
    services.set_password(person_id=world.approver.pk, by=world.it)
    assert may_confirm(world.quality, world.approver) is None


def test_top_management_confirms_the_only_quality_manager_and_hears_of_it(world):
    services.set_password(person_id=world.quality.pk, by=world.it)
    assert told(world.top) == ["The sign-in of Quality Person was changed"]
    confirm(world.quality, world.top)
    assert not awaits_confirmation(world.quality)


def test_a_confirmation_says_how_it_was_checked(world):
    services.set_password(person_id=world.approver.pk, by=world.it)
    with pytest.raises(RuleBroken) as refusal:
        confirm(world.approver, world.quality, how="  ")
    assert (refusal.value.code, awaits_confirmation(world.approver)) == ("how_missing", True)


def test_the_old_address_hears_of_everything_for_a_fortnight_but_gets_no_link(world, time_machine_at):
    start = timezone.now()
    with time_machine_at(start):
        services.change_person(person_id=world.approver.pk, email="new@gauge.example", by=world.it)
        services.send_sign_in_link(person_id=world.approver.pk, by=world.it)
    to_old = OutgoingMail.objects.filter(to_address="approver@gauge.example").order_by("pk")
    assert [mail.subject for mail in to_old] == [
        "Your e-mail address was changed",
        "A link to choose a password was sent",
    ]
    assert not any("/accounts/" in mail.body for mail in to_old)
    with time_machine_at(start + timedelta(days=13)):
        services.set_password(person_id=world.approver.pk, by=world.it)
    with time_machine_at(start + timedelta(days=15)):
        services.set_password(person_id=world.approver.pk, by=world.it)
    assert to_old.all().count() == 3


def test_a_page_of_ones_own_says_why_one_cannot_sign_and_a_managers_leads_to_confirming(as_, world):
    services.set_password(person_id=world.approver.pk, by=world.it)
    person = reverse("organization:person", args=[world.approver.pk])
    page, confirming = (
        as_("quality").get(person).text,
        reverse("organization:confirm_sign_in", args=[world.approver.pk]),
    )
    assert (confirming in page, as_("it").get(confirming).status_code) == (True, 404)
    shown = as_("quality").get(confirming).text
    assert all(words in shown for words in ("temporary password set", "It Person", "approver@gauge.example"))
    assert as_("quality").post(confirming, {"how": ""}).status_code == 422
    assert as_("quality").post(confirming, {"how": "in person"})["Location"] == person
    assert not awaits_confirmation(world.approver)


def roster(world, *names) -> RosterImport:
    rows = [(n, {Column.USERNAME: name, Column.NAME: name.title()}) for n, name in enumerate(names, 2)]
    return services.keep_roster(file_name="people.csv", rows=rows, by=world.it)


def test_a_roster_of_people_is_confirmed_at_once_when_they_have_signed_in(as_, world):
    names = [f"new{number:02}" for number in range(30)]
    services.apply_roster(roster=roster_with_id(roster(world, *names).pk), by=world.it)
    assert (told(world.quality), len(waiting_for(world.quality))) == ([], 30)
    people = User.objects.filter(username__in=names)
    came(*people[:29])
    client, page = as_("quality"), reverse("organization:waiting")
    assert page in client.get(reverse("organization:people")).text
    services.change_person(person_id=world.approver.pk, email="x@evil.example", by=world.it)
    shown = client.get(page).text
    assert (shown.count('name="person"'), shown.count(" checked>")) == (31, 29)
    assert shown.count("has not signed in yet") == 1
    assert client.post(page, {"how": "in person"}).status_code == 422
    answer = client.post(page, {"how": "In person", "person": list(people.values_list("pk", flat=True))})
    assert (answer.status_code, waiting(world.quality), all(map(signs, people))) == (302, [world.approver], True)


def test_the_mail_about_new_people_goes_out_once_a_day_when_one_of_them_has_signed_in(client, world):
    new = [services.create_person(username=f"new{n}", name=f"New {n}", by=world.it) for n in range(2)]
    given = [services.set_password(person_id=each.pk, by=world.it) for each in new]
    assert told(world.quality) == []
    for each, password in zip(new, given, strict=True):
        client.post("/accounts/login/", {"login": each.username, "password": password})
        client.post(reverse("account_logout"))
    assert told(world.quality) == ["People wait for you to confirm their sign-in"]


def test_a_link_to_who_was_confirmed_too_early_comes_as_no_alarm(world):
    new = services.create_person(username="new", name="New", email="new@gauge.example", by=world.it)
    confirm(new, world.quality)
    services.send_sign_in_link(person_id=new.pk, by=world.it)
    assert (told(world.quality), signs(new), waiting(world.quality)) == ([], False, [new])


@pytest.mark.parametrize("page", ["home:home", "duties:my_work"])
def test_today_and_my_work_name_who_waits_and_has_signed_in(as_, world, page):
    new = [services.create_person(username=f"new{n}", name=f"New {n}", by=world.it) for n in range(2)]
    words = "waits for you to confirm their sign-in"
    assert words not in as_("quality").get(reverse(page)).text
    came(new[0])
    shown = as_("quality").get(reverse(page)).text
    assert (words in shown, "New 0" in shown, "New 1" in shown, reverse("organization:waiting") in shown) == (
        True,
        True,
        False,
        True,
    )
    assert words not in as_("it").get(reverse(page), follow=True).text


def test_the_list_of_who_waits_needs_the_same_queries_for_any_number(as_, world, django_assert_max_num_queries):
    services.apply_roster(roster=roster_with_id(roster(world, *(f"n{n}" for n in range(9))).pk), by=world.it)
    client = as_("quality")
    client.get(reverse("organization:waiting"))
    with django_assert_max_num_queries(12):
        client.get(reverse("organization:waiting"))


@pytest.mark.django_db
def test_whoever_is_first_quality_manager_counts_as_confirmed_and_then_confirms_the_others():
    first = services.set_up(organization="Ann's", zone="UTC", username="it", name="It", quality_manager=False).person
    quality = services.create_person(username="q", name="Quinn", by=first)
    assert signs(quality) is False
    services.name_first_quality_manager(person_id=quality.pk, by=first)
    services.set_password(person_id=quality.pk, by=first)
    services.choose_password(person=quality, password=PASSWORD)
    other = services.create_person(username="o", name="Otto", by=first)
    assert (signs(quality), confirm(other, quality), signs(other)) == (True, 1, True)
    quality.last_login = timezone.now()
    quality.save()
    services.set_password(person_id=quality.pk, by=first)
    assert awaits_confirmation(quality)


@pytest.mark.django_db
def test_one_who_sets_everything_up_alone_names_one_second_person_who_confirms_the_others():
    alone = services.set_up(organization="Ann's", zone="UTC", username="ann", name="Ann").person
    assert not awaits_confirmation(alone)
    boss, other, more = (services.create_person(username=name, name=name, by=alone) for name in ("boss", "o", "m"))
    assert (may_confirm(alone, boss), may_confirm(alone, other)) == (None, None)
    services.grant_role(person_id=boss.pk, role=Role.TOP_MANAGEMENT, by=alone)
    boss = User.objects.get(pk=boss.pk)
    assert (may_confirm(alone, boss), may_confirm(alone, other)) == (Confirmed.SECOND, None)
    confirm(boss, alone, "at the founding")
    assert ("second_person_named" in verbs(boss), signs(boss)) == (True, True)
    assert (confirm(other, boss), signs(other)) == (1, True)
    services.grant_role(person_id=more.pk, role=Role.QUALITY_MANAGER, by=alone)
    services.set_password(person_id=boss.pk, by=alone)
    assert may_confirm(alone, boss) is None


def test_the_system_may_say_that_a_password_is_the_persons_own(world):
    made = services.create_person(username="x", name="X", password="x" * 12, password_is_own=True, by=SYSTEM)
    assert not awaits_confirmation(made)


def test_it_names_itself_line_manager_of_nobody(world):
    for act in (
        lambda: services.change_person(person_id=world.reader.pk, line_manager=world.it, by=world.it),
        lambda: services.create_person(username="x", name="X", line_manager=world.it, by=world.it),
    ):
        with pytest.raises(NotPermitted) as refusal:
            act()
        assert refusal.value.code == "own_line"


def test_person_old_and_new_line_manager_hear_of_a_change(world):
    services.change_person(person_id=world.reader.pk, line_manager=world.owner, by=world.it)
    before = OutgoingMail.objects.latest("pk").pk
    services.change_person(person_id=world.reader.pk, line_manager=world.colleague, by=world.it)
    subject = ["The line manager of Reader Person was changed"]
    assert [told(each, before) for each in (world.reader, world.owner, world.colleague)] == [subject] * 3


def test_who_holds_the_it_role_alone_sees_nothing_of_what_their_people_read(as_, world):
    world.effective()
    User.objects.filter(pk=world.reader.pk).update(line_manager=world.it)
    paths = [f"/work/people/{world.reader.pk}/", f"/acknowledgements/people/{world.reader.pk}.csv"]
    assert [as_("it").get(path).status_code for path in paths] == [404, 404]
    assert "Reader Person" not in as_("it").get(reverse("duties:my_people")).text
    world.give(world.it, Role.SUPERVISOR)
    assert [as_("it").get(path).status_code for path in paths] == [200, 200]


def test_a_refusal_names_who_can_confirm(world):
    world.give(world.it, Role.QUALITY_MANAGER)
    services.set_password(person_id=world.approver.pk, by=world.it)
    with pytest.raises(NotPermitted) as refusal:
        confirm(world.approver, world.it)
    assert "Quality Person" in str(refusal.value)
