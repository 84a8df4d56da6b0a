"""People in the API: the list, accounts as IT keeps them, and the roles that somebody holds."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from qms.core.checking import Body, Key, Reason, Unprocessable, checked, part_of, said
from qms.core.errors import NotPermitted
from qms.organization import services
from qms.organization.access import account_for, person_for, require_any
from qms.organization.fields import called
from qms.organization.forms import PersonForm
from qms.organization.models import User
from qms.organization.pages import wanted_people
from qms.organization.queries import active_people, assignments_of, filtered_people, today
from qms.organization.request import signed_in
from qms.organization.rights import Can

Whole = serializers.IntegerField
Text = serializers.CharField
Day = serializers.DateField


class PersonSerializer(serializers.Serializer[Any]):
    """A person as they are answered."""

    id = Whole(read_only=True)
    username = Text(read_only=True)
    name = Text(read_only=True)
    email = Text(read_only=True)
    personnel_number = Text(read_only=True, allow_null=True)
    company = Text(read_only=True)
    job_title = Text(read_only=True)
    site = Whole(source="site_id", read_only=True, allow_null=True)
    line_manager = Whole(source="line_manager_id", read_only=True, allow_null=True)
    joined_on = Day(read_only=True)
    ends_on = Day(read_only=True, allow_null=True)
    left_on = Day(read_only=True, allow_null=True)
    is_active = serializers.BooleanField(read_only=True)


class PersonChange(Body):
    """What may be changed of a person: what is not named stays, null takes away."""

    username = Text(required=False, max_length=80)
    name = Text(required=False, max_length=120)
    email = Text(required=False, allow_blank=True, max_length=254)
    personnel_number = Text(required=False, allow_blank=True, allow_null=True, max_length=40)
    company = Text(required=False, allow_blank=True, max_length=120)
    job_title = Text(required=False, allow_blank=True, max_length=120)
    site = Key(required=False, allow_null=True)
    line_manager = Key(required=False, allow_null=True)
    joined_on = Day(required=False)
    ends_on = Day(required=False, allow_null=True)


class PersonInput(PersonChange):
    """A new person; their first day is today unless named."""

    username = Text(max_length=80)
    name = Text(max_length=120)


class RoleSerializer(serializers.Serializer[Any]):
    """A role that somebody has held, holds or will hold, and where."""

    id = Whole(read_only=True)
    role = Text(read_only=True)
    site = Whole(source="site_id", read_only=True, allow_null=True)
    process = Whole(source="process_id", read_only=True, allow_null=True)
    valid_from = serializers.DateTimeField(read_only=True)
    valid_until = serializers.DateTimeField(read_only=True, allow_null=True)
    granted_by = Whole(source="granted_by_id", read_only=True, allow_null=True)


FILTERS = [OpenApiParameter(name, str) for name in ("q", "site", "team", "role", "manager", "state")]


class People(GenericViewSet[Any]):
    """People, filtered as the page of people is."""

    serializer_class = PersonSerializer
    lookup_value_converter = "int"
    ordering: tuple[str, ...] = ("name", "pk")

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

    @extend_schema(request=PersonInput, responses={201: PersonSerializer})
    def create(self, request: Request) -> Response:
        """Make an account; it has no password, and no role: both are given by a person on the pages."""
        person = signed_in(request._request)
        require_any(person, Can.ACCOUNTS)
        wanted = _wanted({"joined_on": today(), **said(request, PersonInput)})
        form = PersonForm({"language": person.language, **wanted})
        made = services.create_person(by=person, **checked(form).values())
        return Response(PersonSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PersonChange, responses=PersonSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change a person; without the right to accounts only their place in the organization."""
        person = signed_in(request._request)
        subject = account_for(person, pk, Can.ACCOUNTS, Can.CHANGE_STRUCTURE)
        form = part_of(PersonForm(_wanted(said(request, PersonChange)), person=subject))
        changed = services.change_person(person_id=pk, by=person, **form.values())
        return Response(PersonSerializer(changed).data)

    @extend_schema(request=Reason, responses=PersonSerializer)
    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: int) -> Response:
        """Close an account: sign-in, sessions, roles and teams end at once; the person and all they did stay."""
        person = signed_in(request._request)
        subject = account_for(person, pk)
        closed = services.deactivate_person(person_id=subject.pk, by=person, **said(request, Reason))
        return Response(PersonSerializer(closed).data)

    @extend_schema(request=Reason, responses=PersonSerializer)
    @action(detail=True, methods=["post"])
    def reactivate(self, request: Request, pk: int) -> Response:
        """Open a closed account again: the same person, without password, roles and teams."""
        person = signed_in(request._request)
        subject = account_for(person, pk)
        opened = services.reactivate_person(person_id=subject.pk, by=person, **said(request, Reason))
        return Response(PersonSerializer(opened).data)

    @extend_schema(responses=RoleSerializer(many=True))
    @action(detail=True, ordering=("-valid_from", "-pk"))
    def roles(self, request: Request, pk: int) -> Response:
        """List the roles that somebody has held, holds or will hold, the latest first."""
        rows = self.paginate_queryset(assignments_of(person_for(signed_in(request._request), pk)))
        return self.get_paginated_response(RoleSerializer(rows, many=True).data)

    @extend_schema(request=None, responses={})
    @roles.mapping.post
    def give_role(self, request: Request, pk: int) -> Response:
        """Always refused (403): whoever holds a token would hold every role that its person may give."""
        person_for(signed_in(request._request), pk)
        raise NotPermitted(_("Roles are given and ended by a person on the pages, not by a token."))

    @extend_schema(request=None, responses={})
    @action(detail=True, methods=["post"], url_path="account/<slug:verb>")
    def account(self, request: Request, pk: int, verb: str) -> Response:
        """Always refused (403): passwords, links, sessions and factors decide who can sign in as somebody."""
        person_for(signed_in(request._request), pk)
        raise NotPermitted(_("How somebody signs in is changed by a person on the pages, not by a token."))


def _wanted(sent: dict[str, Any]) -> dict[str, Any]:
    """Return the input as the form of the page takes it: a line manager by the words that name one person."""
    if sent.get("line_manager") is None:
        return sent
    manager: User | None = active_people().filter(pk=sent["line_manager"]).first()
    if manager is None:
        raise Unprocessable({"line_manager": [_("There is nobody with this id here.")]})
    return {**sent, "line_manager": called(manager)}
