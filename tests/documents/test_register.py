"""The register asked by state."""

from django.urls import reverse
from django.utils import timezone

from documents import services
from documents.models import Revision
from documents.queries.register import RegisterFilter, overdue_reviews, registered
from documents.services.bodies import index_document
from documents.states import State
from qms.organization.queries import organization_zone
from qms.signatures.states import Meaning
from tests.reports.reading import lines


def test_a_document_with_two_revisions_in_a_state_stands_in_the_register_once(world):
    first = world.effective()
    for _ in range(2):
        revision = world.next_revision(first.document)
        services.cancel_revision(revision_id=revision.pk, by=world.author, reason="Not needed")
    Revision.objects.filter(pk=first.pk).update(state=State.OBSOLETE)
    found = registered(world.quality, RegisterFilter(state=State.CANCELLED))
    assert [row.pk for row in found] == [first.document_id]


def test_the_register_says_as_of_when_and_since_when_each_document_is_in_force(client, world):
    revision = world.effective()
    world.draft(title="Not in force yet")
    client.force_login(world.quality)
    page = client.get(reverse("documents:register"))
    now = timezone.localtime(page.context["as_of"], organization_zone())
    since = timezone.localtime(revision.effective_at, organization_zone())
    assert f"{now:%H:%M} {now.tzname()}" in page.text.split('class="lead"')[1].split("</p>")[0]
    assert (f"{since.day} {since:%b %Y}</span>" in page.text, '<span title="Calibration">P01</span>' in page.text) == (
        True,
        True,
    )


def test_the_document_whose_number_is_looked_for_is_named_above_the_list_and_nothing_found_leads_on(client, world):
    document = world.effective(title="Calibration").document
    index_document(document_id=document.pk)
    client.force_login(world.reader)
    page = client.get(reverse("documents:register"), {"q": document.number.lower().replace("-", " ")})
    assert (page.context["itself"], f"{document.number} itself:" in page.text) == (document, True)
    nothing = client.get(reverse("documents:register"), {"q": "bore guage"})
    assert (nothing.context["itself"], f"{reverse('home:search')}?q=bore%20guage" in nothing.text) == (None, True)


def test_the_master_list_keeps_what_is_in_force_apart_from_the_rest(client, world):
    world.effective(title="Living")
    withdrawn = world.effective(title="Gone")
    services.ask_retirement(revision_id=withdrawn.pk, approvers=[world.approver], by=world.owner, reason="Not made now")
    proof = world.proof(world.approver, Meaning.RETIRED, withdrawn.content.sha256)
    services.agree_retirement(revision_id=withdrawn.pk, by=world.approver, proof=proof)
    world.draft(title="Coming")
    client.force_login(world.quality)
    said = lines(client.get(reverse("documents:export", args=["pdf"])).content)
    wanted = ("In force", "Not yet in force", "No longer in force: do not work by these")
    order = [
        word for line in said for word in (*wanted, "Living", "Gone", "Coming") if line == word or f" {word} " in line
    ]
    assert order == ["In force", "Living", "Not yet in force", "Coming", wanted[2], "Gone"]


def test_a_document_that_has_ended_is_not_past_its_review(world):
    from_the_past = world.effective().document
    type(from_the_past).objects.update(next_review_on="2020-01-01")
    late = overdue_reviews(registered(world.quality, RegisterFilter()))
    Revision.objects.filter(document=from_the_past).update(state=State.OBSOLETE)
    assert (late, overdue_reviews(registered(world.quality, RegisterFilter()))) == (1, 0)
