"""Records in the API: kinds with what is wanted, records with their files, and what was seen elsewhere put in."""

from typing import ClassVar

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from documents.access import kind_for, kind_to_add_to, record_for
from documents.api.shapes import Day, Moment, Text, Whole
from documents.forms.records import RecordForm
from documents.models import Record, RecordKind
from documents.queries.kept import KIND_ORDER, RECORD_ORDER, kinds_shown, records_visible_to
from documents.services.records import Given, keep_record
from documents.views import records
from qms.api.checking import asking
from qms.api.downloads import AnyForm
from qms.core.checking import Body, Key, Plain, checked, said
from qms.core.keyset import by_key


class RecordKindSerializer(Plain):
    """A kind of record; `record` names it as packs and the trail do, `wanted_by` is the day of the next one, if any."""

    id = Whole(source="pk", read_only=True)
    record = serializers.SerializerMethodField()
    name = Text(read_only=True)
    shows = Text(read_only=True)
    owner = Whole(source="owner_id", read_only=True)
    process = Whole(source="process_id", read_only=True, allow_null=True)
    site = Whole(source="site_id", read_only=True, allow_null=True)
    kept_at = Text(read_only=True)
    form = Whole(source="form_id", read_only=True, allow_null=True)
    period_months = Whole(read_only=True, allow_null=True)
    is_active = serializers.BooleanField(read_only=True)
    last_on = Day(read_only=True, allow_null=True)
    wanted_by = Day(read_only=True, allow_null=True)

    def get_record(self, kind: RecordKind) -> str:
        """Return the name of the kind, such as `documents.recordkind/17`."""
        return f"documents.recordkind/{kind.pk}"


class RecordSerializer(Plain):
    """A record: a file by its SHA-256, or how many records were seen where; `corrected_by` is the one that stands."""

    id = Whole(source="pk", read_only=True)
    record = serializers.SerializerMethodField()
    kind = Whole(source="kind_id", read_only=True)
    title = Text(read_only=True)
    happened_on = Day(read_only=True)
    process = Whole(source="process_id", read_only=True, allow_null=True)
    site = Whole(source="site_id", read_only=True, allow_null=True)
    recorded_at = Moment(read_only=True)
    recorded_by = Whole(source="recorded_by_id", read_only=True)
    file_name = Text(read_only=True)
    sha256 = serializers.SerializerMethodField()
    count = Whole(source="sighted", read_only=True, allow_null=True)
    where = Text(source="sighted_at_place", read_only=True)
    seen = Text(source="sighted_words", read_only=True)
    form_revision = Whole(source="form_revision_id", read_only=True, allow_null=True)
    supersedes = Whole(source="supersedes_id", read_only=True, allow_null=True)
    corrected_by = serializers.SerializerMethodField()
    reason = Text(read_only=True)

    def get_record(self, kept: Record) -> str:
        """Return the name of the record, such as `documents.record/17`."""
        return f"documents.record/{kept.pk}"

    def get_sha256(self, kept: Record) -> str | None:
        """Return the hash of the file, or null for what was seen elsewhere."""
        return kept.file.sha256 if kept.file else None

    def get_corrected_by(self, kept: Record) -> int | None:
        """Return the record that corrects this one, or null."""
        return kept.correction.pk if kept.is_corrected else None


class SightingInput(Body):
    """What was seen of records kept elsewhere; `where` is what the kind says unless it is named."""

    kind = Key()
    title = Text(max_length=200)
    happened_on = Day()
    more: ClassVar = {"site": Key(required=False, allow_null=True)}
    process = Key(required=False, allow_null=True)
    count = Whole(min_value=1, max_value=1_000_000)
    where = Text(required=False, allow_blank=True, max_length=200)
    seen = Text(max_length=4000)


SHOW = OpenApiParameter("show", str, enum=["overdue", "ended"], description="Only the overdue ones, or the ended.")
OF_KIND = OpenApiParameter("kind", int, description="The records of one kind.")


class RecordKinds(GenericViewSet[RecordKind]):
    """Kinds of record, by name."""

    serializer_class = RecordKindSerializer
    lookup_value_converter = "int"
    ordering = KIND_ORDER

    @extend_schema(parameters=[SHOW], responses=RecordKindSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List the kinds in use that the person may see."""
        found = kinds_shown(asking(request), request.query_params.get("show", ""))
        rows = self.paginate_queryset(found) or []
        return self.get_paginated_response(RecordKindSerializer(rows, many=True).data)

    @extend_schema(responses=RecordKindSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer one kind."""
        return Response(RecordKindSerializer(kind_for(asking(request), pk)).data)


class Records(GenericViewSet[Record]):
    """Records, the latest day first; corrected ones among them."""

    serializer_class = RecordSerializer
    lookup_value_converter = "int"
    ordering = RECORD_ORDER

    @extend_schema(parameters=[OF_KIND], responses=RecordSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List the records that the person may see."""
        found = records_visible_to(asking(request)).select_related("file", "correction")
        if kind := request.query_params.get("kind", ""):
            found = found.filter(by_key("kind_id", kind))
        rows = self.paginate_queryset(found) or []
        return self.get_paginated_response(RecordSerializer(rows, many=True).data)

    @extend_schema(responses=RecordSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer one record."""
        return Response(RecordSerializer(record_for(asking(request), pk)).data)

    @extend_schema(request=SightingInput, responses={201: RecordSerializer})
    def create(self, request: Request) -> Response:
        """Put in what was seen of records that are kept elsewhere."""
        person = asking(request)
        wanted = said(request, SightingInput)
        kind = kind_to_add_to(person, wanted.pop("kind"))
        form = checked(RecordForm(wanted, kind=kind))
        made = keep_record(kind_id=kind.pk, given=Given(**form.given()), by=person)
        return Response(RecordSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, content_negotiation_class=AnyForm)
    def file(self, request: Request, pk: int) -> FileResponse:
        """Download the file of a record as it came in; 404 for what was seen elsewhere."""
        return records.record_file(request._request, pk)
