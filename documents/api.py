"""Documents in the API: the register, making and writing documents, and the verbs that need no signature."""

from copy import deepcopy
from dataclasses import asdict
from typing import Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from documents import services
from documents.access import document_for, draft_for, require, revision_for
from documents.audience import readers_of
from documents.forms.acts import ActForm
from documents.forms.writing import DocumentForm, ReviseForm
from documents.models import Document, Revision
from documents.queries import choosable, governing_body, revision_facts, revisions_visible_to, standing_on
from documents.queries.register import ORDERS, RegisterFilter, documents_among, registered
from documents.queries.status import people_of_document
from documents.rights import Can
from documents.states import OWNER, REVISION, ChangeClass
from documents.views.acts import ACT_OF_EDGE, ACTS, Act
from documents.views.register import filter_of
from qms.api.checking import asking, checked, given
from qms.core.errors import NotPermitted

Whole = serializers.IntegerField
Text = serializers.CharField
Moment = serializers.DateTimeField


class Plain(serializers.Serializer[Any]):
    """A serializer with `more` fields, whose names are attributes of every serializer (label, parent)."""

    more: ClassVar[dict[str, serializers.Field[Any, Any, Any, Any]]] = {}

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return all fields."""
        return {**super().get_fields(), **deepcopy(self.more)}


class DocumentSerializer(Plain):
    """A document as it is answered; `record` names it as packs and the trail do."""

    id = Whole(read_only=True)
    record = serializers.SerializerMethodField()
    number = Text(read_only=True)
    title = Text(read_only=True)
    type = Text(source="type.code", read_only=True)
    owner = Whole(source="owner_id", read_only=True)
    process = Whole(source="process_id", read_only=True, allow_null=True)
    site = Whole(source="site_id", read_only=True, allow_null=True)
    more: ClassVar = {"parent": Whole(source="parent_id", read_only=True, allow_null=True)}
    next_review_on = serializers.DateField(read_only=True, allow_null=True)
    effective_revision = Whole(source="effective_id", read_only=True, allow_null=True)
    effective_label = Text(read_only=True, allow_null=True)
    effective_at = Moment(read_only=True, allow_null=True)
    open_revision = Whole(source="open_id", read_only=True, allow_null=True)
    open_label = Text(read_only=True, allow_null=True)
    open_state = Text(read_only=True, allow_null=True)

    def get_record(self, document: Document) -> str:
        """Return the name of the record, such as `documents.document/17`."""
        return f"documents.document/{document.pk}"


class DocumentInputSerializer(Plain):
    """What a new document needs: `type` is the code of its type; the owner is oneself unless named."""

    title = Text(max_length=300)
    type = Text()
    owner = Whole(required=False)
    process = Whole(required=False, allow_null=True)
    site = Whole(required=False, allow_null=True)
    more: ClassVar = {"parent": Whole(required=False, allow_null=True)}


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


class RevisionDetailSerializer(RevisionSerializer):
    """A revision with its text (null for a file) and what may be done with it."""

    text = Text(read_only=True, allow_null=True)
    version = Whole(read_only=True)
    offered = OfferSerializer(many=True, read_only=True)


class ReviseSerializer(serializers.Serializer[Any]):
    """What the next revision needs."""

    change_class = serializers.ChoiceField(choices=[each.value for each in ChangeClass])
    reason = Text()


class TextSerializer(serializers.Serializer[Any]):
    """The text of a draft, and the version of it that the writer started from."""

    text = Text(allow_blank=True, trim_whitespace=False)
    version = Whole(min_value=0)


class PlaceSerializer(serializers.Serializer[Any]):
    """One approver, and the step of the profile at which they approve."""

    person = Whole()
    step = Whole(required=False, min_value=1, default=1)


class VerbSerializer(serializers.Serializer[Any]):
    """What a verb may need: each takes what its page asks for and leaves the rest."""

    reason = Text(required=False)
    words = Text(required=False)
    reviewers = serializers.ListField(child=Whole(), required=False)
    approvers = PlaceSerializer(many=True, required=False)
    effective_on = serializers.DateField(required=False)
    seen_state = Text(required=False)


class ReaderSerializer(serializers.Serializer[Any]):
    """How it stands between one reader and a document."""

    person = Whole(read_only=True)
    name = Text(read_only=True)
    standing = Text(read_only=True)
    revision = Text(read_only=True)
    at = Moment(read_only=True, allow_null=True)
    due_on = serializers.DateField(read_only=True, allow_null=True)


FILTERS = [OpenApiParameter(name, str) for name in asdict(RegisterFilter())]


class Documents(GenericViewSet[Document]):
    """The register, filtered as its page is."""

    serializer_class = DocumentSerializer
    lookup_value_converter = "int"

    @property
    def ordering(self) -> tuple[str, ...]:
        """Return the order that the address asks for."""
        return ORDERS.get(self.request.query_params.get("sort", ""), ORDERS["number"])

    @extend_schema(parameters=FILTERS, responses=DocumentSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List the documents that the person may see."""
        rows = self.paginate_queryset(registered(asking(request), filter_of(request._request)))
        return self.get_paginated_response(DocumentSerializer(rows, many=True).data)

    @extend_schema(responses=DocumentSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer one document."""
        return Response(_document(request, pk))

    @extend_schema(request=DocumentInputSerializer, responses={201: DocumentSerializer})
    def create(self, request: Request) -> Response:
        """Make a document with its first draft; its number comes by itself."""
        person = asking(request)
        require(person, Can.WRITE)
        said = {"owner": person.pk, **given(request)}
        said["type_"] = choosable.types().filter(code=str(said.pop("type", ""))).values_list("pk", flat=True).first()
        form = checked(DocumentForm(said, person=person))
        document = services.create_document(by=person, **form.cleaned_data)
        return Response(_document(request, document.pk), status=status.HTTP_201_CREATED)

    @extend_schema(responses=ReaderSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def acknowledgements(self, request: Request, pk: int) -> Response:
        """List the readers of a document and how each stands, for those who may see that."""
        person = asking(request)
        document = document_for(person, pk)
        if not standing_on(document, person) & {Can.SEE_ACKNOWLEDGEMENTS, OWNER}:
            raise Http404
        rows = [
            {"person": reader.pk, "name": reader.name, "standing": cell.standing, "revision": cell.label}
            | {"at": cell.at, "due_on": cell.due_on}
            for reader, cell in people_of_document(document, readers_of(document))
        ]
        return Response(ReaderSerializer(rows, many=True).data)


class Revisions(GenericViewSet[Revision]):
    """The revisions of a document that the person may read."""

    serializer_class = RevisionSerializer
    lookup_value_converter = "int"
    ordering = ("-sequence",)

    @extend_schema(responses=RevisionSerializer(many=True))
    def list(self, request: Request, document: int) -> Response:
        """List the revisions of a document, the newest first."""
        person = asking(request)
        found = document_for(person, document)
        keys = [each.pk for each in revisions_visible_to(person, found)]
        rows = self.paginate_queryset(found.revisions.filter(pk__in=keys).select_related("content"))
        return self.get_paginated_response(RevisionSerializer(rows, many=True).data)

    @extend_schema(responses=RevisionDetailSerializer)
    def retrieve(self, request: Request, document: int, pk: int) -> Response:
        """Answer a revision with its text and what the person may do with it."""
        return Response(_revision(request, document, pk))

    @extend_schema(request=ReviseSerializer, responses={201: RevisionDetailSerializer})
    def create(self, request: Request, document: int) -> Response:
        """Start the next revision."""
        person = asking(request)
        found = document_for(person, document)
        said = checked(ReviseForm(given(request))).cleaned_data
        revision = services.start_revision(
            document=found, change_class=ChangeClass(said["change_class"]), reason=said["reason"], by=person
        )
        return Response(_revision(request, document, revision.pk), status=status.HTTP_201_CREATED)

    @extend_schema(request=TextSerializer, responses=RevisionDetailSerializer)
    @action(detail=True, methods=["put"])
    def text(self, request: Request, document: int, pk: int) -> Response:
        """Keep the text of a draft; 409 when somebody has saved since the version that is named."""
        person = asking(request)
        revision = draft_for(person, document, pk)
        said = TextSerializer(data=given(request))
        said.is_valid(raise_exception=True)
        services.write_markdown(revision_id=revision.pk, by=person, **said.validated_data)
        return Response(_revision(request, document, pk))

    @extend_schema(request=VerbSerializer, responses=RevisionDetailSerializer)
    @action(detail=True, methods=["post"], url_path="verbs/<slug:verb>")
    def verbs(self, request: Request, document: int, pk: int, verb: str) -> Response:
        """Go an edge that `offered` named. What takes a signature is refused: a person signs, not a token."""
        person = asking(request)
        revision = revision_for(person, document, pk)
        if verb == "acknowledge":
            raise NotPermitted(_("An acknowledgement is given by a person who has read, not by a token."))
        chosen = _chosen(verb)
        form = checked(chosen.form(_said(request), revision=revision))
        chosen.call(revision_id=revision.pk, by=person, **form.values())
        return Response(_revision(request, document, pk))


def _chosen(verb: str) -> Act:
    if verb not in ACT_OF_EDGE:
        raise Http404
    if REVISION.edge(verb).meaning:
        raise NotPermitted(_("A signature is given by a person, not by a token."))
    chosen = ACTS[ACT_OF_EDGE[verb]]
    assert issubclass(chosen.form, ActForm)
    return chosen


def _said(request: Request) -> dict[str, Any]:
    """Return the input as the forms of the pages take it: approvers by the step at which they stand."""
    checking = VerbSerializer(data=given(request))
    checking.is_valid(raise_exception=True)
    said: dict[str, Any] = dict(checking.validated_data)
    places = said.pop("approvers", [])
    for place in places:
        said.setdefault(f"step_{place['step']}", []).append(place["person"])
    return {**said, "approvers": [place["person"] for place in places]}


def _document(request: Request, key: int) -> Any:
    person = asking(request)
    document_for(person, key)
    return DocumentSerializer(documents_among(person, [str(key)])[0]).data


def _revision(request: Request, document: int, key: int) -> Any:
    person = asking(request)
    revision = revision_for(person, document, key)
    body = governing_body(revision)
    facts = revision_facts(revision, person)
    offered = [
        {
            "verb": edge.verb,
            "label": str(edge.label),
            "signed": bool(edge.meaning),
            "reason_needed": edge.reason,
            "objections": REVISION.objections(edge.verb, facts),
        }
        for edge in REVISION.offered(revision.state, facts)
    ]
    return {
        **RevisionSerializer(revision).data,
        "text": body.markdown if body and body.is_markdown else None,
        "version": body.version if body else 0,
        "offered": offered,
    }
