"""Actions in the API: the register, one action, giving one, and its verbs."""

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

from qms.actions import services
from qms.actions.access import action_for, require_giving
from qms.actions.forms import GiveForm, origin_named
from qms.actions.models import Action
from qms.actions.queries import RegisterFilter, action_facts, registered, rows_of
from qms.actions.queries.register import ORDERS, RegisterRow, row_of
from qms.actions.states import ACTION
from qms.actions.views.acts import ACTS, carry_out, check_offered
from qms.actions.views.register import filter_of
from qms.api.checking import asking
from qms.core.checking import Body, Key, Plain, Unprocessable, checked, said
from qms.organization.fields import called
from qms.organization.models import User
from qms.organization.queries import active_people

Whole = serializers.IntegerField
Text = serializers.CharField
Day = serializers.DateField
Moment = serializers.DateTimeField


class ActionSerializer(Plain):
    """A row of the register as it is answered; `record` names the action as packs and the trail do."""

    id = Whole(source="action.pk", read_only=True)
    record = serializers.SerializerMethodField()
    number = Text(source="action.number", read_only=True)
    title = Text(source="action.title", read_only=True)
    words = Text(source="action.words", read_only=True)
    state = Text(source="action.state", read_only=True)
    owner = Whole(source="action.owner_id", read_only=True)
    verifier = Whole(source="action.verifier_id", read_only=True, allow_null=True)
    due_on = Day(source="action.due_on", read_only=True)
    extended = Whole(read_only=True)
    days_open = Whole(source="age", read_only=True)
    days_late = Whole(source="late", read_only=True)
    process = Whole(source="action.process_id", read_only=True, allow_null=True)
    site = Whole(source="action.site_id", read_only=True, allow_null=True)
    origin = serializers.SerializerMethodField()
    waits_for = serializers.SerializerMethodField()
    given_at = Moment(source="action.given_at", read_only=True)
    given_by = Whole(source="action.given_by_id", read_only=True, allow_null=True)
    done_at = Moment(source="action.done_at", read_only=True, allow_null=True)
    done_by = Whole(source="action.done_by_id", read_only=True, allow_null=True)
    done_words = Text(source="action.done_words", read_only=True)
    verified_at = Moment(source="action.verified_at", read_only=True, allow_null=True)
    verified_by = Whole(source="action.verified_by_id", read_only=True, allow_null=True)

    def get_record(self, row: RegisterRow) -> str:
        """Return the name of the record, such as `actions.action/17`."""
        return f"actions.action/{row.action.pk}"

    def get_origin(self, row: RegisterRow) -> str | None:
        """Return the record that the action comes from, or null."""
        return _written(row.action.subject_model, row.action.subject_key)

    def get_waits_for(self, row: RegisterRow) -> str | None:
        """Return the record that the action waits for, or null."""
        return _written(row.action.gate_model, row.action.gate_key)


class ActionOfferSerializer(Plain):
    """A verb that the person may go now, and what is in its way."""

    verb = Text(read_only=True)
    more: ClassVar = {"label": Text(read_only=True)}
    reason_needed = serializers.BooleanField(read_only=True)
    objections = serializers.ListField(child=Text(), read_only=True)


class ExtensionSerializer(Plain):
    """More time that was asked for, the day that held before, and what was answered."""

    old_due_on = Day(read_only=True)
    new_due_on = Day(read_only=True)
    reason = Text(read_only=True)
    asked_at = Moment(read_only=True)
    asked_by = Whole(source="asked_by_id", read_only=True)
    outcome = Text(source="answer.outcome", read_only=True, default="")
    answered_at = Moment(source="answer.answered_at", read_only=True, default=None, allow_null=True)
    answered_by = Whole(source="answer.answered_by_id", read_only=True, default=None, allow_null=True)


class ActionDetailSerializer(ActionSerializer):
    """An action with every request for more time, and what the person may do with it."""

    extensions = ExtensionSerializer(many=True, read_only=True)
    offered = ActionOfferSerializer(many=True, read_only=True)


class ActionInput(Body):
    """A new action: `origin` is the record it comes from (`documents.document/17`), `waits_for` the number of one."""

    title = Text(max_length=200)
    words = Text(required=False, allow_blank=True)
    owner = Key()
    due_on = Day()
    verifier = Key(required=False, allow_null=True)
    waits_for = Text(required=False, allow_blank=True)
    process = Key(required=False, allow_null=True)
    site = Key(required=False, allow_null=True)
    origin = Text(required=False, max_length=130)


class ActionVerbInput(Body):
    """What a verb may need: each takes what its page asks for and leaves the rest. Files are given on the page."""

    words = Text(required=False, allow_blank=True)
    evidence = Text(required=False, allow_blank=True)
    reason = Text(required=False, allow_blank=True)
    to = Key(required=False)
    new_due_on = Day(required=False)
    title = Text(required=False, max_length=200)
    verifier = Key(required=False, allow_null=True)
    waits_for = Text(required=False, allow_blank=True)
    process = Key(required=False, allow_null=True)
    site = Key(required=False, allow_null=True)
    seen_state = Text(required=False)


FILTERS = [OpenApiParameter(name, str) for name in asdict(RegisterFilter())]
PEOPLE = ("owner", "verifier", "to")


class Actions(GenericViewSet[Action]):
    """The register, filtered as its page is."""

    serializer_class = ActionSerializer
    lookup_value_converter = "int"

    @property
    def ordering(self) -> tuple[str, ...]:
        """Return the order that the address asks for."""
        return ORDERS.get(self.request.query_params.get("sort", ""), ORDERS["due"])

    @extend_schema(parameters=FILTERS, responses=ActionSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List the actions that the person sees; in hand unless a state is asked for."""
        found = registered(asking(request), filter_of(request._request))
        rows = rows_of(self.paginate_queryset(found) or [])
        return self.get_paginated_response(ActionSerializer(rows, many=True).data)

    @extend_schema(responses=ActionDetailSerializer)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Answer one action."""
        person = asking(request)
        return Response(_told(action_for(person, pk), person))

    @extend_schema(request=ActionInput, responses={201: ActionDetailSerializer})
    def create(self, request: Request) -> Response:
        """Give an action; its number comes by itself."""
        person = asking(request)
        require_giving(person)
        wanted = _people_named(said(request, ActionInput))
        origin = _origin(person, wanted.pop("origin", ""))
        form = checked(GiveForm(wanted, person=person))
        made = services.give(by=person, origin=origin, **form.values())
        return Response(_told(made, person), status=status.HTTP_201_CREATED)

    @extend_schema(request=ActionVerbInput, responses={200: ActionDetailSerializer, 204: None})
    @action(detail=True, methods=["post"], url_path="verbs/<slug:verb>")
    def verbs(self, request: Request, pk: int, verb: str) -> Response:
        """Go an edge that `offered` named; 204 when the person does not see the action any more then."""
        person = asking(request)
        found = action_for(person, pk)
        if verb not in ACTS:
            raise Http404
        check_offered(verb, found, person, answered=True)
        wanted = {**_standing(verb, found), **_people_named(said(request, ActionVerbInput))}
        form = checked(ACTS[verb].form(wanted, action=found, person=person))
        carry_out(verb, form, found, person)
        try:
            return Response(_told(action_for(person, pk), person))
        except Http404:
            return Response(status=status.HTTP_204_NO_CONTENT)


def _told(found: Action, person: User) -> Any:
    row = row_of(found)
    facts = action_facts(row.action, person)
    extensions = row.action.extensions.select_related("answer").order_by("position")
    offered = [
        {
            "verb": edge.verb,
            "label": str(edge.label),
            "reason_needed": edge.reason,
            "objections": ACTION.objections(edge.verb, facts),
        }
        for edge in ACTION.offered(row.action.state, facts)
    ]
    return {
        **ActionSerializer(row).data,
        "extensions": ExtensionSerializer(extensions, many=True).data,
        "offered": offered,
    }


def _people_named(wanted: dict[str, Any]) -> dict[str, Any]:
    """Return the input with people as the forms of the pages take them, by name and user name."""
    keys = {name: wanted[name] for name in PEOPLE if wanted.get(name)}
    people = {each.pk: each for each in active_people().filter(pk__in=keys.values())}
    unknown = {name: [_("There is nobody with this id here.")] for name, key in keys.items() if key not in people}
    if unknown:
        raise Unprocessable(unknown)
    nobody = {name: "" for name in PEOPLE if name in wanted and wanted[name] is None}
    return {**wanted, **nobody, **{name: called(people[key]) for name, key in keys.items()}}


def _standing(verb: str, found: Action) -> dict[str, Any]:
    """Return what a change leaves as it is where nothing else is said."""
    if verb != "change":
        return {}
    return {
        "title": found.title,
        "words": found.words,
        "verifier": called(found.verifier) if found.verifier else "",
        "waits_for": found.gate_label,
        "process": found.process_id,
        "site": found.site_id,
    }


def _origin(person: User, written: str) -> Any:
    if not written:
        return None
    found = origin_named(person, written)
    if found is None:
        raise Unprocessable({"origin": [_("There is no such record here.")]})
    return found


def _written(model: str, key: str) -> str | None:
    return f"{model}/{key}" if model else None
