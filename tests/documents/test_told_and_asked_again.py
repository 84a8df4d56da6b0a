"""Readers are told of a minor change (K2), asked again after the type's period (K10), and followed when they move."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from lxml import html

from documents import services, tasks
from documents.audience import Rule
from documents.models import Acknowledgement
from documents.services.acknowledging import excusal_hash
from documents.services.audience import open_reading_duties, recompute_document, recompute_person
from documents.services.retraining import ask_again
from documents.services.rounds import Place
from documents.services.telling import forget_old_news
from documents.states import ChangeClass
from qms.core.days import add_months
from qms.duties.models import Duty, Notice
from qms.duties.queries import my_work
from qms.jobs.models import Job
from qms.jobs.services import run
from qms.organization.models import TeamMembership
from qms.organization.queries import today
from qms.organization.services import change_person, create_person
from qms.signatures.states import Meaning

pytestmark = pytest.mark.django_db

READ, TOLD = "documents.acknowledge", "documents.see_change"


@pytest.fixture
def released(world):
    """A procedure in force for the laboratory, acknowledged by its reader."""
    document = world.effective().document
    services.set_audience(document_id=document.pk, rules=[Rule("team", str(world.team.pk))], by=world.author)
    recompute_document(document_id=document.pk)
    revision = document.revisions.get()
    read(revision, world.reader)
    return revision


def read(revision, person):
    services.see(revision_id=revision.pk, by=person)
    return services.acknowledge(revision_id=revision.pk, by=person, content_hash=revision.content.sha256)


def release(world, document, change_class=ChangeClass.MINOR):
    revision = world.next_revision(document, change_class)
    if change_class == ChangeClass.MAJOR:
        services.submit_for_review(revision_id=revision.pk, reviewers=[world.colleague], by=world.author)
        services.agree_in_review(revision_id=revision.pk, by=world.colleague)
    services.start_approval(revision_id=revision.pk, approvers=[Place(world.approver)], by=world.author)
    revision = world.approve(revision)
    open_reading_duties(revision_id=revision.pk)
    return revision


def owed(kind):
    return list(Duty.objects.filter(kind=kind, closed_at=None).values_list("person__username", "due_on"))


def outcomes(kind):
    return list(Duty.objects.filter(kind=kind).order_by("pk").values_list("outcome", flat=True))


def test_who_acknowledged_before_is_told_of_a_minor_change_and_owes_nothing(world, released):
    revision = release(world, released.document)
    assert (owed(TOLD), owed(READ)) == ([("reader", None)], [])
    told = my_work(world.reader)[0]
    assert (str(told.words), told.item.number, told.duty.asked_by) == (
        "Look at a minor change",
        "SOP-0001",
        world.owner,
    )
    assert list(Notice.objects.filter(duty__kind=TOLD).values_list("recipient", "kind")) == [
        (world.reader.pk, "digest")
    ]
    assert open_reading_duties(revision_id=revision.pk) == 0
    assert Duty.objects.filter(kind=TOLD).count() == 1


def test_what_was_looked_at_is_told_no_more(client, world, released):
    revision = release(world, released.document)
    client.force_login(world.reader)
    page = client.get(reverse("documents:read", args=[released.document_id]))
    client.post(reverse("documents:seen", args=[released.document_id, revision.pk]))
    again = client.get(reverse("documents:read", args=[released.document_id]))
    assert (page.context["told"], again.context["told"], outcomes(TOLD)) == (True, False, ["done"])
    open_reading_duties(revision_id=revision.pk)
    assert owed(TOLD) == []


def test_without_scripts_a_button_says_that_a_change_was_seen(client, world, released):
    revision = release(world, released.document)
    client.force_login(world.reader)
    read_page = reverse("documents:read", args=[released.document_id])
    form = html.fromstring(client.get(read_page).content).xpath("//noscript//form")[0]
    seen = client.post(form.get("action"))
    again = client.get(read_page)
    assert (form.get("action"), form.text_content().strip(), seen.url) == (
        reverse("documents:seen", args=[released.document_id, revision.pk]),
        "Seen",
        read_page,
    )
    assert ("<noscript>" in again.content.decode(), outcomes(TOLD)) == (False, ["done"])


def test_nobody_is_told_of_a_typing_error(world, released):
    release(world, released.document, ChangeClass.ADMINISTRATIVE)
    assert (owed(TOLD), owed(READ)) == ([], [])


def test_what_was_told_ends_with_the_next_change_that_is_acknowledged(world, released):
    release(world, released.document)
    release(world, released.document, ChangeClass.MAJOR)
    assert (outcomes(TOLD), [person for person, _due in owed(READ)]) == (["superseded"], ["reader"])


def test_a_typing_error_put_right_does_not_silence_the_change_before_it(world, released):
    release(world, released.document)
    release(world, released.document, ChangeClass.ADMINISTRATIVE)
    assert owed(TOLD) == [("reader", None)]


@pytest.mark.parametrize("recompute", ["person", "document"])
def test_who_leaves_the_audience_is_told_no_more(world, released, recompute):
    release(world, released.document)
    TeamMembership.objects.filter(person=world.reader).update(valid_until=timezone.now())
    if recompute == "person":
        recompute_person(person_id=world.reader.pk)
    else:
        recompute_document(document_id=released.document_id)
    assert outcomes(TOLD) == ["no_longer_in_audience"]


def test_a_message_is_forgotten_after_thirty_days(world, released):
    release(world, released.document)
    kept = forget_old_news(timezone.now() + timedelta(days=29))
    assert (kept, forget_old_news(timezone.now() + timedelta(days=31))) == (0, 1)


@pytest.fixture
def yearly(world, released):
    """The procedure's type asks for reading again every year; the reader's last reading was long ago."""
    world.procedure.retraining_months = 12
    world.procedure.save()
    return released


def after(days):
    """Some days later, at noon."""
    return time_machine.travel(timezone.now().replace(hour=12) + timedelta(days=days), tick=False)


def anniversary():
    return add_months(today(), 12)


def test_who_read_it_a_period_ago_is_asked_again_dated_from_the_last_reading(world, yearly):
    due = anniversary()
    wait = (due - today()).days
    with after(wait - 15):
        assert (ask_again(), owed(READ)) == (0, [])
    with after(wait - 14):
        assert (ask_again(), ask_again(), owed(READ)) == (1, 0, [("reader", due)])


def test_a_period_that_was_just_set_leaves_the_grace_days(world, yearly):
    with after(700):
        ask_again()
        assert owed(READ) == [("reader", today() + timedelta(days=14))]


def test_reading_again_writes_a_second_acknowledgement_and_the_period_begins_anew(client, world, yearly):
    with after(360):
        ask_again()
        client.force_login(world.reader)
        page = client.get(reverse("documents:read", args=[yearly.document_id]))
        assert "It is time to read this again" in page.content.decode()
        first = yearly.acknowledgements.get()
        second = read(yearly, world.reader)
        assert (first == second, read(yearly, world.reader) == second, Acknowledgement.objects.count()) == (
            False,
            True,
            2,
        )
        assert (ask_again(), owed(READ)) == (0, [])


def test_nobody_is_asked_again_who_left_the_audience_who_was_excused_or_where_the_type_does_not_ask(world, yearly):
    again = world.person("again")
    world.join(again, world.team)
    recompute_document(document_id=yearly.document_id)
    hash_ = excusal_hash(yearly, again, "On leave.")
    proof = world.proof(world.quality, Meaning.EXCUSED, hash_)
    services.excuse(revision_id=yearly.pk, person=again, by=world.quality, proof=proof, reason="On leave.")
    TeamMembership.objects.filter(person=world.reader).update(valid_until=timezone.now())
    with after(400):
        assert ask_again() == 0
    TeamMembership.objects.filter(person=world.reader).update(valid_until=None)
    world.procedure.retraining_months = None
    world.procedure.save()
    with after(400):
        assert ask_again() == 0


def test_the_tick_lets_a_job_look_once_a_day_where_a_type_asks(world, released):
    tasks.tick_readers(timezone.now())
    none = Job.objects.filter(kind="documents.ask_again").count()
    world.procedure.retraining_months = 12
    world.procedure.save()
    for day in (0, 0, 1):
        tasks.tick_readers(timezone.now() + timedelta(days=day))
    assert (none, Job.objects.filter(kind="documents.ask_again").count()) == (0, 2)


def test_an_audience_by_site_follows_people_who_move(world, released):
    rules = [Rule("site", str(world.other_site.pk))]
    services.set_audience(document_id=released.document_id, rules=rules, by=world.author)
    recompute_document(document_id=released.document_id)
    Job.objects.all().delete()
    change_person(person_id=world.stranger.pk, by=world.quality, job_title="Fitter")
    assert Job.objects.count() == 0
    change_person(person_id=world.stranger.pk, by=world.quality, site=world.other_site)
    job = Job.objects.get()
    assert (job.kind, job.subject_key) == ("documents.recompute_person", str(world.stranger.pk))
    recompute_person(person_id=world.stranger.pk)
    assert [person for person, _due in owed(READ)] == ["stranger"]
    change_person(person_id=world.stranger.pk, by=world.quality, site=world.site)
    recompute_person(person_id=world.stranger.pk)
    assert owed(READ) == []


def test_a_new_person_of_no_role_and_no_team_owes_what_everybody_and_what_their_site_reads(world):
    for title, rule in (("House rules", Rule("everybody")), ("Site rules", Rule("site", str(world.site.pk)))):
        document = world.effective(title=title).document
        services.set_audience(document_id=document.pk, rules=[rule], by=world.author)
    before = Job.objects.filter(kind="documents.recompute_person").count()
    new = create_person(username="new", name="New Person", site=world.site, by=world.it)
    asked = Job.objects.filter(kind="documents.recompute_person")[before:]
    for job in asked:
        run(job.pk)
    assert (len(asked), [each.title for each in my_work(new)]) == (1, ["SOP-0001 House rules", "SOP-0002 Site rules"])
