"""Processes in the API: the register, and the sheet of each. Described they are by people, on the pages."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from qms.api.checking import asking
from qms.organization.models import Process
from qms.processes.access import process_for, require_sight
from qms.processes.models import Flow
from qms.processes.queries import Sheet, processes_listed, sheet_of
from qms.processes.words import words_of

Whole = serializers.IntegerField
Text = serializers.CharField


class ProcessSerializer(serializers.Serializer[Any]):
    """A process as the register lists it."""

    id = Whole(read_only=True)
    number = Text(read_only=True)
    name = Text(read_only=True)
    owner = Whole(source="owner_id", read_only=True, allow_null=True)
    site = Whole(source="site_id", read_only=True, allow_null=True)
    is_active = serializers.BooleanField(read_only=True)


class EndSerializer(serializers.Serializer[Any]):
    """Something that a process takes or gives: at the other end a process, a party outside (by name), or nobody."""

    what = Text(read_only=True)
    process = Whole(read_only=True, allow_null=True)
    outside = Text(read_only=True)


class NeedSerializer(serializers.Serializer[Any]):
    """Something that a process needs."""

    kind = Text(read_only=True)
    what = Text(read_only=True)


class SheetSerializer(ProcessSerializer):
    """A process with all that is said of it now, and what that leaves open, in words."""

    band = Text(read_only=True)
    purpose = Text(read_only=True)
    inputs = EndSerializer(many=True, read_only=True)
    outputs = EndSerializer(many=True, read_only=True)
    resources = NeedSerializer(many=True, read_only=True)
    measures = serializers.ListField(child=Text(), read_only=True)
    risks = serializers.ListField(child=Text(), read_only=True)
    open = serializers.ListField(child=Text(), read_only=True)


class Processes(GenericViewSet[Process]):
    """Processes by number, and the turtle sheet of one."""

    serializer_class = ProcessSerializer
    ordering: tuple[str, ...] = ("number", "pk")
    lookup_value_converter = "int"

    @extend_schema(responses=ProcessSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List all processes, those out of use as well. Without the right to see them there is nothing here (404)."""
        require_sight(asking(request))
        rows = self.paginate_queryset(processes_listed())
        return self.get_paginated_response(ProcessSerializer(rows, many=True).data)

    @extend_schema(responses=SheetSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer what a process is for, takes, gives and needs, and what is open."""
        return Response(SheetSerializer(_told(sheet_of(process_for(asking(request), pk)))).data)


def _told(sheet: Sheet) -> dict[str, Any]:
    process, said = sheet.process, sheet.description
    return {
        **{name: getattr(process, name) for name in ("id", "number", "name", "owner_id", "site_id", "is_active")},
        "band": said.band if said else "",
        "purpose": said.purpose if said else "",
        "inputs": [_end(each, each.maker_id, each.maker_outside) for each in sheet.inputs],
        "outputs": [_end(each, each.taker_id, each.taker_outside) for each in sheet.outputs],
        "resources": sheet.resources,
        "measures": sheet.measures,
        "risks": sheet.risks,
        "open": [words_of(gap) for gap in sheet.gaps],
    }


def _end(flow: Flow, process: int | None, outside: str) -> dict[str, Any]:
    return {"what": flow.what, "process": process, "outside": outside}
