"""Evidence status from the shell, to programs, and before a document is withdrawn."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from documents.queries import references
from documents.services import ask_retirement
from qms.api.services import make_token
from qms.api.states import TokenScope
from qms.core.errors import RuleBroken
from tests.standards.test_evidence import linked

pytestmark = pytest.mark.django_db


def told(capsys, *options):
    call_command("evidence_status", "--standard", "ISO 9001:2015", *options)
    return capsys.readouterr().out


def test_the_shell_tells_each_requirement_now_and_as_of_a_day(world, iso, clause, capsys):
    linked(world, world.effective(), clause("4.3"))
    lines = told(capsys).splitlines()
    assert lines[0] == "4.3        current, not audited"
    assert lines[1] == "7.2        no evidence linked (waits for records within their period)"
    assert lines[-1].endswith("It does not show that the requirement is met.")
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    assert told(capsys, "--as-of", yesterday).splitlines()[0].startswith("4.3        no evidence linked")


def test_the_shell_answers_in_json_too(world, iso, clause, capsys):
    linked(world, world.effective(), clause("4.3"))
    found = json.loads(told(capsys, "--json"))
    assert found["requirements"][0] == {
        "clause": "4.3",
        "title": "Scope",
        "state": "current",
        "since": None,
        "waits_for": [],
        "attention": False,
        "processes": {"P01": {"state": "current", "since": None, "waits_for": [], "attention": False}},
    }


def test_an_edition_that_is_not_there_is_said(world, iso):
    with pytest.raises(CommandError) as refused:
        call_command("evidence_status", "--standard", "ISO 9001:1066")
    assert str(refused.value) == "There is no ISO 9001:1066 in the library."


def test_a_day_that_is_none_is_said_in_words(world, iso):
    with pytest.raises(CommandError) as refused:
        call_command("evidence_status", "--standard", "ISO 9001:2015", "--as-of", "soon")
    assert str(refused.value).endswith("soon is no day; write it as 2026-11-22.")


def test_programs_read_the_status_of_an_edition(client, world, iso, clause):
    linked(world, world.effective(), clause("4.3"))
    ends = timezone.now() + timedelta(days=9)
    _token, secret = make_token(name="ERP", scope=TokenScope.READ, ends_at=ends, by=world.quality)
    headers = {"Authorization": f"Bearer {secret}"}
    listed = client.get("/api/v1/editions/", headers=headers).json()
    assert [each["edition"] for each in listed["results"]] == ["2015"]
    found = client.get(f"/api/v1/editions/{iso.pk}/", headers=headers).json()
    assert (found["requirements"][0]["state"], found["means"][:10]) == ("current", "This shows")
    past = client.get(f"/api/v1/editions/{iso.pk}/?on=2020-01-01", headers=headers).json()
    assert past["requirements"][0]["state"] == "none"
    assert client.get(f"/api/v1/editions/{iso.pk}/?on=soon", headers=headers).status_code == 422


def test_a_document_that_alone_is_evidence_is_not_withdrawn_before_that_was_accepted(world, iso, clause):
    only, other = world.effective(), world.effective(title="Another")
    linked(world, only, clause("4.3"), clause("8.4.1"))
    linked(world, other, clause("8.4.1"))
    assert references(only.document) == ["ISO 9001:2015 4.3"]
    asked = {"revision_id": only.pk, "approvers": [world.approver], "by": world.owner, "reason": "Not used."}
    with pytest.raises(RuleBroken):
        ask_retirement(**asked)
    assert ask_retirement(**asked, references_accepted=True).pk == only.pk
