"""Documents: the register, one document, making one, where it belongs, who reads it and how each reader stands."""

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
from documents.access import document_for, document_to_address, require, revision_to_show
from documents.api.shapes import Day, DocumentSerializer, Moment, Text, Whole
from documents.audience import Rule, readers_of
from documents.forms.audience import AudienceForm
from documents.forms.writing import ChangeDocumentForm, DocumentForm
from documents.models import AudienceRule, Document
from documents.queries import choosable, standing_on
from documents.queries.matrices import people_beside_revision
from documents.queries.register import ORDERS, RegisterFilter, registered, rows_among, rows_of, with_revisions
from documents.queries.reviewing import reviews_of
from documents.queries.status import Standing, people_of_document
from documents.rights import Can
from documents.states import OWNER
from documents.views.register import filter_of
from qms.api.checking import asking
from qms.core.checking import Body, Key, Unprocessable, checked, part_of, said
from qms.organization.models import User


class DocumentInput(Body):
    """What a new document needs: `type` is the code of its type; the owner is oneself unless named."""

    title = Text(max_length=300)
    type = Text()
    owner = Key(required=False)
    process = Key(required=False, allow_null=True)
    site = Key(required=False, allow_null=True)
    more: ClassVar = {"parent": Key(required=False, allow_null=True)}


class PlacementInput(Body):
    """Where a document belongs and when it is reviewed: what is not named stays, null takes away."""

    owner = Key(required=False)
    process = Key(required=False, allow_null=True)
    site = Key(required=False, allow_null=True)
    more: ClassVar = {"parent": Key(required=False, allow_null=True)}
    next_review_on = Day(required=False, allow_null=True)
    review_months = Whole(required=False, allow_null=True, min_value=1, max_value=120)
    reason = Text(required=False, allow_blank=True)


class RuleSerializer(Body):
    """Whom one rule of an audience reaches: `key` is an id, or a role; empty for everybody."""

    kind = serializers.ChoiceField(choices=AudienceRule.Kind.values)
    key = Text(required=False, allow_blank=True, default="")


class AudienceSerializer(Body):
    """Who reads a document: whoever any of the rules reaches."""

    rules = RuleSerializer(many=True)


class ReaderSerializer(serializers.Serializer[Any]):
    """How it stands between one reader and a document: the revision last acknowledged and when, the one owed and by
    when, and who excused the reader and why.
    """

    person = Whole(read_only=True)
    name = Text(read_only=True)
    standing = serializers.ChoiceField(choices=list(Standing), read_only=True)
    revision = Text(read_only=True)
    at = Moment(read_only=True, allow_null=True)
    owes = Text(read_only=True)
    due_on = Day(read_only=True, allow_null=True)
    excused_by = Text(read_only=True)
    excuse = Text(read_only=True)


class ReviewSerializer(serializers.Serializer[Any]):
    """A periodic review: what was found (`no_change`, `minor`, `major`, `retire`), of which revision, by whom."""

    id = Whole(read_only=True)
    revision = Whole(source="revision_id", read_only=True)
    outcome = Text(read_only=True)
    words = Text(read_only=True)
    recorded_by = Whole(source="round.opened_by_id", read_only=True)
    reviewed_at = Moment(read_only=True)
    next_review_on = Day(read_only=True)


REVISION = OpenApiParameter("revision", int, description="Another revision than the one in force, by its id.")
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
        person = asking(request)
        found = with_revisions(registered(person, filter_of(request._request)), person)
        rows = rows_of(self.paginate_queryset(found) or [])
        return self.get_paginated_response(DocumentSerializer(rows, many=True).data)

    @extend_schema(responses=DocumentSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer one document."""
        person = asking(request)
        return Response(_told(document_for(person, pk), person))

    @extend_schema(request=DocumentInput, responses={201: DocumentSerializer})
    def create(self, request: Request) -> Response:
        """Make a document with its first draft; its number comes by itself."""
        person = asking(request)
        require(person, Can.WRITE)
        wanted = {"owner": person.pk, **said(request, DocumentInput)}
        wanted["type_"] = _type_key(wanted.pop("type"))
        form = checked(DocumentForm(wanted, person=person))
        document = services.create_document(by=person, **form.cleaned_data)
        return Response(_told(document, person), status=status.HTTP_201_CREATED)

    @extend_schema(request=PlacementInput, responses={200: DocumentSerializer, 204: None})
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change owner, process, site, parent or review; 204 when the person no longer sees the document then."""
        person = asking(request)
        document = document_for(person, pk)
        wanted = said(request, PlacementInput)
        form = part_of(ChangeDocumentForm(wanted, person=person, initial=_placed(document, wanted)))
        changes = {name: form.cleaned_data[name] for name in form.changed_data if name != "reason"}
        if changes:
            reason = form.cleaned_data.get("reason", "")
            services.change_document(document_id=document.pk, by=person, reason=reason, **changes)
        answer = _told(document, person)
        return Response(answer, status=status.HTTP_200_OK if answer else status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=AudienceSerializer)
    @action(detail=True)
    def audience(self, request: Request, pk: int) -> Response:
        """Answer who reads a document, as rules, to those who may change it: rules name people."""
        return Response(_rules(document_to_address(asking(request), pk)))

    @extend_schema(request=AudienceSerializer, responses=AudienceSerializer)
    @audience.mapping.put
    def set_audience(self, request: Request, pk: int) -> Response:
        """Set who reads a document; people who join or leave the audience are told."""
        person = asking(request)
        document = document_to_address(person, pk)
        form = checked(AudienceForm(_by_kind(said(request, AudienceSerializer)["rules"]), document=document))
        rules = [Rule(kind, key) for kind, key in form.rules()]
        services.set_audience(document_id=document.pk, rules=rules, by=person)
        return Response(_rules(document))

    @extend_schema(responses=ReviewSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def reviews(self, request: Request, pk: int) -> Response:
        """List the concluded periodic reviews of a document with what they found, the newest first."""
        found = reviews_of(document_for(asking(request), pk))
        return Response(ReviewSerializer(found, many=True).data)

    @extend_schema(parameters=[REVISION], responses=ReaderSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def acknowledgements(self, request: Request, pk: int) -> Response:
        """List the readers of a document, or of one revision of it, and how each stands, for those who may see that."""
        person = asking(request)
        document = document_for(person, pk)
        if not standing_on(document, person) & {Can.SEE_ACKNOWLEDGEMENTS, OWNER}:
            raise Http404
        wanted = request.query_params.get("revision", "")
        people = (
            people_beside_revision(revision_to_show(person, document, wanted))
            if wanted
            else people_of_document(document, readers_of(document))
        )
        rows = [
            {**asdict(cell), "person": reader.pk, "name": reader.name, "revision": cell.label}
            for reader, cell in people
        ]
        return Response(ReaderSerializer(rows, many=True).data)


def _type_key(code: str) -> int:
    found = choosable.types().filter(code=code).first()
    if found is None:
        raise Unprocessable({"type": [_("There is no such type of document.")]})
    return found.pk


def _told(document: Document, person: User) -> Any:
    found = rows_among(person, [str(document.pk)])
    return DocumentSerializer(found[0]).data if found else None


def _placed(document: Document, wanted: dict[str, Any]) -> dict[str, Any]:
    return {name: getattr(document, name) for name in wanted if name != "reason"}


def _rules(document: Document) -> dict[str, Any]:
    standing = document.audience.filter(valid_until__isnull=True).order_by("kind", "key")
    return {"rules": list(standing.values("kind", "key"))}


def _by_kind(rules: list[dict[str, str]]) -> dict[str, Any]:
    """Return rules as the form of the page takes them."""
    found: dict[str, Any] = {"everybody": any(rule["kind"] == AudienceRule.Kind.EVERYBODY for rule in rules)}
    for rule in rules:
        if rule["kind"] != AudienceRule.Kind.EVERYBODY:
            found.setdefault(rule["kind"], []).append(rule["key"])
    return found
