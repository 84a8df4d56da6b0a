"""Duties in the API: what people owe, and giving a duty to somebody else."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from qms.api.checking import asking
from qms.core.checking import Body, Key, Unprocessable, said
from qms.duties.access import duty_to_move, require, worker_for
from qms.duties.models import Duty
from qms.duties.queries import described, open_duties, wanted
from qms.duties.queries.listed import Listed
from qms.duties.queries.pages import WHEN, duties_wanted, order_of
from qms.duties.rights import Can
from qms.duties.services import move_duty
from qms.organization.queries import active_people


class DutySerializer(serializers.Serializer[Any]):
    """A duty as it is answered; `subject` names the record as packs and the trail do."""

    id = serializers.IntegerField(source="duty.pk", read_only=True)
    person = serializers.IntegerField(source="duty.person_id", read_only=True)
    kind = serializers.CharField(source="duty.kind", read_only=True)
    words = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)
    subject = serializers.SerializerMethodField()
    due_on = serializers.DateField(source="duty.due_on", read_only=True, allow_null=True)
    opened_at = serializers.DateTimeField(source="duty.opened_at", read_only=True)

    def get_subject(self, row: Listed) -> str:
        """Return the record that the duty is about, such as `documents.revision/17`."""
        return f"{row.duty.subject_model}/{row.duty.subject_key}"


class MoveInput(Body):
    """To whom a duty goes, and why."""

    to = Key()
    reason = serializers.CharField(max_length=2000)


PERSON = OpenApiParameter("person", int, description="Somebody else's, for those who may see them.")
FILTERS = [
    OpenApiParameter("when", str, enum=sorted(WHEN), description="Past their day unless said otherwise."),
    *(OpenApiParameter(name, str) for name in ("kind", "person", "site", "team")),
]


class Duties(GenericViewSet[Duty]):
    """What people owe: oneself, one's reports, and by right everybody."""

    ordering: tuple[str, ...] = ("pk",)
    lookup_value_converter = "int"

    @extend_schema(parameters=[PERSON], responses=DutySerializer(many=True))
    def list(self, request: Request) -> Response:
        """List open duties in the order in which they were opened: one's own, or with `person` another's."""
        person, other = asking(request), request.query_params.get("person", "")
        return self._answer(open_duties(worker_for(person, _key(other)) if other else person))

    @extend_schema(parameters=FILTERS, responses=DutySerializer(many=True))
    @action(detail=False)
    def everyone(self, request: Request) -> Response:
        """List what everybody owes, for those who may see it (404 for others), filtered as the page is."""
        person = asking(request)
        require(person, Can.SEE_ALL)
        wish = wanted(request.query_params)
        self.ordering = order_of(wish)
        return self._answer(duties_wanted(person, wish))

    @extend_schema(request=MoveInput, responses=DutySerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: int) -> Response:
        """Give an open duty to somebody else, with a reason; answers the duty that was opened for them."""
        person = asking(request)
        duty = duty_to_move(person, pk)
        sent = said(request, MoveInput)
        to = active_people().filter(pk=sent["to"]).first()
        if to is None:
            raise Unprocessable({"to": [_("There is nobody with this id here.")]})
        opened = move_duty(duty_id=duty.pk, to=to, reason=sent["reason"], by=person)
        return Response(DutySerializer(described([opened])[0]).data)

    def _answer(self, duties: QuerySet[Duty]) -> Response:
        rows = self.paginate_queryset(duties)
        return self.get_paginated_response(DutySerializer(described(rows or []), many=True).data)


def _key(text: str) -> int:
    """Return a key that an address names; what is none names nobody."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
