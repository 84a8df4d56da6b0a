"""Roles: who gives which, to whom, where and until when."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from qms.core.actors import SYSTEM
from qms.core.errors import NotPermitted, RuleBroken
from qms.jobs.models import OutgoingMail
from qms.organization import services
from qms.organization.models import RoleAssignment, User
from qms.organization.queries import may, people_with, reach, rights, roles
from qms.organization.rights import Can
from qms.organization.states import QUALITY_ROLES, Role, Scope
from tests.organization.helpers import last_detail, listen, verbs


def test_a_quality_manager_gives_a_quality_role_and_it_holds_at_once(world, monkeypatch):
    heard = listen(monkeypatch, "organization.role_changed")
    given = services.grant_role(person_id=world.stranger.pk, role=Role.AUTHOR, process=world.process, by=world.quality)
    assert (given.granted_by, given.where) == (world.quality, "P01 Calibration")
    assert roles(User.objects.get(pk=world.stranger.pk), Scope(process_id=world.process.pk)) == {Role.AUTHOR}
    assert (verbs(world.stranger), heard.verbs) == (["role_granted"], ["organization.role_changed"])
    assert last_detail()["role"] == "author"


@pytest.mark.parametrize("role", sorted(QUALITY_ROLES - {Role.EXTERNAL_AUDITOR}))
def test_it_gives_no_quality_role(world, role):
    with pytest.raises(NotPermitted):
        services.grant_role(person_id=world.stranger.pk, role=role, by=world.it)


def test_the_it_role_is_given_by_it_alone(world):
    services.grant_role(person_id=world.stranger.pk, role=Role.IT_ADMIN, by=world.it)
    with pytest.raises(NotPermitted):
        services.grant_role(person_id=world.reader.pk, role=Role.IT_ADMIN, by=world.quality)


@pytest.mark.parametrize(("who", "role"), [("quality", Role.TOP_MANAGEMENT), ("it", Role.IT_ADMIN)])
def test_nobody_gives_a_role_to_themselves(world, who, role):
    person = getattr(world, who)
    with pytest.raises(NotPermitted) as refusal:
        services.grant_role(person_id=person.pk, role=role, by=person)
    assert (refusal.value.code, verbs()) == ("own_role", [])


def test_the_database_refuses_a_role_given_to_oneself(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(
            person=world.reader, role=Role.AUTHOR, granted_by=world.reader, valid_from=timezone.now()
        )


@pytest.mark.parametrize("who", ["top", "owner", "author", "approver", "reader", "auditor", "stranger"])
def test_nobody_else_gives_any_role(world, who):
    with pytest.raises(NotPermitted):
        services.grant_role(person_id=world.second.pk, role=Role.READER, by=getattr(world, who))


def test_a_quality_manager_of_one_site_gives_roles_there_and_nowhere_else(world):
    local = world.person("local")
    world.give(local, Role.QUALITY_MANAGER, site=world.site)
    services.grant_role(person_id=world.stranger.pk, role=Role.AUTHOR, site=world.site, by=local)
    for scope in ({"site": world.other_site}, {}, {"process": world.process}):
        with pytest.raises(NotPermitted):
            services.grant_role(person_id=world.stranger.pk, role=Role.APPROVER, by=local, **scope)


def test_a_role_held_already_is_not_given_twice(world):
    services.grant_role(person_id=world.stranger.pk, role=Role.AUTHOR, by=world.quality)
    with pytest.raises(RuleBroken) as refusal:
        services.grant_role(person_id=world.stranger.pk, role=Role.AUTHOR, by=world.quality)
    services.grant_role(person_id=world.stranger.pk, role=Role.AUTHOR, site=world.site, by=world.quality)
    assert refusal.value.code == "held_already"


def test_who_has_left_is_given_nothing(world):
    services.deactivate_person(person_id=world.stranger.pk, by=world.it)
    with pytest.raises(RuleBroken):
        services.grant_role(person_id=world.stranger.pk, role=Role.AUTHOR, by=world.quality)


def test_an_external_auditor_has_an_end(world):
    with pytest.raises(RuleBroken) as refusal:
        services.grant_role(person_id=world.stranger.pk, role=Role.EXTERNAL_AUDITOR, by=world.quality)
    assert refusal.value.code == "end_missing"


@pytest.mark.parametrize(("begins", "ends"), [(None, -1), (10, 9), (None, 0)])
def test_a_role_ends_after_it_begins_and_in_the_future(world, begins, ends):
    now = timezone.now()
    with pytest.raises(RuleBroken) as refusal:
        services.grant_role(
            person_id=world.stranger.pk,
            role=Role.AUTHOR,
            valid_from=now + timedelta(days=begins) if begins else None,
            valid_until=now + timedelta(days=ends),
            by=world.quality,
        )
    assert refusal.value.code == "bad_dates"


def test_a_role_with_dates_holds_between_them(world):
    now = timezone.now()
    services.grant_role(
        person_id=world.stranger.pk,
        role=Role.QUALITY_MANAGER,
        valid_from=now + timedelta(days=1),
        valid_until=now + timedelta(days=3),
        by=world.quality,
    )
    held = [bool(rights(world.stranger, at=now + timedelta(days=day))) for day in (0, 2, 4)]
    assert held == [False, True, False]


def test_the_other_quality_managers_are_told_by_mail(world):
    world.person("quality2", Role.QUALITY_MANAGER)
    world.person("quality3", Role.QUALITY_MANAGER)
    services.grant_role(person_id=world.stranger.pk, role=Role.AUTHOR, by=world.quality)
    told = sorted(OutgoingMail.objects.values_list("to_address", flat=True))
    assert told == ["quality2@gauge.example", "quality3@gauge.example"]


def test_a_role_ends_and_stays_on_record(world, monkeypatch):
    heard = listen(monkeypatch, "organization.role_changed")
    given = services.grant_role(person_id=world.stranger.pk, role=Role.AUTHOR, by=world.quality)
    ended = services.end_role(assignment_id=given.pk, reason="Moved", by=world.quality)
    assert (ended.holds, ended.ended_by, may(User.objects.get(pk=world.stranger.pk), Can.SEE_PEOPLE)) == (
        False,
        world.quality,
        False,
    )
    assert verbs(world.stranger) == ["role_granted", "role_ended"]
    assert (heard.verbs, heard.happenings[1].detail["verb"]) == (["organization.role_changed"] * 2, "role_ended")


def test_a_role_ends_once(world):
    given = services.grant_role(person_id=world.stranger.pk, role=Role.AUTHOR, by=world.quality)
    services.end_role(assignment_id=given.pk, by=world.quality)
    with pytest.raises(RuleBroken):
        services.end_role(assignment_id=given.pk, by=world.quality)
    with pytest.raises(RuleBroken):
        services.end_role(assignment_id=given.pk + 999, by=world.quality)


def test_who_may_not_give_a_role_may_not_end_it(world):
    held = world.reader.assignments.get()
    for who in (world.it, world.owner, world.reader):
        with pytest.raises(NotPermitted):
            services.end_role(assignment_id=held.pk, by=who)


def test_the_last_quality_manager_keeps_the_role(world):
    held = world.quality.assignments.get()
    with pytest.raises(RuleBroken) as refusal:
        services.end_role(assignment_id=held.pk, by=SYSTEM)
    world.person("quality2", Role.QUALITY_MANAGER)
    services.end_role(assignment_id=held.pk, by=world.quality)
    assert refusal.value.code == "last_of_role"


def test_a_local_quality_manager_does_not_stand_in_for_the_last_one(world):
    world.give(world.stranger, Role.QUALITY_MANAGER, site=world.site)
    with pytest.raises(RuleBroken):
        services.end_role(assignment_id=world.quality.assignments.get().pk, by=world.quality)


def test_the_first_quality_manager_is_named_once_and_recorded(db):
    made = services.set_up(
        organization="Gauges", zone="Europe/Berlin", username="root", name="Root", quality_manager=False
    )
    other = services.create_person(username="q", name="Q", by=made.person)
    services.name_first_quality_manager(person_id=other.pk, by=made.person)
    with pytest.raises(RuleBroken) as refusal:
        services.name_first_quality_manager(person_id=other.pk, by=made.person)
    assert refusal.value.code == "already_named"
    assert verbs(other) == ["person_created", "first_quality_manager_named", "role_granted"]


def test_nobody_names_themselves_the_first_quality_manager(db):
    made = services.set_up(organization="G", zone="UTC", username="root", name="Root", quality_manager=False)
    with pytest.raises(NotPermitted):
        services.name_first_quality_manager(person_id=made.person.pk, by=made.person)


def test_a_set_up_happens_once_and_its_password_is_temporary(db):
    made = services.set_up(organization="Gauges", zone="Europe/Berlin", username="root", name="Root")
    assert made.person.check_password(made.password)
    assert made.person.password_is_own is False
    assert roles(made.person) == {Role.IT_ADMIN, Role.QUALITY_MANAGER}
    with pytest.raises(RuleBroken):
        services.set_up(organization="Gauges", zone="UTC", username="again", name="Again")


def test_a_right_reaches_as_far_as_its_role(world):
    local = world.person("local")
    world.give(local, Role.PROCESS_OWNER, process=world.process)
    world.give(local, Role.QUALITY_MANAGER, site=world.other_site)
    assert reach(local, Can.SEE_PEOPLE) == {Scope(site_id=world.other_site.pk), Scope(process_id=world.process.pk)}
    assert may(local, Can.GRANT_ROLES) is True
    assert may(local, Can.GRANT_ROLES, Scope(site_id=world.site.pk)) is False
    assert may(local, Can.GRANT_ROLES, Scope(site_id=world.other_site.pk)) is True


def test_people_with_a_right_are_those_whose_role_reaches_there(world):
    local = world.person("local")
    world.give(local, Role.QUALITY_MANAGER, site=world.other_site)
    assert list(people_with(Can.GRANT_ROLES)) == [world.quality]
    assert list(people_with(Can.GRANT_ROLES, Scope(site_id=world.other_site.pk))) == [local, world.quality]
