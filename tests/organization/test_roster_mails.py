"""An import tells each quality manager of its roles in one mail, and leads to the links that let people in."""

import pytest

from qms.jobs.models import OutgoingMail
from qms.organization import services
from qms.organization.queries import roster_with_id
from qms.organization.roster import Column
from qms.organization.states import Role


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
