"""The scope in the API: what the management system covers, now and as of any day."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from qms.api.checking import asking
from qms.core.checking import Unprocessable
from qms.core.days import WITHIN
from qms.standards.access import require
from qms.standards.models import ScopeStatement
from qms.standards.queries import scopes, stood_on
from qms.standards.rights import Can

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
