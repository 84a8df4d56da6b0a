"""Process and readers of many documents at once: each by its own rights, with one entry of its own."""

import pytest
from django.urls import reverse

from documents import services
from documents.audience import Rule, people_of
from documents.models import AudienceRule
from qms.organization.models import Process
from qms.trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(world):
    return [world.effective().document, world.effective().document]


def _post(client, verb, documents, **fields):
    chosen = [str(document.pk) for document in documents]
    return client.post(reverse("documents:bulk"), {"verb": verb, "chosen": chosen, **fields})


def _verbs_since(count):
    return list(Entry.objects.order_by("pk").values_list("verb", flat=True)[count:])


def test_the_register_offers_process_and_readers_to_who_manages_documents(client, world, two):
    client.force_login(world.quality)
    page = client.get("/documents/")
    assert [each["value"] for each in page.context["verbs"]] == ["owner", "review", "process", "readers", "link"]
    assert [_post(client, verb, two).status_code for verb in ("process", "readers")] == [200, 200]


def test_a_process_is_given_to_many_with_one_entry_each(client, world, two):
    process = Process.objects.create(number="P77", name="Shipping")
    client.force_login(world.quality)
    before = Entry.objects.count()
    answer = _post(client, "process", two, confirm="1", process=process.pk, reason="They came in without one")
    for document in two:
        document.refresh_from_db()
    assert (answer.context["changed"], {document.process for document in two}) == (2, {process})
    assert _verbs_since(before).count("documents.document_changed") == 2


def test_readers_are_added_to_those_who_read_already_with_one_entry_each(client, world, two):
    services.set_audience(document_id=two[0].pk, rules=[Rule("person", str(world.second.pk))], by=world.quality)
    services.set_audience(document_id=two[1].pk, rules=[], by=world.quality)
    client.force_login(world.quality)
    before = Entry.objects.count()
    answer = _post(client, "readers", two, confirm="1", team=[world.team.pk])
    assert answer.context["changed"] == 2
    assert [set(people_of(each)) for each in two] == [{world.reader.pk, world.second.pk}, {world.reader.pk}]
    assert _verbs_since(before) == ["documents.audience_set"] * 2


def test_readers_who_are_asked_already_are_no_change(client, world, two):
    client.force_login(world.quality)
    for document in two:
        services.set_audience(document_id=document.pk, rules=[Rule("everybody")], by=world.quality)
    before = Entry.objects.count()
    answer = _post(client, "readers", two, confirm="1", everybody="on")
    assert [each.words for each in answer.context["outcomes"]] == ["They are asked to read it already."] * 2
    assert (Entry.objects.count(), AudienceRule.objects.filter(document=two[0]).count()) == (before, 1)


def test_nobody_chosen_is_said(client, world, two):
    client.force_login(world.quality)
    answer = _post(client, "readers", two, confirm="1")
    assert answer.context["form"].non_field_errors() == ["Choose who is to read them."]
