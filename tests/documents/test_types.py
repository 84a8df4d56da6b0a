"""Document types and approval profiles: made and changed by quality, refused in words, told in the history."""

import pytest

from documents.models import ApprovalProfile, DocumentType
from documents.services.types import (
    Step,
    change_profile,
    change_type,
    create_profile,
    create_type,
    create_usual_types,
)
from documents.states import ApprovalMode
from qms.core.errors import NotPermitted, RuleBroken
from qms.organization.history import history_of
from qms.organization.states import Role

pytestmark = pytest.mark.django_db
TYPE = {
    "code": "WI",
    "name": "Work instruction",
    "number_pattern": "{site}-WI-{n:03}",
    "label_scheme": "letters",
    "review_months": "36",
    "grace_days": "14",
    "joiner_days": "14",
    "retraining_months": "",
    "credit_approvers": "on",
    "is_active": "on",
}


def test_a_profile_in_order_keeps_its_steps(world):
    steps = [Step("Process", Role.PROCESS_OWNER), Step("Quality", Role.QUALITY_MANAGER)]
    profile = create_profile(name="In order", mode=ApprovalMode.ORDERED, steps=steps, by=world.quality)
    assert list(profile.steps.order_by("position").values_list("position", "name", "role")) == [
        (1, "Process", "process_owner"),
        (2, "Quality", "quality_manager"),
    ]


@pytest.mark.parametrize(
    ("mode", "steps"),
    [(ApprovalMode.ORDERED, []), (ApprovalMode.ALL, [Step("Quality")]), (ApprovalMode.N_OF, [Step("A")])],
)
def test_steps_belong_to_an_approval_in_order_and_to_no_other(world, mode, steps):
    with pytest.raises(RuleBroken, match="in order has steps"):
        create_profile(name="Odd", mode=mode, steps=steps, by=world.quality)


@pytest.mark.parametrize("who", ["author", "owner", "it", "top", "stranger"])
def test_only_quality_changes_types(world, who):
    with pytest.raises(NotPermitted):
        change_type(type_id=world.procedure.pk, name="Another", by=getattr(world, who))


def test_a_code_is_given_once(world):
    with pytest.raises(RuleBroken, match="“SOP” is taken"):
        create_type(code=" SOP ", name="Another", number_pattern="X-{n}", profile=world.profile, by=world.quality)


@pytest.mark.parametrize("pattern", ["SOP", "{m:04}", "{n", "{n!r:>9999999999}"])
def test_a_pattern_that_makes_no_numbers_is_refused(world, pattern):
    with pytest.raises(RuleBroken):
        change_type(type_id=world.procedure.pk, number_pattern=pattern, by=world.quality)
    assert DocumentType.objects.get(pk=world.procedure.pk).number_pattern == "SOP-{n:04}"


def test_a_change_is_told_with_who_made_it(world):
    change_type(type_id=world.procedure.pk, review_months=12, by=world.quality)
    assert [each["text"] for each in history_of(world.procedure)] == ["Quality Person changed the document type"]


def test_the_usual_types_are_there_with_one_click_and_only_once(world):
    DocumentType.objects.all().delete()
    ApprovalProfile.objects.all().delete()
    assert create_usual_types(by=world.quality) == 4
    with pytest.raises(RuleBroken, match="already"):
        create_usual_types(by=world.quality)


def test_the_page_shows_types_with_their_numbers_and_profiles_with_their_steps(client, world):
    client.force_login(world.quality)
    create_profile(name="Two steps", mode=ApprovalMode.ORDERED, steps=[Step("First"), Step("Second")], by=world.quality)
    page = client.get("/document-types/").content.decode()
    assert ("SOP-{n:04}" in page, "Step after step, in order: First, Second" in page) == (True, True)


def test_a_page_without_types_offers_the_usual_ones(client, world):
    DocumentType.objects.all().delete()
    client.force_login(world.quality)
    assert "Make the usual types" in client.get("/document-types/").content.decode()
    assert client.post("/document-types/usual/").status_code == 302
    assert sorted(DocumentType.objects.values_list("code", flat=True)) == ["FRM", "POL", "SOP", "WI"]


def test_a_type_is_made_and_changed_on_its_page(client, world):
    client.force_login(world.quality)
    assert client.post("/document-types/new/", {**TYPE, "profile": world.profile.pk}).status_code == 302
    made = DocumentType.objects.get(code="WI")
    changed = {**TYPE, "profile": world.profile.pk, "name": "Instruction", "retraining_months": "24"}
    assert client.post(f"/document-types/{made.pk}/", changed).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.retraining_months, made.number_pattern) == ("Instruction", 24, "{site}-WI-{n:03}")


def test_what_is_wrong_is_said_on_the_page_and_nothing_is_kept(client, world):
    client.force_login(world.quality)
    answer = client.post("/document-types/new/", {**TYPE, "profile": world.profile.pk, "number_pattern": "WI"})
    assert (answer.status_code, DocumentType.objects.count()) == (422, 1)
    assert "A number pattern needs {n}" in answer.content.decode()


def test_a_profile_is_made_and_changed_on_its_page(client, world):
    client.force_login(world.quality)
    fields = {"name": "Steps", "mode": "ordered", "needed": 1, "reviewers_needed": 1, "periodic_review_approvers": 1}
    fields |= {"step_1": "Process", "role_1": "process_owner", "step_2": "", "role_2": "", "step_3": "", "role_3": ""}
    assert client.post("/approval-profiles/new/", fields).status_code == 302
    made = ApprovalProfile.objects.get(name="Steps")
    assert client.get(f"/approval-profiles/{made.pk}/").context["form"]["role_1"].value() == "process_owner"
    client.post(f"/approval-profiles/{made.pk}/", {**fields, "step_2": "Quality", "role_2": "quality_manager"})
    assert made.steps.count() == 2


@pytest.mark.parametrize("address", ["/document-types/", "/document-types/new/", "/approval-profiles/new/"])
def test_for_everybody_else_the_pages_do_not_exist(client, world, address):
    client.force_login(world.author)
    assert client.get(address).status_code == 404


def test_a_profile_that_is_changed_keeps_its_open_rounds_as_they_began(world):
    revision = world.in_approval()
    change_profile(profile_id=world.profile.pk, needed=2, by=world.quality)
    assert world.approve(revision).state == "effective"
