"""The scope: the guide asks, says what follows, and what was confirmed stands until the next, as of any day."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from documents import services as documents
from documents.models import Document, Revision
from documents.queries.revisions import governing_body
from documents.services.rounds import Place
from qms.core.actors import SYSTEM
from qms.core.errors import NotPermitted, RuleBroken
from qms.organization.states import Role
from qms.standards.catalogue import Catalogue, ClauseRow
from qms.standards.forms import ScopeForm
from qms.standards.guide import DROPS, QUESTIONS, dropped
from qms.standards.models import ScopeStatement
from qms.standards.printing import scope_as_text
from qms.standards.queries import left_out_of, lines, scope_at
from qms.standards.queries.scope import LeftOutHere
from qms.standards.reading import shipped_catalogues
from qms.standards.services import LeftOut, confirm_scope
from qms.standards.services.loading import load_catalogue
from qms.standards.states import ClauseKind, EditionState
from qms.trail.models import Entry

pytestmark = pytest.mark.django_db

EVERYTHING = {
    "design": "ourselves",
    **dict.fromkeys(("special", "measuring", "property", "install", "service", "owed", "outside"), "yes"),
}
NOTHING = LeftOutHere(frozenset(), frozenset())
CLAUSES = (
    ClauseRow("8.3", "Design", 1, kind=ClauseKind.SECTION, excludable=True),
    ClauseRow("8.3.1", "Planning", 2, "8.3", excludable=True),
    ClauseRow("8.5.1", "Control of production", 3),
    ClauseRow("8.5.5", "After delivery", 4, excludable=True),
)


@pytest.fixture
def iso(world):
    catalogue = Catalogue("ISO 9001", "2015", "Quality", state=EditionState.CURRENT, clauses=CLAUSES)
    return load_catalogue(catalogue=catalogue, sha256="0", by=SYSTEM)


@pytest.fixture
def environment(world):
    catalogue = Catalogue("ISO 14001", "2015", "Environment", state=EditionState.CURRENT, clauses=CLAUSES[2:3])
    return load_catalogue(catalogue=catalogue, sha256="0", by=SYSTEM)


def confirmed(world, *editions, products="Gauges", left_out=(), by=None, kind="", **more):
    told = {"products": products, "editions": editions, "left_out": left_out}
    return confirm_scope(**{"sites": [], **told, **more}, answers={}, by=by or world.quality, kind=kind)


def numbers(answers):
    return [f"{drop.number} {drop.sub_item}".strip() for drop in dropped({**EVERYTHING, **answers})]


@pytest.mark.parametrize(
    ("answers", "out"),
    [
        ({}, []),
        ({"design": "given"}, ["8.3"]),
        ({"design": "for_us"}, []),
        ({"special": "no"}, ["8.5.1 f"]),
        ({"install": "no", "service": "no"}, []),
        ({"install": "no", "service": "no", "owed": "no"}, ["8.5.5"]),
        ({"outside": "no"}, []),
    ],
)
def test_answers_say_what_does_not_apply_and_design_done_for_us_applies(answers, out):
    assert numbers(answers) == out


def test_the_guide_names_clauses_that_may_be_left_out_and_answers_that_there_are():
    excludable = {
        found.edition: {row.number: row.excludable for row in found.clauses}
        for found, _sha256 in shipped_catalogues()
        if found.standard == "ISO 9001" and found.edition in {"2015", "2026"}
    }
    for _wanted, drop in DROPS:
        assert [each[drop.number] for each in excludable.values()] == [not drop.sub_item] * 2
    assert [
        name for wanted, _drop in DROPS for name, said in wanted.items() if said not in QUESTIONS[name].answers
    ] == []
    environment = [found for found, _sha256 in shipped_catalogues() if found.standard == "ISO 14001"]
    assert [row for found in environment for row in found.clauses if row.excludable] == []


def test_what_belongs_to_a_clause_goes_with_it(iso, environment):
    answers = {**EVERYTHING, "design": "given", "special": "no"}
    found = [(str(line.clause.edition), line.number, bool(line.reason)) for line in lines([iso, environment], answers)]
    assert found == [
        ("ISO 9001:2015", "8.3", True),
        ("ISO 9001:2015", "8.5.1 f", True),
        ("ISO 9001:2015", "8.5.5", False),
    ]


def test_the_guide_begins_with_what_stands_in_its_words_unless_the_answers_are_others(world, iso):
    design, provision, after = (iso.clauses.get(number=number) for number in ("8.3", "8.5.1", "8.5.5"))
    out = [
        LeftOut(design, "Drawings come from customers."),
        LeftOut(provision, "All is measured.", "f", [world.site]),
        LeftOut(after, "We sell to resellers."),
    ]
    before = confirmed(world, iso, left_out=out)
    now = lines([iso], {**EVERYTHING, "special": "no"}, before)
    told = [(line.number, line.proposed, line.words, line.before.only_at) for line in now]
    assert told == [
        ("8.3", False, "Drawings come from customers.", []),
        ("8.5.1 f", True, "All is measured.", [world.site.pk]),
        ("8.5.5", False, "We sell to resellers.", []),
    ]
    form = ScopeForm(lines=now, sites=[world.site, world.other_site])
    keys = [line.key for line in now]
    assert [form[f"tick-{key}"].initial for key in keys] == [False, True, False]
    assert [form[f"where-{key}"].initial for key in keys] == [[], [str(world.site.pk)], []]


def test_an_item_that_applies_somewhere_is_offered_for_the_other_sites(iso):
    told = [(line.number, line.proposed) for line in lines([iso], EVERYTHING)]
    assert told == [("8.3", False), ("8.5.1 f", False), ("8.5.5", False)]


@pytest.mark.both
def test_a_scope_stands_until_the_next_and_is_known_as_of_any_instant(world, iso):
    design = iso.clauses.get(number="8.3")
    first = confirmed(world, iso, left_out=[LeftOut(design, "Made to drawings of customers.")])
    out = {each.number for each in iso.clauses.filter(pk__in=left_out_of(iso).whole)}
    second = confirmed(world, iso, products="Gauges and their design")
    first.refresh_from_db()
    before = timezone.now() - timedelta(days=1)
    assert (out, left_out_of(iso)) == ({"8.3", "8.3.1"}, NOTHING)
    assert (scope_at(), scope_at(first.valid_from), scope_at(before)) == (second, first, None)
    assert first.valid_until == second.valid_from
    assert Entry.objects.filter(verb="standards.scope_confirmed").count() == 2


def test_one_item_that_does_not_apply_leaves_its_clause(world, iso):
    provision = iso.clauses.get(number="8.5.1")
    statement = confirmed(world, iso, left_out=[LeftOut(provision, "All is checked.", "f")])
    part = LeftOutHere(frozenset(), frozenset({provision.pk}))
    assert ([str(each) for each in statement.left_out.all()], left_out_of(iso)) == (["8.5.1 f"], part)


@pytest.mark.parametrize(
    ("number", "item", "reason", "code"),
    [
        ("8.5.1", "", "We do not like it.", "applies"),
        ("8.5.1", "a", "No.", "applies"),
        ("8.3", "", " ", "reason_missing"),
    ],
)
def test_what_applies_to_everybody_is_not_left_out_and_nothing_without_a_reason(world, iso, number, item, reason, code):
    clause = iso.clauses.get(number=number)
    with pytest.raises(RuleBroken) as refusal:
        confirmed(world, iso, left_out=[LeftOut(clause, reason, item)])
    assert (refusal.value.code, ScopeStatement.objects.count()) == (code, 0)


def test_a_scope_has_products_a_standard_and_only_its_clauses(world, iso, environment):
    for wrong in (
        {"editions": (), "products": "Gauges"},
        {"editions": (iso,), "products": "  "},
        {"editions": (environment,), "left_out": [LeftOut(iso.clauses.get(number="8.3"), "No.")]},
    ):
        editions = wrong.pop("editions")
        with pytest.raises(RuleBroken):
            confirmed(world, *editions, **wrong)
    with pytest.raises(NotPermitted):
        confirmed(world, iso, by=world.author)


@pytest.mark.both
def test_the_database_holds_one_scope_that_stands(world, iso):
    confirmed(world, iso)
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        ScopeStatement.objects.create(products="Others", confirmed_by=world.quality, valid_from=timezone.now())


def test_the_guide_leads_to_a_scope_on_its_pages(client, world, iso, environment):
    client.force_login(world.quality)
    asked = {**EVERYTHING, "design": "given", "editions": [iso.pk, environment.pk]}
    page = client.get(reverse("standards:confirm_scope"), asked)
    design = iso.clauses.get(number="8.3")
    address = f"{reverse('standards:confirm_scope')}?{page.request['QUERY_STRING']}"
    told = {"products": "Gauges", f"tick-{design.pk}-": "on"}
    refused = client.post(address, told)
    done = client.post(address, {**told, f"why-{design.pk}-": "Drawings come from customers."})
    shown = client.get(done.url)
    assert (
        [line.number for line, _fields in page.context["proposed"]],
        page.context["whole"],
        page.context["without_design"],
        refused.status_code,
        list(refused.context["form"].errors),
        [(each.clause, each.reason) for each in shown.context["statement"].left_out.all()],
    ) == (["8.3"], [environment], True, 422, [f"why-{design.pk}-"], [(design, "Drawings come from customers.")])
    assert b"This does not apply here" in client.get(design.get_absolute_url()).content


def test_questions_are_asked_where_iso_9001_is_chosen(client, world, iso, environment):
    client.force_login(world.quality)
    alone = client.get(reverse("standards:confirm_scope"), {"editions": environment.pk})
    both = client.get(reverse("standards:confirm_scope"), {"editions": [iso.pk, environment.pk], "design": "perhaps"})
    assert (alone.status_code, both.status_code, len(both.context["form"].errors)) == (200, 422, len(QUESTIONS))
    words = "Do you service or repair it? Please answer this for ISO 9001."
    assert f'<a href="#id_service">{words}</a>' in both.text
    assert '<div id="id_service">' in both.text


def test_the_scope_is_read_by_everybody_and_confirmed_by_quality(client, world, iso):
    addresses = [reverse(f"standards:{name}") for name in ("scope", "guide", "confirm_scope")]
    seen = {}
    for who in ("reader", "quality", "it"):
        client.force_login(getattr(world, who))
        seen[who] = [client.get(each).status_code for each in addresses]
    assert seen == {"reader": [200, 404, 404], "quality": [200, 200, 422], "it": [404, 404, 404]}
    client.force_login(world.reader)
    assert client.get(addresses[0] + "?on=2020-01-01").context["statement"] is None
    odd = ("yesterday", "9999-12-31", "0001-01-01")
    assert [client.get(f"{addresses[0]}?on={each}").status_code for each in odd] == [200] * 3


TEXT = """# Products and services

Gauges

# Standards

- ISO 9001:2015, Quality

# Sites

- All sites of the organization

# Processes

- All processes of the organization

# What does not apply

- **ISO 9001:2015 8.3** Design: Drawings come from customers.
"""


def sent_to_approval(world, draft):
    documents.submit_for_review(revision_id=draft.pk, reviewers=[world.colleague], by=world.quality)
    documents.agree_in_review(revision_id=draft.pk, by=world.colleague)
    return documents.start_approval(revision_id=draft.pk, approvers=[Place(world.approver)], by=world.quality)


def test_the_scope_becomes_a_controlled_document_and_the_next_scope_its_next_revision(client, world, iso):
    world.give(world.quality, Role.AUTHOR)
    kind, left_out = str(world.procedure.pk), [LeftOut(iso.clauses.get(number="8.3"), "Drawings come from customers.")]
    first = confirmed(world, iso, left_out=left_out, kind=kind)
    document = Document.objects.get(pk=first.document_key)
    draft = document.revisions.get()
    text = governing_body(draft).markdown
    confirmed(world, iso, products="Gauges and blocks", kind=kind)
    again = governing_body(document.revisions.get()).markdown
    world.approve(sent_to_approval(world, draft))
    third = confirmed(world, iso, products="Blocks", kind=kind)
    labels = list(document.revisions.order_by("sequence").values_list("state", flat=True))
    client.force_login(world.quality)
    page = client.get(reverse("standards:scope"))
    assert (document.title, text, again.split("\n")[2], labels, third.document_key, page.context["document_url"]) == (
        "Scope of the management system",
        TEXT,
        "Gauges and blocks",
        ["effective", "draft"],
        first.document_key,
        document.get_absolute_url(),
    )


@pytest.fixture
def waiting(world, iso):
    """A scope whose document is with its approvers."""
    world.give(world.quality, Role.AUTHOR)
    first = confirmed(world, iso, kind=str(world.procedure.pk))
    sent_to_approval(world, Revision.objects.get(document_id=first.document_key))
    return first


def test_while_its_document_is_with_its_approvers_a_scope_is_not_written_and_nothing_changes(world, iso, waiting):
    with pytest.raises(RuleBroken, match="Only a draft can be changed"):
        confirmed(world, iso, products="Blocks", kind=str(world.procedure.pk))
    assert scope_at() == waiting


def test_the_page_says_so_before_the_work_and_the_scope_is_written_once_they_have_decided(client, world, iso, waiting):
    client.force_login(world.quality)
    address = f"{reverse('standards:confirm_scope')}?{urlencode({**EVERYTHING, 'editions': iso.pk})}"
    words = "SOP-0001 is with its reviewers and approvers"
    assert (words in client.get(address).text, client.post(address, {"products": "Blocks"}).status_code) == (True, 302)
    scope, written = reverse("standards:scope"), reverse("standards:write_scope")
    assert (words in client.get(scope).text, scope_at().document_key) == (True, "")
    draft = Revision.objects.get(document_id=waiting.document_key)
    assert client.post(written, {"kind": str(world.procedure.pk)}).status_code == 409
    world.approve(draft)
    assert (words in client.get(scope).text, client.post(written, {"kind": "0"}).status_code) == (False, 409)
    answer = client.post(written, {"kind": str(world.procedure.pk)})
    assert (answer.url, scope_at().document_key) == (draft.document.get_absolute_url(), waiting.document_key)
    again = Revision.objects.filter(document=draft.document).latest("sequence")
    assert ("Blocks" in governing_body(again).markdown, client.post(written, {"kind": "1"}).status_code) == (True, 409)


def test_a_clause_may_not_apply_at_one_site_only_and_the_processes_are_named(client, world, iso):
    design, provision = iso.clauses.get(number="8.3"), iso.clauses.get(number="8.5.1")
    out = [LeftOut(design, "Made to drawings.", "", [world.other_site]), LeftOut(provision, "All is checked.", "f")]
    places = {"sites": [world.site, world.other_site], "processes": [world.process]}
    statement = confirmed(world, iso, left_out=out, **places)
    below = iso.clauses.get(number="8.3.1")
    assert left_out_of(iso) == LeftOutHere(frozenset(), frozenset({design.pk, below.pk, provision.pk}))
    text = scope_as_text(statement)
    assert [line for line in text.split("\n") if "only" in line or "Calibration" in line] == [
        "- P01 Calibration",
        "- **ISO 9001:2015 8.3** Design, at Plant 2 only: Made to drawings.",
    ]
    client.force_login(world.reader)
    pages = [client.get(each.get_absolute_url()).text for each in (design, below, provision)]
    words = ("This does not apply at Plant 2.", "This does not apply at Plant 2.", "f does not apply here.")
    assert [said in page for said, page in zip(words, pages, strict=True)] == [True] * 3
    assert client.get(iso.get_absolute_url()).text.count("does not apply in part") == 2
    shown = client.get(reverse("standards:scope")).text
    assert ["at Plant 2 only" in shown, "Calibration" in shown] == [True, True]


def test_a_site_outside_of_the_scope_has_nothing_left_out(world, iso):
    out = [LeftOut(iso.clauses.get(number="8.3"), "No.", "", [world.other_site])]
    with pytest.raises(RuleBroken) as refusal:
        confirmed(world, iso, left_out=out, sites=[world.site])
    assert refusal.value.code == "other_site"


def test_the_guide_asks_at_which_sites_where_there_are_several_and_all_of_them_are_none(client, world, iso):
    client.force_login(world.quality)
    design, key = iso.clauses.get(number="8.3"), f"{iso.clauses.get(number='8.3').pk}-"
    told = {**EVERYTHING, "design": "given", "editions": iso.pk}
    said = {"products": "Gauges", f"tick-{key}": "on", f"why-{key}": "Drawings."}
    found = []
    for sites, where in (([], [world.other_site]), ([], [world.site, world.other_site]), ([world.site], [])):
        query = urlencode({**told, "sites": [each.pk for each in sites]}, doseq=True)
        address = f"{reverse('standards:confirm_scope')}?{query}"
        asked = f'name="where-{key}"' in client.get(address).text
        client.post(address, {**said, f"where-{key}": [each.pk for each in where]})
        found.append((asked, scope_at().left_out.get(clause=design).only_at))
    assert found == [(True, [world.other_site.pk]), (True, []), (False, [])]


def test_the_way_back_to_the_guide_keeps_the_answers(client, world, iso, environment):
    confirmed(world, environment, sites=[world.site], processes=[world.process])
    client.force_login(world.quality)
    query = urlencode({**EVERYTHING, "design": "for_us", "editions": iso.pk, "sites": world.other_site.pk})
    page = client.get(f"{reverse('standards:confirm_scope')}?{query}").text
    back = f"{reverse('standards:guide')}?{query}"
    initial = client.get(back).context["form"].initial
    assert (back.replace("&", "&amp;") in page, initial["design"], initial["editions"], initial["processes"]) == (
        True,
        "for_us",
        [str(iso.pk)],
        [],
    )
    began = client.get(reverse("standards:guide")).context["form"].initial
    assert [list(began[name]) for name in ("editions", "sites")] == [[environment], [world.site]]
    odd = f"{reverse('standards:guide')}?editions=x&sites=y&design=perhaps&processes={10**30}"
    assert client.get(odd).status_code == 200


def test_what_there_is_nothing_to_choose_from_is_not_asked(client, world):
    client.force_login(world.quality)
    empty = client.get(reverse("standards:guide")).text
    assert ("The standards are on their way" in empty, "See what follows" in empty) == (True, False)
    load_catalogue(catalogue=Catalogue("Own", "1", "T", clauses=CLAUSES), sha256="0", by=SYSTEM)
    asked = [field.name for field in client.get(reverse("standards:guide")).context["places"]]
    scope = client.get(reverse("standards:scope")).text
    assert (asked, 'class="side"' in scope, "No scope is confirmed yet" in scope) == (["sites"], False, True)
