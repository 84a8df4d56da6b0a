"""What came in is corrected, ticked and signed on one page: in force goes what is ticked there, and nothing else."""

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from documents.imports import import_folder
from documents.models import Adoption, Document, Revision
from documents.printing import controlled_copy
from documents.services import adoption_hash
from qms.organization.queries import today
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db


def page(name, *keys):
    return reverse(f"documents:{name}", args=keys)


@pytest.fixture
def brought(client, world, tmp_path):
    """Two documents that came in, and Quality before them."""
    client.force_login(world.quality)
    for name in ("QP-07 Goods.md", "QP-08 Tools.md"):
        (tmp_path / name).write_text(f"# {name[6:-3]}\n\n{name}\n")
    return import_folder(folder=tmp_path, mapping_text="", by=world.quality, source="old")


def ticked(*numbers):
    return list(Revision.objects.filter(document__number__in=numbers).order_by("pk"))


def signed(shown, chosen):
    """Return what the page sends when it is signed with these ticks: the hash is that of the page as it was shown."""
    content_hash = shown.context["form"]["content_hash"].value()
    return {"chosen": [each.pk for each in chosen], "content_hash": content_hash, "password": PASSWORD}


def states():
    return dict(Revision.objects.values_list("document__number", "state"))


def test_what_was_unticked_and_signed_at_once_is_refused_and_the_new_list_is_shown_to_be_signed(client, brought):
    adopt, goods = page("adopt", brought.pk), ticked("QP-07")
    whole = client.get(adopt)
    refused = client.post(adopt, signed(whole, goods))
    assert (refused.status_code, states()) == (409, {"QP-07": "migrated", "QP-08": "migrated"})
    assert refused.context["chosen"] == {goods[0].pk}
    assert refused.context["form"]["content_hash"].value() == adoption_hash(goods)
    done = client.post(adopt, signed(refused, goods))
    assert (done.status_code, states()) == (302, {"QP-07": "effective", "QP-08": "migrated"})
    assert Adoption.objects.get().content_hash == adoption_hash(goods)


def test_ticks_can_be_looked_at_before_they_are_signed(client, brought):
    adopt, goods = page("adopt", brought.pk), ticked("QP-07")
    shown = client.post(adopt, {"choose": "1", "chosen": [goods[0].pk]})
    assert (shown.status_code, shown.context["chosen"]) == (200, {goods[0].pk})
    assert client.post(adopt, signed(shown, goods)).status_code == 302
    assert states() == {"QP-07": "effective", "QP-08": "migrated"}


def test_nothing_ticked_puts_nothing_in_force_and_says_so(client, brought):
    adopt = page("adopt", brought.pk)
    refused = client.post(adopt, signed(client.get(adopt), []))
    assert (refused.status_code, states()) == (422, {"QP-07": "migrated", "QP-08": "migrated"})
    assert refused.context["refusal"] == "Tick at least one document."


def test_a_document_that_somebody_else_adopted_meanwhile_is_no_longer_on_the_list_that_is_signed(client, brought):
    adopt = page("adopt", brought.pk)
    both, goods = client.get(adopt), ticked("QP-07")
    client.post(adopt, signed(client.post(adopt, {"choose": "1", "chosen": [goods[0].pk]}), goods))
    refused = client.post(adopt, signed(both, ticked("QP-07", "QP-08")))
    assert (refused.status_code, states()["QP-08"]) == (409, "migrated")


def test_what_is_all_in_force_leads_back_to_the_import(client, brought):
    adopt = page("adopt", brought.pk)
    client.post(adopt, signed(client.get(adopt), ticked("QP-07", "QP-08")))
    assert Document.objects.filter(revisions__state="effective").count() == 2
    assert client.get(adopt).headers["Location"] == page("import", brought.pk)


def test_what_is_typed_of_an_old_approval_is_kept_as_typed_and_what_nobody_knows_is_said_plainly(
    client, world, brought
):
    tools, goods = ticked("QP-08")[0], ticked("QP-07")[0]
    form = {"number": "QP-08", "title": "Tools", "approvers": "Ada Old", "effective_on": "2020-02-03"}
    client.post(page("correct_found", brought.pk, tools.document_id), {**form, "process": world.process.pk, "site": ""})
    tools.refresh_from_db()
    assert (tools.origin_approvers, str(tools.origin_effective_on)) == ("Ada Old", "2020-02-03")
    assert (tools.origin_typed_by, tools.document.process) == (world.quality, world.process)
    adopt, day = page("adopt", brought.pk), date_format(today(), "j M Y")
    typed = "approved in old by Ada Old, in force there since 3 Feb 2020 (not read from the file: typed here by "
    assert [found for _row, found in client.get(adopt).context["rows"]] == [
        "approval in the old system (old) is not recorded",
        f"{typed}Quality Person on {day})",
    ]
    client.post(adopt, signed(client.get(adopt), [goods, tools]))
    goods.refresh_from_db()
    told = f"Approval in the old system (old) is not recorded; put in force here by Quality Person on {day}."
    shown = client.get(page("approvals", goods.document_id, goods.pk))
    assert (shown.context["adopted"], shown.context["together"], controlled_copy(goods).notes) == (told, 2, [told])
    assert ("Nobody was asked yet" in shown.text, goods.adoption.content_hash in shown.text) == (False, True)
    history = client.get(page("history", goods.document_id)).context["entries"][0]["text"]
    assert history == "Quality Person put it in force as it was found, with 2 documents under one signature"


def test_a_number_with_signs_that_mean_something_elsewhere_is_refused_before_adoption(client, brought):
    goods = ticked("QP-07")[0]
    correct = page("correct_found", brought.pk, goods.document_id)
    refused = client.post(correct, {"number": "<b>7", "title": "Goods"})
    told = 'The number “<b>7” holds one of < > ", which no number may hold.'
    assert (refused.status_code, refused.context["form"].errors["number"]) == (422, [told])


def test_the_page_of_an_import_offers_what_can_be_done_and_says_how_much_is_in_force(client, brought):
    shown = client.get(page("import", brought.pk))
    offered = [shown.context["came"][name] for name in ("waiting", "in_force", "may_undo")]
    assert (offered, page("import_undo", brought.pk) in shown.text) == ([2, 0, True], True)
    adopt = page("adopt", brought.pk)
    client.post(adopt, signed(client.get(adopt), ticked("QP-07", "QP-08")))
    shown = client.get(page("import", brought.pk))
    offered = [shown.context["came"][name] for name in ("waiting", "in_force", "may_undo")]
    assert (offered, "2 of 2 documents are in force" in shown.text) == ([0, 2, False], True)
    assert (adopt in shown.text, page("import_undo", brought.pk) in shown.text) == (False, False)


def test_a_corrected_title_is_that_of_the_newest_revision_and_older_ones_keep_theirs(client, world, tmp_path):
    for label, title in (("A", "Old title"), ("B", "New title")):
        (tmp_path / f"QP-09 {label}.md").write_text(
            f"---\nnumber: QP-09\nrevision: {label}\n---\n# {title}\n\n{label}\n"
        )
    run = import_folder(folder=tmp_path, mapping_text="", by=world.quality, source="old")
    client.force_login(world.quality)
    document = Document.objects.get(number="QP-09")
    shown = client.get(page("correct_found", run.pk, document.pk)).context["form"]
    client.post(
        page("correct_found", run.pk, document.pk),
        {**shown.initial, "approvers": "Ada Old", "site": "", "process": "", "effective_on": ""},
    )
    titles = document.revisions.order_by("sequence").values_list("label", "title", "origin_approvers")
    assert [*titles] == [("A", "Old title", ""), ("B", "New title", "Ada Old")]
