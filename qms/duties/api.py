"""Duties in the API: what the person of the token owes."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from qms.api.checking import asking
from qms.duties.models import Duty
from qms.duties.queries import described, open_duties
from qms.duties.queries.listed import Listed


class DutySerializer(serializers.Serializer[Any]):
    """A duty as it is answered; `subject` names the record as packs and the trail do."""

    id = serializers.IntegerField(source="duty.pk", read_only=True)
    kind = serializers.CharField(source="duty.kind", read_only=True)
    words = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    subject = serializers.SerializerMethodField()
    due_on = serializers.DateField(source="duty.due_on", read_only=True, allow_null=True)
    opened_at = serializers.DateTimeField(source="duty.opened_at", read_only=True)

    def get_subject(self, row: Listed) -> str:
        """Return the record that the duty is about, such as `documents.revision/17`."""
        return f"{row.duty.subject_model}/{row.duty.subject_key}"


class Duties(GenericViewSet[Duty]):
    """What the person of the token owes."""

    ordering = ("pk",)

    @extend_schema(responses=DutySerializer(many=True))
    def list(self, request: Request) -> Response:
        """List one's own open duties, in the order in which they were opened."""
        rows = self.paginate_queryset(open_duties(asking(request)))
        return self.get_paginated_response(DutySerializer(described(rows or []), many=True).data)
