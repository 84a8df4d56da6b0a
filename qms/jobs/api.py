"""Jobs in the API: how far is what a person has asked for."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from qms.jobs.models import Job
from qms.jobs.queries import jobs_of


class JobSerializer(serializers.Serializer[Any]):
    """A job as it is answered."""

    id = serializers.IntegerField(read_only=True)
    kind = serializers.CharField(read_only=True)
    words = serializers.CharField(source="kind_words", read_only=True)
    state = serializers.CharField(read_only=True)
    progress_done = serializers.IntegerField(read_only=True)
    progress_total = serializers.IntegerField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    finished_at = serializers.DateTimeField(read_only=True, allow_null=True)


class Jobs(GenericViewSet[Job]):
    """What the person of the token has asked for."""

    serializer_class = JobSerializer
    lookup_value_converter = "int"
    ordering = ("-pk",)

    @extend_schema(responses=JobSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List one's own jobs, the newest first."""
        rows = self.paginate_queryset(jobs_of(_asking(request)))
        return self.get_paginated_response(JobSerializer(rows, many=True).data)

    @extend_schema(responses=JobSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer how far one of one's own jobs is."""
        found = jobs_of(_asking(request)).filter(pk=pk).first()
        if found is None:
            raise Http404
        return Response(JobSerializer(found).data)


def _asking(request: Request) -> int:
    person: Any = request.user
    return int(person.pk)
