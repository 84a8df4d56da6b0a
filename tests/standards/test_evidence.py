"""Links to clauses and what they come to: counted once confirmed, written with the change, read as of any day."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from documents import services as documents
from qms.core.errors import NotPermitted, RuleBroken
from qms.organization.models import Process
from qms.organization.services import change_process
from qms.signatures.states import Meaning
from qms.standards.models import ClauseLink, EvidenceSpan, Expectation, Judgement
from qms.standards.queries.evidence import matrix, standing_of
from qms.standards.queries.links import PROCESS, linked_to
from qms.standards.services.judging import expect, judge, judgement_hash
from qms.standards.services.links import confirm, dismiss, link, propose, unlink
from qms.standards.states import Standing
from qms.trail.models import Entry

DOCUMENT = "documents.document"
pytestmark = [pytest.mark.django_db, pytest.mark.both]


def linked(world, revision, *clauses, by=None, **fields):
    keys = [str(revision.document_id)]
    return link(model=DOCUMENT, keys=keys, clauses=clauses, by=by or world.quality, **fields)


def state(clause, at=None):
    return standing_of(clause, at).status.state


def withdrawn(world, revision):
    asked = {"revision_id": revision.pk, "approvers": [world.approver], "by": world.quality, "reason": "Not used."}
    documents.ask_retirement(**asked, references_accepted=True)
    revision.refresh_from_db()
    proof = world.proof(world.approver, Meaning.RETIRED, revision.content.sha256)
    documents.agree_retirement(revision_id=revision.pk, by=world.approver, proof=proof)


def test_a_document_in_force_is_evidence_from_the_instant_it_is_linked(world, clause):
    scope, released = clause("4.3"), world.effective()
    assert state(scope) == "none"
    before = timezone.now()
    linked(world, released, scope)
    assert (state(scope), state(scope, before)) == ("current", "none")


def test_a_draft_counts_when_it_comes_into_force_and_no_longer_when_it_is_withdrawn(world, clause):
    scope, waiting = clause("4.3"), world.in_approval()
    linked(world, waiting, scope)
    assert state(scope) == "none"
    released = world.approve(waiting)
    in_force = timezone.now()
    withdrawn(world, released)
    found = standing_of(scope).status
    assert (found.state, found.lacks, state(scope, in_force)) == ("stale", ("maintain",), "current")


def test_the_next_revision_keeps_the_evidence_as_it_is(world, clause):
    released = world.effective()
    linked(world, released, clause("4.3"))
    before = list(EvidenceSpan.objects.filter(kind="maintain").values())
    draft = world.next_revision(released.document)
    documents.submit_for_review(revision_id=draft.pk, reviewers=[world.colleague], by=world.author)
    world.approve(world.reviewed(draft))
    assert list(EvidenceSpan.objects.filter(kind="maintain").values()) == before


def test_a_review_that_falls_due_becomes_attention_by_itself_and_is_known_in_advance(world, clause):
    scope, released = clause("4.3"), world.effective()
    documents.change_document(document_id=released.document_id, by=world.quality, next_review_on=date(2031, 5, 4))
    linked(world, released, scope)
    moment, then = standing_of(scope).changes
    assert (timezone.localtime(moment).date(), then.state, then.attention) == (date(2031, 5, 5), "current", True)
    with time_machine.travel(moment + timedelta(minutes=1)):
        assert standing_of(scope).status.attention is True
        documents.change_document(document_id=released.document_id, by=world.quality, next_review_on=date(2033, 5, 4))
        assert standing_of(scope).status.attention is False
        assert standing_of(scope, moment).status.attention is True


def test_what_was_only_expected_to_begin_leaves_no_trace_when_it_does_not(world, clause):
    released = world.effective()
    linked(world, released, clause("4.3"))
    for year in (2031, 2032, 2033):
        day = date(year, 5, 4)
        documents.change_document(document_id=released.document_id, by=world.quality, next_review_on=day)
    assert [
        each.year for each in EvidenceSpan.objects.filter(kind="attention").values_list("valid_from", flat=True)
    ] == [2033]


def test_only_what_a_person_confirmed_counts(world, clause):
    scope, released = clause("4.3"), world.effective()
    suggested = propose(pairs=[(scope, DOCUMENT, str(released.document_id))], standing=Standing.SUGGESTED, by=None)
    assert (state(scope), [each.link.standing for each in linked_to(scope, world.quality)]) == ("none", ["suggested"])
    confirm(links=[each.pk for each in suggested], by=world.quality)
    assert state(scope) == "current"


def test_what_was_dismissed_is_not_suggested_again_but_may_be_linked(world, clause):
    scope, released = clause("4.3"), world.effective()
    pair = (scope, DOCUMENT, str(released.document_id))
    dismiss(links=[each.pk for each in propose(pairs=[pair], standing=Standing.SUGGESTED, by=None)], by=world.quality)
    assert propose(pairs=[pair], standing=Standing.SUGGESTED, by=None) == []
    linked(world, released, scope)
    assert state(scope) == "current"


def test_a_link_that_is_taken_away_ends_its_evidence_and_nothing_is_missed(world, clause):
    scope, released = clause("4.3"), world.effective()
    made = linked(world, released, scope)
    before = timezone.now()
    unlink(links=[each.pk for each in made], by=world.quality, reason="It says nothing of the scope.")
    assert (state(scope), state(scope, before)) == ("none", "current")
    assert Entry.objects.filter(verb="standards.unlinked").count() == 1


def test_a_clause_that_concerns_processes_is_asked_of_each_and_one_document_may_serve_all(world, iso, clause):
    buying, released = clause("8.4.1"), world.effective()
    other = Process.objects.create(number="P02", name="Purchasing")
    link(model=PROCESS, keys=[str(world.process.pk), str(other.pk)], clauses=[buying], by=world.quality)
    linked(world, released, buying)
    row = next(each for each in matrix(iso, sites=[]).rows if each.clause == buying)
    assert {key: each.state for key, each in row.cells.items()} == {world.process.pk: "current", other.pk: "none"}
    assert row.status.state == "none"
    linked(world, released, buying, everywhere=True)
    assert state(buying) == "current"


def test_a_document_that_moves_to_another_process_takes_its_evidence_along(world, iso, clause):
    scope, released = clause("4.3"), world.effective()
    other = Process.objects.create(number="P02", name="Purchasing")
    link(model=PROCESS, keys=[str(world.process.pk)], clauses=[scope], by=world.quality)
    linked(world, released, scope)
    documents.change_document(document_id=released.document_id, by=world.quality, process=other)
    row = next(each for each in matrix(iso, sites=[]).rows if each.clause == scope)
    assert {key: each.state for key, each in row.cells.items()} == {world.process.pk: "stale", other.pk: "current"}
    assert row.status.state == "stale"


def test_a_process_out_of_use_is_asked_for_nothing(world, clause):
    scope, released = clause("4.3"), world.effective()
    other = Process.objects.create(number="P02", name="Purchasing")
    link(model=PROCESS, keys=[str(world.process.pk), str(other.pk)], clauses=[scope], by=world.quality)
    linked(world, released, scope)
    assert state(scope) == "none"
    before = timezone.now()
    change_process(process_id=other.pk, by=world.quality, is_active=False)
    assert (state(scope), state(scope, before)) == ("current", "none")


def test_evidence_at_one_site_leaves_the_other_without(world, clause):
    scope, released = clause("4.3"), world.effective()
    linked(world, released, scope)
    documents.change_document(document_id=released.document_id, by=world.quality, site=world.site)
    assert state(scope) == "stale"


def test_what_is_expected_can_be_said_otherwise_with_a_reason(world, clause):
    competence, released = clause("7.2"), world.effective()
    linked(world, released, competence)
    assert (state(competence), standing_of(competence).status.lacks) == ("none", ("retain",))
    before = timezone.now()
    expect(
        clause=competence, maintain=True, retain=False, reason="The matrix is a controlled document.", by=world.quality
    )
    assert (state(competence), state(competence, before)) == ("current", "none")
    expect(clause=competence, maintain=True, retain=True, reason="Records too, then.", by=world.quality)
    assert [each.valid_until is None for each in Expectation.objects.order_by("pk")] == [False, True]


def test_a_document_that_serves_more_than_ten_clauses_is_broad(world, iso, clause):
    released = world.effective()
    ten = list(iso.clauses.exclude(number__in=["4", "4.3", "7.2", "8.4.1"]))
    linked(world, released, *ten)
    assert [each.broad for each in linked_to(ten[0], world.quality)] == [False]
    linked(world, released, clause("4.3"))
    assert [each.broad for each in linked_to(ten[0], world.quality)] == [True]


def test_a_judgement_is_signed_and_stands_beside_the_status(world, clause):
    scope = clause("4.3")
    said = "The scope was read and fits what we do."
    proof = world.proof(world.quality, Meaning.JUDGED, judgement_hash(scope, said, world.quality))
    made = judge(clause=scope, said=said, by=world.quality, proof=proof)
    assert (made.computed, made.signature.printed_name, state(scope)) == ("none", world.quality.name, "none")
    with pytest.raises(RuleBroken):
        judge(clause=scope, said="Something else.", by=world.quality, proof=proof)
    assert Judgement.objects.count() == 1


def test_a_heading_and_a_retired_clause_take_no_links(world, clause):
    released = world.effective()
    gone = clause("9.1")
    gone.retired_at = timezone.now()
    for each, code in ((clause("4"), "heading"), (gone, "retired")):
        with pytest.raises(RuleBroken) as refused:
            linked(world, released, each)
        assert refused.value.code == code
    assert ClauseLink.objects.count() == 0


@pytest.mark.parametrize("who", ["reader", "auditor", "author", "stranger", "it"])
def test_only_who_may_change_a_document_links_it(world, clause, who):
    released = world.effective()
    with pytest.raises(NotPermitted):
        linked(world, released, clause("4.3"), by=getattr(world, who))
    linked(world, released, clause("4.3"), by=world.owner)
    assert ClauseLink.objects.get().confirmed_by == world.owner


def test_what_is_linked_to_a_clause_is_told_as_far_as_a_person_may_see_it(world, clause):
    scope = clause("4.3")
    linked(world, world.in_approval(), scope)
    assert [each.subject.number for each in linked_to(scope, world.quality)] == ["SOP-0001"]
    assert linked_to(scope, world.reader) == []


def test_a_link_that_has_ended_meanwhile_is_told_and_nothing_is_changed(world, clause):
    made = linked(world, world.effective(), clause("4.3"), clause("7.2"))
    unlink(links=[made[0].pk], by=world.quality, reason="Not this.")
    with pytest.raises(RuleBroken) as refused:
        unlink(links=[each.pk for each in made], by=world.quality, reason="Neither.")
    assert (refused.value.code, ClauseLink.objects.filter(valid_until=None).count()) == ("ended", 1)


def test_the_database_holds_one_standing_link_of_a_record_and_a_clause(world, clause):
    made = linked(world, world.effective(), clause("4.3"))[0]
    made.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)
