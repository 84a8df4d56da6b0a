"""What others owe, accounts and packs through the API, and what stays with a person on the pages."""

import zipfile
from io import BytesIO

from documents.states import State
from qms.api.states import TokenScope
from qms.core.actors import SYSTEM
from qms.duties.models import Duty
from qms.evidence.models import Pack
from qms.evidence.queries import selection_of
from qms.evidence.services import build
from qms.organization.models import RoleAssignment, User
from qms.organization.states import Role
from qms.standards.services.loading import load_catalogue
from tests.api.test_scopes import ISO
from tests.evidence.test_packs import Quietly

NEW = {"username": "lina", "name": "Lina Weber", "email": "lina@gauge.example"}


def status(*answers) -> list[int]:
    return [answer.status_code for answer in answers]


def test_the_duties_of_another_are_seen_by_those_who_may(world, program):
    revision = world.in_review()
    world.colleague.line_manager = world.owner
    world.colleague.save()
    place = f"duties/?person={world.colleague.pk}"
    seen = [program(each).get(place).json()["results"] for each in (world.quality, world.owner, world.colleague)]
    assert [[row["subject"] for row in rows] for rows in seen] == [[f"documents.revision/{revision.pk}"]] * 3
    assert [row["person"] for row in seen[0]] == [world.colleague.pk]
    stranger = program(world.stranger)
    assert status(stranger.get(place), stranger.get("duties/?person=nobody"), stranger.get("duties/?person=")) == [
        404,
        404,
        200,
    ]


def test_what_everybody_owes_is_listed_for_quality_as_its_page_filters_it(world, program):
    world.in_review()
    quality = program(world.quality)
    coming = quality.get("duties/everyone/", when="coming", person=world.colleague.pk).json()["results"]
    assert [row["kind"] for row in coming] == ["documents.review"]
    assert quality.get("duties/everyone/").json()["results"] == []
    assert status(program(world.author).get("duties/everyone/")) == [404]


def test_quality_gives_a_duty_to_somebody_else_with_a_reason(world, program):
    revision = world.in_review()
    duty = Duty.objects.get(person=world.colleague)
    quality = program(world.quality)
    wrong = quality.post(f"duties/{duty.pk}/move/", {"to": 10**30, "reason": "Ill."})
    without = quality.post(f"duties/{duty.pk}/move/", {"to": world.second.pk})
    assert [sorted(each.json()["error"]["fields"]) for each in (wrong, without)] == [["to"], ["reason"]]
    assert status(program(world.author).post(f"duties/{duty.pk}/move/", {"to": 1, "reason": "Ill."})) == [404]
    moved = quality.post(f"duties/{duty.pk}/move/", {"to": world.second.pk, "reason": "Ill."})
    assert (moved.status_code, moved.json()["person"], moved.json()["kind"]) == (
        200,
        world.second.pk,
        "documents.review",
    )
    assert list(Duty.objects.filter(closed_at__isnull=True).values_list("person", flat=True)) == [world.second.pk]
    revision.refresh_from_db()
    assert revision.state == State.IN_REVIEW


def test_it_makes_changes_closes_and_opens_an_account(world, program):
    it = program(world.it)
    made = it.post("people/", {**NEW, "line_manager": world.owner.pk, "site": world.site.pk})
    assert (made.status_code, made.json()["line_manager"], made.json()["site"]) == (201, world.owner.pk, world.site.pk)
    place = f"people/{made.json()['id']}/"
    changed = it.patch(place, {"job_title": "Inspector", "line_manager": None}).json()
    assert [changed[name] for name in ("name", "job_title", "line_manager")] == ["Lina Weber", "Inspector", None]
    closed, again = it.post(f"{place}deactivate/", {"reason": "Has left."}), it.post(f"{place}deactivate/")
    assert (closed.json()["is_active"], again.status_code) == (False, 409)
    assert it.post(f"{place}reactivate/", {}).json()["is_active"] is True
    assert User.objects.get(username="lina").has_usable_password() is False


def test_an_account_refuses_what_its_page_refuses(world, program):
    it = program(world.it)
    answers = [
        it.post("people/", {"name": "Lina"}),
        it.post("people/", {**NEW, "email": "none"}),
        it.post("people/", {**NEW, "line_manager": 10**30}),
        it.post("people/", {**NEW, "password": "secret"}),
        it.patch(f"people/{world.author.pk}/", {"joined_on": "1800-01-01"}),
    ]
    assert [(each.status_code, sorted(each.json()["error"]["fields"])) for each in answers] == [
        (422, ["username"]),
        (422, ["email"]),
        (422, ["line_manager"]),
        (422, ["password"]),
        (422, ["joined_on"]),
    ]
    assert it.post("people/", {**NEW, "username": "author"}).status_code == 409


def test_accounts_are_it_s_and_places_are_quality_s_too(world, program):
    quality, place = program(world.quality), f"people/{world.author.pk}/"
    answers = [
        quality.patch(place, {"job_title": "Inspector"}),
        quality.patch(place, {"email": "other@gauge.example"}),
        quality.post(f"{place}deactivate/", {}),
        quality.post("people/", NEW),
        program(world.author).patch(place, {"job_title": "Chief"}),
        program(world.author).patch(f"people/{world.owner.pk}/", {"job_title": "Chief"}),
    ]
    assert status(*answers) == [200, 403, 403, 404, 403, 404]


def test_no_token_gives_a_role_or_a_way_to_sign_in(world, program):
    before = RoleAssignment.objects.count()
    quality, it = program(world.quality), program(world.it)
    answers = [
        quality.post(f"people/{world.author.pk}/roles/", {"role": "quality_manager"}),
        it.post(f"people/{world.author.pk}/account/password/", {}),
    ]
    assert status(*answers) == [403, 403]
    assert [each.json()["error"]["message"] for each in answers] == [
        "Roles are given and ended by a person on the pages, not by a token.",
        "How somebody signs in is changed by a person on the pages, not by a token.",
    ]
    assert RoleAssignment.objects.count() == before


def test_roles_are_listed_for_those_who_may_open_the_person(world, program):
    rows = program(world.quality).get(f"people/{world.reader.pk}/roles/").json()["results"]
    assert [(row["role"], row["valid_until"]) for row in rows] == [(Role.READER, None)]
    assert status(program(world.stranger).get(f"people/{world.reader.pk}/roles/")) == [404]


def test_a_pack_is_downloaded_once_it_is_built(world, program):
    world.effective()
    quality = program(world.quality, TokenScope.WRITE)
    pack = quality.post("packs/", {"recipient": "Certification body", "purpose": "Stage 2"}).json()
    place = f"packs/{pack['id']}/download/"
    early = quality.get(place)
    assert (early.status_code, early.json()["error"]["message"]) == (409, "The pack is not built yet.")
    build(pack_id=pack["id"], progress=Quietly())
    built = quality.get(place)
    content = b"".join(built)
    assert (built.headers["Content-Type"], zipfile.ZipFile(BytesIO(content)).testzip()) == (
        "application/octet-stream",
        None,
    )
    assert built.headers["Content-Disposition"].startswith("attachment")
    assert Pack.objects.get().file.size == len(content)
    assert status(program(world.author).get(place)) == [404]


def test_a_pack_is_asked_for_by_clauses_and_numbers_that_there_are_not_are_named(world, program):
    edition = load_catalogue(catalogue=ISO, sha256="0", by=SYSTEM)
    asked = {"recipient": "Certification body", "purpose": "Stage 2", "edition": edition.pk}
    quality = program(world.quality, TokenScope.WRITE)
    answers = [quality.post("packs/", {**asked, "clauses": said}) for said in ("99.1", "8.5.1")]
    assert (status(*answers), answers[0].json()["error"]["fields"]) == (
        [422, 201],
        {"clauses": [f"{edition} has no clause 99.1."]},
    )
    assert answers[1].json()["words"] == f"Clauses: {edition}: 8.5.1"
    assert selection_of(Pack.objects.get()).clauses == (edition.clauses.get(number="8.5.1").pk,)
