"""Accounts: made and changed by IT, closed and never deleted."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from qms.core.actors import SYSTEM
from qms.core.errors import NotPermitted, RuleBroken
from qms.jobs.models import OutgoingMail
from qms.organization import services
from qms.organization.models import User
from qms.organization.queries import may, today
from qms.organization.rights import Can
from qms.organization.states import Role
from tests.organization.helpers import last_detail, listen, verbs


def test_it_makes_an_account_with_an_entry_and_no_password(world):
    made = services.create_person(username=" Ann.Lee ", name="  Ann   Lee ", email="Ann@Gauge.Example", by=world.it)
    assert (made.username, made.name, made.email) == ("ann.lee", "Ann Lee", "ann@gauge.example")
    assert (made.has_usable_password(), made.joined_on, verbs(made)) == (False, today(), ["person_created"])
    assert last_detail()["username"] == "ann.lee"


@pytest.mark.parametrize("who", ["quality", "top", "reader", "stranger"])
def test_nobody_but_it_makes_accounts(world, who):
    with pytest.raises(NotPermitted):
        services.create_person(username="x", name="X", by=getattr(world, who))
    assert verbs() == []


def test_only_the_system_says_that_a_password_is_its_owners_own(world):
    with pytest.raises(NotPermitted):
        services.create_person(username="x", name="X", password="secret secret", password_is_own=True, by=world.it)


def test_a_password_given_at_the_making_is_somebody_elses(world):
    made = services.create_person(username="x", name="X", password="secret secret", by=world.it)
    assert (made.check_password("secret secret"), made.password_is_own) == (True, False)


@pytest.mark.parametrize("username", ["", "  ", "two words", "x" * 81, "tab\tbed", "nul\0l"])
def test_a_user_name_is_one_word(world, username):
    with pytest.raises(RuleBroken) as refusal:
        services.create_person(username=username, name="X", by=world.it)
    assert refusal.value.code == "bad_username"


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_person_has_a_name(world, name):
    with pytest.raises(RuleBroken) as refusal:
        services.create_person(username="x", name=name, by=world.it)
    assert refusal.value.code == "bad_name"


def test_a_user_name_is_taken_whatever_its_case(world):
    with pytest.raises(RuleBroken) as refusal:
        services.create_person(username="READER", name="X", by=world.it)
    assert refusal.value.code == "username_taken"


def test_a_user_name_is_not_the_address_of_somebody_else(world):
    with pytest.raises(RuleBroken) as refusal:
        services.create_person(username="reader@gauge.example", name="X", by=world.it)
    assert refusal.value.code == "username_taken"


def test_an_address_is_not_the_user_name_of_somebody_else(world):
    services.create_person(username="a@b.example", name="A", email="a@b.example", by=world.it)
    with pytest.raises(RuleBroken) as refusal:
        services.create_person(username="x", name="X", email="a@b.example", by=world.it)
    assert refusal.value.code == "email_taken"


def test_a_personnel_number_belongs_to_one_person_and_many_have_none(world):
    services.create_person(username="a", name="A", personnel_number="0042", by=world.it)
    services.create_person(username="b", name="B", personnel_number="", by=world.it)
    services.create_person(username="c", name="C", personnel_number=" ", by=world.it)
    with pytest.raises(RuleBroken) as refusal:
        services.create_person(username="d", name="D", personnel_number="0042", by=world.it)
    assert refusal.value.code == "number_taken"


def test_the_last_day_is_not_before_the_first(world):
    with pytest.raises(RuleBroken) as refusal:
        services.create_person(
            username="x", name="X", joined_on=date(2026, 5, 2), ends_on=date(2026, 5, 1), by=world.it
        )
    assert refusal.value.code == "bad_dates"


def test_a_change_is_recorded_field_by_field(world):
    services.change_person(person_id=world.reader.pk, name="Rita Reader", site=world.other_site, by=world.it)
    assert last_detail() == {
        "changed": {"name": ["Reader Person", "Rita Reader"], "site": [world.site.pk, world.other_site.pk]}
    }


def test_no_change_writes_no_entry(world):
    services.change_person(person_id=world.reader.pk, name="Reader Person", by=world.it)
    assert verbs() == []


def test_quality_changes_a_persons_place_but_not_the_account(world):
    services.change_person(person_id=world.reader.pk, job_title="Turner", line_manager=world.owner, by=world.quality)
    with pytest.raises(NotPermitted):
        services.change_person(person_id=world.reader.pk, email="x@y.example", by=world.quality)
    world.reader.refresh_from_db()
    assert (world.reader.job_title, world.reader.line_manager) == ("Turner", world.owner)


def test_a_field_that_is_none_is_a_mistake_of_ours(world):
    with pytest.raises(TypeError):
        services.change_person(person_id=world.reader.pk, is_active=False, by=world.it)


def test_the_old_address_is_told_of_the_new_one(world):
    services.change_person(person_id=world.reader.pk, email="new@gauge.example", by=world.it)
    assert OutgoingMail.objects.get(to_person=world.reader.pk).to_address == "reader@gauge.example"


def test_nobody_is_their_own_line_manager_nor_their_managers_manager(world):
    services.change_person(person_id=world.reader.pk, line_manager=world.owner, by=world.it)
    services.change_person(person_id=world.owner.pk, line_manager=world.top, by=world.it)
    for person, manager in ((world.top, world.reader), (world.top, world.top), (world.owner, world.reader)):
        with pytest.raises(RuleBroken) as refusal:
            services.change_person(person_id=person.pk, line_manager=manager, by=world.it)
        assert refusal.value.code == "circle"


def test_the_database_refuses_ones_own_management_too(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=world.reader.pk).update(line_manager=world.reader.pk)


def test_nobody_reports_to_somebody_who_has_left(world):
    services.deactivate_person(person_id=world.owner.pk, by=world.it)
    world.owner.refresh_from_db()
    with pytest.raises(RuleBroken):
        services.change_person(person_id=world.reader.pk, line_manager=world.owner, by=world.it)


def test_closing_an_account_ends_roles_and_teams_and_keeps_the_person(world, monkeypatch):
    heard = listen(monkeypatch, "organization.person_left")
    services.deactivate_person(person_id=world.reader.pk, reason="Retired", by=world.it)
    world.reader.refresh_from_db()
    assert (world.reader.is_active, world.reader.left_on) == (False, today())
    assert world.reader.assignments.get().ended_by == world.it
    assert world.reader.memberships.filter(valid_until__isnull=True).count() == 0
    assert (verbs(world.reader), heard.verbs) == (["person_left"], ["organization.person_left"])
    assert {key: last_detail()[key] for key in ("reason", "roles", "teams")} == {
        "reason": "Retired",
        "roles": 1,
        "teams": 1,
    }


def test_who_has_left_holds_no_right_at_once(world):
    assert may(world.quality, Can.GRANT_ROLES)
    world.person("quality2", Role.QUALITY_MANAGER)
    services.deactivate_person(person_id=world.quality.pk, by=world.it)
    assert may(User.objects.get(pk=world.quality.pk), Can.GRANT_ROLES) is False


def test_a_role_to_come_ends_before_it_begins_when_its_person_leaves(world):
    begins = timezone.now() + timedelta(days=30)
    services.grant_role(person_id=world.reader.pk, role=Role.AUTHOR, valid_from=begins, by=world.quality)
    services.deactivate_person(person_id=world.reader.pk, by=world.it)
    coming = world.reader.assignments.get(role=Role.AUTHOR)
    assert coming.valid_from == coming.valid_until == begins


@pytest.mark.parametrize("who", ["quality", "top", "owner", "reader"])
def test_nobody_but_it_closes_accounts(world, who):
    with pytest.raises(NotPermitted):
        services.deactivate_person(person_id=world.stranger.pk, by=getattr(world, who))


def test_an_account_is_closed_once_and_not_by_its_owner(world):
    services.deactivate_person(person_id=world.reader.pk, by=world.it)
    with pytest.raises(RuleBroken):
        services.deactivate_person(person_id=world.reader.pk, by=world.it)
    world.person("it2", Role.IT_ADMIN)
    with pytest.raises(RuleBroken):
        services.deactivate_person(person_id=world.it.pk, by=world.it)


@pytest.mark.parametrize("who", ["quality", "it"])
def test_the_last_quality_manager_and_the_last_administrator_stay(world, who):
    helper = world.person("helper", Role.IT_ADMIN) if who == "quality" else SYSTEM
    with pytest.raises(RuleBroken) as refusal:
        services.deactivate_person(person_id=getattr(world, who).pk, by=helper)
    assert refusal.value.code == "last_of_role"


def test_an_account_opened_again_starts_without_password_role_and_team(world):
    services.deactivate_person(person_id=world.reader.pk, by=world.it)
    returned = services.reactivate_person(person_id=world.reader.pk, by=world.it)
    assert (returned.is_active, returned.left_on, returned.has_usable_password()) == (True, None, False)
    assert [row.holds for row in returned.assignments.all()] == [False]
    with pytest.raises(RuleBroken):
        services.reactivate_person(person_id=world.reader.pk, by=world.it)


def test_accounts_close_by_themselves_after_their_last_day(world):
    guest = world.person("guest", ends_on=today() - timedelta(days=1))
    last_day = world.person("lastday", ends_on=today())
    assert services.end_due_accounts() == 1
    guest.refresh_from_db()
    last_day.refresh_from_db()
    assert (guest.is_active, last_day.is_active, verbs(guest)) == (False, True, ["person_left"])


def test_the_last_administrator_stays_even_past_their_last_day(world):
    User.objects.filter(pk=world.it.pk).update(ends_on=today() - timedelta(days=1))
    assert services.end_due_accounts() == 0


def test_a_person_is_never_deleted(world):
    nobody_yet = services.create_person(username="new", name="New", by=world.it)
    for row in (world.reader, nobody_yet, User.objects.filter(pk=nobody_yet.pk)):
        with pytest.raises(TypeError):
            row.delete()
    assert User.objects.filter(pk=nobody_yet.pk).exists()


def test_an_id_is_never_used_again(world):
    made = services.create_person(username="new", name="New", by=world.it)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM organization_credentialtouch WHERE person_id = %s", [made.pk])
        cursor.execute("DELETE FROM organization_user WHERE id = %s", [made.pk])
    again = services.create_person(username="new", name="New", by=world.it)
    assert again.pk > made.pk


def test_the_database_wants_a_last_day_of_who_is_not_active(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=world.reader.pk).update(is_active=False)


def test_an_unknown_person_is_said_in_words(world):
    with pytest.raises(RuleBroken) as refusal:
        services.change_person(person_id=987654, name="X", by=world.it)
    assert refusal.value.code == "no_such_person"
