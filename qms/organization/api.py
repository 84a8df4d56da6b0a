"""People in the API, for those who may see people."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from qms.organization.access import person_for, require_any
from qms.organization.models import User
from qms.organization.pages import wanted_people
from qms.organization.queries import filtered_people
from qms.organization.request import signed_in
from qms.organization.rights import Can


class PersonSerializer(serializers.Serializer[Any]):
    """A person as they are answered."""

    id = serializers.IntegerField(read_only=True)
    username = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    email = serializers.CharField(read_only=True)
    job_title = serializers.CharField(read_only=True)
    site = serializers.IntegerField(source="site_id", read_only=True, allow_null=True)
    line_manager = serializers.IntegerField(source="line_manager_id", read_only=True, allow_null=True)
    is_active = serializers.BooleanField(read_only=True)


FILTERS = [OpenApiParameter(name, str) for name in ("q", "site", "team", "role", "manager", "state")]


class People(GenericViewSet[User]):
    """People, filtered as the page of people is."""

    serializer_class = PersonSerializer
    lookup_value_converter = "int"
    ordering = ("name", "pk")

    @extend_schema(parameters=FILTERS, responses=PersonSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List people by name. Without the right to see people there is nothing here (404)."""
        require_any(signed_in(request._request), Can.SEE_PEOPLE)
        rows = self.paginate_queryset(filtered_people(wanted_people(request._request)))
        return self.get_paginated_response(PersonSerializer(rows, many=True).data)

    @extend_schema(responses=PersonSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer one person: oneself, one's reports, anybody for those who may see people."""
        return Response(PersonSerializer(person_for(signed_in(request._request), pk)).data)
