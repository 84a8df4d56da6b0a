"""The scope in the API: what the management system covers, now and as of any day."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from qms.api.checking import asking
from qms.core.checking import Unprocessable
from qms.core.days import WITHIN
from qms.organization.queries import end_of_day
from qms.standards.access import edition_for, require
from qms.standards.models import Edition, ScopeStatement
from qms.standards.queries import all_editions, scopes, stood_on
from qms.standards.queries.evidence import matrix
from qms.standards.queries.looked_at import places_asked
from qms.standards.rights import Can
from qms.standards.shapes import matrix_as_values

ON = OpenApiParameter("on", date, description="Only the scope that stood at the end of this day.")
DAY = serializers.DateField(validators=WITHIN)


class Keys(serializers.ListField):
    """The keys of the records on the other side of a relation."""

    child = serializers.IntegerField()

    def to_representation(self, data: Any) -> list[int]:
        """Return the keys in their order."""
        return sorted(each.pk for each in data.all())


class NotApplicableSerializer(serializers.Serializer[Any]):
    """A clause, or one item of it, that does not apply, and why; without sites at all of them."""

    standard = serializers.CharField(source="clause.edition", read_only=True)
    clause = serializers.CharField(source="clause.number", read_only=True)
    item = serializers.CharField(source="sub_item", read_only=True)
    reason = serializers.CharField(read_only=True)
    sites = Keys(read_only=True)


class ScopeSerializer(serializers.Serializer[Any]):
    """A scope as it was confirmed; no sites, and no processes, stand for all of them."""

    id = serializers.IntegerField(source="pk", read_only=True)
    products = serializers.CharField(read_only=True)
    standards = serializers.SerializerMethodField()
    sites = Keys(read_only=True)
    processes = Keys(read_only=True)
    answers = serializers.DictField(child=serializers.CharField(), read_only=True)
    not_applicable = NotApplicableSerializer(source="left_out", many=True, read_only=True)
    confirmed_by = serializers.IntegerField(source="confirmed_by_id", read_only=True)
    valid_from = serializers.DateTimeField(read_only=True)
    valid_until = serializers.DateTimeField(read_only=True, allow_null=True)

    def get_standards(self, statement: ScopeStatement) -> list[str]:
        """Return the standards with their editions, such as `ISO 9001:2015`."""
        return [str(each) for each in statement.editions.all()]


class Scopes(GenericViewSet[ScopeStatement]):
    """What the management system covers, and what does not apply: the scopes that were confirmed."""

    serializer_class = ScopeSerializer
    lookup_value_converter = "int"
    ordering = ("-pk",)

    @extend_schema(parameters=[ON], responses=ScopeSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List the scopes, the one that stands first; with `on` the one that stood on a day, or none."""
        require(asking(request), Can.READ)
        rows = self.paginate_queryset(_wanted(request.query_params.get("on", "")))
        return self.get_paginated_response(ScopeSerializer(rows, many=True).data)

    @extend_schema(responses=ScopeSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer one scope."""
        require(asking(request), Can.READ)
        found = scopes().filter(pk=pk).first()
        if found is None:
            raise Http404
        return Response(ScopeSerializer(found).data)


def _wanted(on: str) -> QuerySet[ScopeStatement]:
    try:
        return stood_on(DAY.run_validation(on)) if on else scopes()
    except serializers.ValidationError as wrong:
        raise Unprocessable({"on": wrong.detail}) from wrong


class EditionSerializer(serializers.Serializer[Any]):
    """An edition of the library."""

    id = serializers.IntegerField(source="pk", read_only=True)
    standard = serializers.CharField(read_only=True)
    edition = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)


class StatusSerializer(serializers.Serializer[Any]):
    """A status: the state, since when, what it waits for, and whether something is overdue there."""

    state = serializers.CharField(read_only=True)
    since = serializers.CharField(read_only=True, allow_null=True)
    waits_for = serializers.ListField(child=serializers.CharField(), read_only=True)
    attention = serializers.BooleanField(read_only=True)


class RequirementSerializer(StatusSerializer):
    """A requirement with the worst status of its processes; `reason` where it does not apply."""

    clause = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    reason = serializers.CharField(read_only=True)
    processes = serializers.DictField(child=StatusSerializer(), read_only=True)


class EvidenceSerializer(serializers.Serializer[Any]):
    """The evidence status of an edition: that current evidence is linked, never that a requirement is met."""

    standard = serializers.CharField(read_only=True)
    edition = serializers.CharField(read_only=True)
    as_of = serializers.CharField(read_only=True)
    means = serializers.CharField(read_only=True)
    requirements = RequirementSerializer(many=True, read_only=True)


class Editions(GenericViewSet[Edition]):
    """The editions of the library; one with the evidence status of its requirements."""

    serializer_class = EditionSerializer
    lookup_value_converter = "int"
    ordering = ("-pk",)

    @extend_schema(responses=EditionSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List the editions, the one loaded last first."""
        require(asking(request), Can.READ)
        rows = self.paginate_queryset(all_editions())
        return self.get_paginated_response(EditionSerializer(rows, many=True).data)

    @extend_schema(parameters=[ON], responses=EvidenceSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer the evidence status of an edition, at the worst of the scope's sites; with `on` as of a day's end."""
        edition = edition_for(asking(request), pk)
        day = request.query_params.get("on", "")
        try:
            at = end_of_day(DAY.run_validation(day)) if day else None
        except serializers.ValidationError as wrong:
            raise Unprocessable({"on": wrong.detail}) from wrong
        places = places_asked(at or timezone.now())
        found = matrix(edition, at=at, sites=places.in_scope)
        return Response(matrix_as_values(found, places.columns(found.processes)))
