"""The shapes of a document and a revision as they are answered."""

from typing import Any, ClassVar

from rest_framework import serializers

from documents.models import Revision
from documents.queries import governing_body, revision_facts
from documents.queries.register import RegisterRow
from documents.states import REVISION
from qms.core.checking import Plain
from qms.organization.models import User

Whole = serializers.IntegerField
Text = serializers.CharField
Moment = serializers.DateTimeField
Day = serializers.DateField


class DocumentSerializer(Plain):
    """A row of the register as it is answered; `record` names the document as packs and the trail do."""

    id = Whole(source="document.pk", read_only=True)
    record = serializers.SerializerMethodField()
    number = Text(source="document.number", read_only=True)
    title = Text(source="document.title", read_only=True)
    type = Text(source="document.type.code", read_only=True)
    owner = Whole(source="document.owner_id", read_only=True)
    process = Whole(source="document.process_id", read_only=True, allow_null=True)
    site = Whole(source="document.site_id", read_only=True, allow_null=True)
    more: ClassVar = {"parent": Whole(source="document.parent_id", read_only=True, allow_null=True)}
    next_review_on = Day(source="document.next_review_on", read_only=True, allow_null=True)
    review_months = Whole(source="document.review_months", read_only=True, allow_null=True)
    effective_revision = Whole(source="effective.pk", read_only=True, allow_null=True)
    effective_label = Text(source="effective.label", read_only=True, allow_null=True)
    effective_at = Moment(source="effective.effective_at", read_only=True, allow_null=True)
    open_revision = Whole(source="open.pk", read_only=True, allow_null=True)
    open_label = Text(source="open.label", read_only=True, allow_null=True)
    open_state = Text(source="open.state", read_only=True, allow_null=True)

    def get_record(self, row: RegisterRow) -> str:
        """Return the name of the record, such as `documents.document/17`."""
        return f"documents.document/{row.document.pk}"


class RevisionSerializer(Plain):
    """A revision as it is answered in a list."""

    id = Whole(read_only=True)
    record = serializers.SerializerMethodField()
    document = Whole(source="document_id", read_only=True)
    more: ClassVar = {"label": Text(read_only=True)}
    state = Text(read_only=True)
    title = Text(read_only=True)
    change_class = Text(read_only=True)
    reason = Text(read_only=True)
    change_list = Text(read_only=True)
    author = Whole(source="author_id", read_only=True)
    effective_from = Moment(read_only=True, allow_null=True)
    effective_at = Moment(read_only=True, allow_null=True)
    content_sha256 = serializers.SerializerMethodField()

    def get_record(self, revision: Revision) -> str:
        """Return the name of the record, such as `documents.revision/17`."""
        return f"documents.revision/{revision.pk}"

    def get_content_sha256(self, revision: Revision) -> str | None:
        """Return the hash of the frozen content, or null for what was never submitted."""
        return revision.content.sha256 if revision.content else None


class OfferSerializer(Plain):
    """A verb that the person may go now: what is in its way, and whether it takes a person's signature."""

    verb = Text(read_only=True)
    more: ClassVar = {"label": Text(read_only=True)}
    signed = serializers.BooleanField(read_only=True)
    reason_needed = serializers.BooleanField(read_only=True)
    objections = serializers.ListField(child=Text(), read_only=True)


class FileSerializer(serializers.Serializer[Any]):
    """The file that is the body of a revision, and how far the PDF of it is that readers will see."""

    name = Text(source="source_name", read_only=True)
    media_type = Text(read_only=True)
    sha256 = Text(source="source.sha256", read_only=True)
    outcome = Text(source="outcome_words", read_only=True)
    rendition_state = Text(read_only=True)
    rendition_is_own = serializers.BooleanField(read_only=True)
    accepted_at = Moment(read_only=True, allow_null=True)


class RevisionDetailSerializer(RevisionSerializer):
    """A revision with its text (null for a file) or its file (null for a text), and what may be done with it."""

    co_authors = serializers.ListField(child=Whole(), read_only=True)
    text = Text(read_only=True, allow_null=True)
    file = FileSerializer(read_only=True, allow_null=True)
    version = Whole(read_only=True)
    offered = OfferSerializer(many=True, read_only=True)


def told(revision: Revision, person: User) -> Any:
    """Return a revision as it stands now: its text or file, and what a person may do with it."""
    found = revision.document.revisions.select_related("author", "content", "base", "document__type__profile")
    now = found.get(pk=revision.pk)
    body = governing_body(now)
    return {
        **RevisionSerializer(now).data,
        "co_authors": sorted(now.co_authors.values_list("pk", flat=True)),
        "text": body.markdown if body and body.is_markdown else None,
        "file": FileSerializer(body).data if body and body.source else None,
        "version": body.version if body else 0,
        "offered": _offered(now, person),
    }


def _offered(revision: Revision, person: User) -> list[dict[str, Any]]:
    facts = revision_facts(revision, person)
    return [
        {
            "verb": edge.verb,
            "label": str(edge.label),
            "signed": bool(edge.meaning),
            "reason_needed": edge.reason,
            "objections": REVISION.objections(edge.verb, facts),
        }
        for edge in REVISION.offered(revision.state, facts)
    ]
