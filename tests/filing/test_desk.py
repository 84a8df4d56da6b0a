"""Attachments, downloads, comments and links on any record."""

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from qms.core.errors import RuleBroken
from qms.core.storage import WholeFiles
from qms.filing.models import Attachment, Comment, Link, StoredFile
from qms.filing.queries import attachments_of, blocking_comments, comments_on, links_of
from qms.filing.services import answer_comment, attach, comment, detach, link, unlink
from qms.filing.services.files import clean_name, store_bytes, the_store
from qms.filing.serving import serve
from qms.trail.queries import about

HOSTILE = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def verbs(row):
    """Return the verbs in the trail of a record, oldest first."""
    return [entry.verb for entry in reversed(about(row))]


def test_a_file_is_attached_under_the_name_it_came_with_and_taken_off_without_being_lost(desk, files):
    file = store_bytes(b"A certificate.")
    kept = attach(row=desk.one, file=file, name="Zertifikat №7.pdf", media_type="application/pdf", by=desk.ann)
    attach(row=desk.two, file=file, name="copy.pdf", media_type="application/pdf", by=desk.ann)
    assert [(each.name, each.file, each.added_by) for each in attachments_of(desk.one)] == [
        ("Zertifikat №7.pdf", file, desk.ann)
    ]
    detach(attachment=kept, row=desk.one, by=desk.bob)
    assert not attachments_of(desk.one).exists()
    assert Attachment.objects.get(pk=kept.pk).removed_by == desk.bob
    assert the_store().exists(file.storage_name)
    assert verbs(desk.one) == ["filing.attached", "filing.detached"]


def test_what_was_taken_off_is_not_taken_off_again(desk, files):
    kept = attach(row=desk.one, file=store_bytes(b"x"), name="x", media_type="text/plain", by=desk.ann)
    detach(attachment=kept, row=desk.one, by=desk.ann)
    with pytest.raises(RuleBroken):
        detach(attachment=kept, row=desk.one, by=desk.ann)
    assert verbs(desk.one) == ["filing.attached", "filing.detached"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("SOP-12.docx", "SOP-12.docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\plan.pdf", "plan.pdf"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("測定器の校正.pdf", "測定器の校正.pdf"),
        ("تقرير.pdf", "تقرير.pdf"),
        (".hidden. ", "hidden"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_file_name_is_kept_as_data(name, kept):
    assert clean_name(name) == kept


def body(response):
    """Return the bytes of a download."""
    return b"".join(response.streaming_content)


def test_a_download_is_never_shown_by_the_browser(desk, files):
    response = serve(store_bytes(HOSTILE), "plan.svg", "image/svg+xml")
    assert {name: response.headers[name] for name in response.headers} == {
        "Content-Type": "application/octet-stream",
        "Content-Length": str(len(HOSTILE)),
        "Content-Disposition": 'attachment; filename="plan.svg"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    assert body(response) == HOSTILE
    response.close()


def test_what_was_made_here_may_be_shown_in_a_sandbox(desk, files):
    response = serve(store_bytes(b"%PDF-1.7"), "SOP-0001 rev 2.pdf", "application/pdf", inline=True)
    response.close()
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == 'inline; filename="SOP-0001 rev 2.pdf"'
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ('a"b\\c.pdf', 'attachment; filename="c.pdf"'),
        ('a"b.pdf', 'attachment; filename="a\\"b.pdf"'),
        ("測定.pdf", "attachment; filename*=utf-8''%E6%B8%AC%E5%AE%9A.pdf"),
        ("a.pdf\r\nSet-Cookie: x=1", 'attachment; filename="a.pdfSet-Cookie: x=1"'),
        ("", 'attachment; filename="file"'),
    ],
)
def test_a_name_in_any_script_goes_into_the_header_and_never_out_of_it(desk, files, name, header):
    response = serve(store_bytes(b"x"), name, "text/plain")
    response.close()
    assert response.headers["Content-Disposition"] == header


def test_a_lost_file_is_said_in_words(desk, files):
    file = store_bytes(b"x")
    the_store().delete(file.storage_name)
    with pytest.raises(RuleBroken) as refusal:
        serve(file, "x", "text/plain")
    assert (refusal.value.code, file.sha256 in str(refusal.value)) == ("file_missing", True)


def test_a_file_that_was_cut_off_is_not_handed_out(desk, files):
    file = store_bytes(b"whole")
    the_store().save(file.storage_name, ContentFile(b"wh"))
    with pytest.raises(RuleBroken) as refusal:
        serve(file, "x", "text/plain")
    assert refusal.value.code == "file_missing"


def test_a_store_that_does_not_answer_is_another_thing_than_a_lost_file(desk, files, monkeypatch):
    def dead(_self, _name):
        raise OSError(5, "Input/output error")

    file = store_bytes(b"x")
    monkeypatch.setattr(WholeFiles, "size", dead)
    with pytest.raises(RuleBroken) as refusal:
        serve(file, "x", "text/plain")
    assert refusal.value.code == "store_down"


def test_files_are_written_once(desk, files):
    file = store_bytes(b"x")
    with pytest.raises(TypeError):
        StoredFile.objects.filter(pk=file.pk).update(size=2)
    with pytest.raises(TypeError):
        file.delete()


def test_a_blocking_comment_holds_the_record_until_it_is_answered(desk):
    comment(row=desk.one, text="A typing error.", by=desk.ann)
    held = comment(row=desk.one, text="The limit is wrong.", by=desk.ann, passage="4.2", blocking=True)
    comment(row=desk.two, text="Elsewhere.", by=desk.ann, blocking=True)
    assert list(blocking_comments(desk.one)) == [held]
    answer_comment(comment_id=held.pk, row=desk.one, answer="It is 0.02 mm now.", by=desk.bob)
    assert not blocking_comments(desk.one).exists()
    assert [(each.text, each.answer, each.resolved_by) for each in comments_on(desk.one)] == [
        ("A typing error.", "", None),
        ("The limit is wrong.", "It is 0.02 mm now.", desk.bob),
    ]
    assert verbs(desk.one) == ["filing.commented", "filing.commented", "filing.comment_resolved"]


@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_a_comment_needs_words(desk, text):
    with pytest.raises(RuleBroken):
        comment(row=desk.one, text=text, by=desk.ann)
    assert not Comment.objects.exists()


def test_a_comment_is_answered_once(desk):
    made = comment(row=desk.one, text="Why?", by=desk.ann, blocking=True)
    answer_comment(comment_id=made.pk, row=desk.one, answer="Because.", by=desk.bob)
    with pytest.raises(RuleBroken):
        answer_comment(comment_id=made.pk, row=desk.one, answer="No.", by=desk.ann)
    assert Comment.objects.get().answer == "Because."


@pytest.mark.parametrize("blocking", [True, False])
def test_what_holds_a_record_is_answered_with_words(desk, blocking):
    made = comment(row=desk.one, text="Why?", by=desk.ann, blocking=blocking)
    with pytest.raises(RuleBroken):
        answer_comment(comment_id=made.pk, row=desk.one, answer=" ", by=desk.bob)
    assert Comment.objects.get().resolved_at is None


def test_a_comment_on_another_record_is_not_found_through_this_one(desk):
    made = comment(row=desk.one, text="Why?", by=desk.ann)
    with pytest.raises(RuleBroken) as refusal:
        answer_comment(comment_id=made.pk, row=desk.two, answer="Because.", by=desk.bob)
    assert refusal.value.code == "no_such_comment"


def test_a_link_is_seen_from_both_ends(desk):
    made = link(row=desk.one, kind="follows", to=desk.two, by=desk.ann)
    assert [list(links_of(row)) for row in (desk.one, desk.two)] == [[made], [made]]
    assert (verbs(desk.one), verbs(desk.two)) == (["filing.linked"], ["filing.linked"])


def test_a_link_that_stands_is_not_made_twice(desk):
    first = link(row=desk.one, kind="follows", to=desk.two, by=desk.ann)
    assert link(row=desk.one, kind="follows", to=desk.two, by=desk.bob) == first
    link(row=desk.one, kind="form_of", to=desk.two, by=desk.ann)
    link(row=desk.two, kind="follows", to=desk.one, by=desk.ann)
    assert Link.objects.count() == 3
    assert verbs(desk.one) == ["filing.linked"] * 3


def test_a_link_that_was_taken_away_is_remembered_by_the_trail(desk):
    made = link(row=desk.one, kind="follows", to=desk.two, by=desk.ann)
    unlink(link=made, row=desk.one, to=desk.two, by=desk.bob)
    assert not links_of(desk.two).exists()
    assert verbs(desk.two) == ["filing.linked", "filing.unlinked"]


def test_nothing_links_to_itself(desk):
    with pytest.raises(RuleBroken):
        link(row=desk.one, kind="follows", to=desk.one, by=desk.ann)
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.create(
            from_model="x.y", from_key="1", kind="k", to_model="x.y", to_key="1", made_at="2027-02-01T00:00Z"
        )
    assert not links_of(desk.one).exists()


def test_a_link_is_taken_away_only_between_the_records_it_joins(desk):
    made = link(row=desk.one, kind="follows", to=desk.two, by=desk.ann)
    with pytest.raises(RuleBroken):
        unlink(link=made, row=desk.two, to=desk.one, by=desk.ann)
    assert links_of(desk.one).exists()
