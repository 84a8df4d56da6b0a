"""Evidence packs in the API: list, ask for one, see whether it is built."""

from typing import Any

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from qms.api.checking import asking
from qms.api.downloads import AnyForm
from qms.core.checking import Body, Key, checked, said
from qms.evidence import views
from qms.evidence.access import pack_for, require_export
from qms.evidence.forms import PackForm
from qms.evidence.models import Pack
from qms.evidence.queries import visible_to
from qms.evidence.services import request_pack


class PackSerializer(serializers.Serializer[Any]):
    """A pack as it is answered; `sha256` is that of the zip, once it is built."""

    id = serializers.IntegerField(read_only=True)
    words = serializers.CharField(read_only=True)
    recipient = serializers.CharField(read_only=True)
    purpose = serializers.CharField(read_only=True)
    requested_at = serializers.DateTimeField(read_only=True)
    requested_by = serializers.IntegerField(source="requested_by_id", read_only=True)
    built_at = serializers.DateTimeField(read_only=True, allow_null=True)
    files = serializers.IntegerField(read_only=True)
    missing = serializers.IntegerField(read_only=True)
    sha256 = serializers.SerializerMethodField()

    def get_sha256(self, pack: Pack) -> str | None:
        """Return the SHA-256 of the zip, or null while it is being built."""
        return pack.file.sha256 if pack.file else None


class PackInput(Body):
    """What a request for a pack says."""

    types = serializers.ListField(child=serializers.CharField(), required=False)
    processes = serializers.ListField(child=Key(), required=False)
    sites = serializers.ListField(child=Key(), required=False)
    numbers = serializers.CharField(required=False)
    edition = Key(required=False)
    clauses = serializers.CharField(required=False)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    recipient = serializers.CharField(max_length=200)
    purpose = serializers.CharField(max_length=300)


class Packs(GenericViewSet[Pack]):
    """The packs a person may see."""

    serializer_class = PackSerializer
    lookup_value_converter = "int"
    ordering = ("-requested_at", "-pk")

    @extend_schema(responses=PackSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List packs, the newest first. Without the right to export there is nothing here (404)."""
        person = asking(request)
        require_export(person)
        rows = self.paginate_queryset(visible_to(person))
        return self.get_paginated_response(PackSerializer(rows, many=True).data)

    @extend_schema(responses=PackSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer one pack."""
        return Response(PackSerializer(pack_for(asking(request), pk)).data)

    @extend_schema(request=PackInput, responses={201: PackSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a pack: it is built by a job."""
        person = asking(request)
        require_export(person)
        form = checked(PackForm(said(request, PackInput), person=person))
        pack = request_pack(
            selection=form.selection(),
            words=form.words(),
            recipient=form.cleaned_data["recipient"],
            purpose=form.cleaned_data["purpose"],
            by=person,
        )
        return Response(PackSerializer(pack).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, content_negotiation_class=AnyForm)
    def download(self, request: Request, pk: int) -> FileResponse:
        """Download the zip of a pack; 409 while it is being built."""
        return views.download(request._request, pk)
