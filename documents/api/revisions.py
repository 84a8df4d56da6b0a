"""Revisions of a document: read, start, write, and the verbs that need no signature."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from documents import services
from documents.access import document_for, draft_for, revision_for
from documents.api.comments import Comments
from documents.api.files import Files
from documents.api.pictures import Pictures
from documents.api.shapes import Day, RevisionDetailSerializer, RevisionSerializer, Text, Whole, told
from documents.forms.acts import ActForm
from documents.forms.writing import DetailsForm, ReviseForm
from documents.queries import revisions_visible_to
from documents.states import REVISION, ChangeClass
from documents.views.acts import ACT_OF_EDGE, ACTS, Act, check_offered
from qms.api.checking import asking
from qms.core.checking import Body, Key, checked, part_of, said
from qms.core.errors import NotPermitted

CLASSES = [each.value for each in ChangeClass]


class ReviseInput(Body):
    """What the next revision needs."""

    change_class = serializers.ChoiceField(choices=CLASSES)
    reason = Text()


class DetailsInput(Body):
    """What stands around the text of a draft: what is not named stays."""

    title = Text(required=False, max_length=300)
    change_class = serializers.ChoiceField(required=False, choices=CLASSES)
    reason = Text(required=False, allow_blank=True)
    change_list = Text(required=False, allow_blank=True)
    co_authors = serializers.ListField(required=False, child=Key())


class TextInput(Body):
    """The text of a draft, and the version of it that the writer started from."""

    text = Text(allow_blank=True, trim_whitespace=False)
    version = Whole(min_value=0, max_value=2**31 - 1)


class PlaceInput(Body):
    """One approver, and the step of the profile at which they approve."""

    person = Key()
    step = Whole(required=False, min_value=1, max_value=100, default=1)


class VerbInput(Body):
    """What a verb may need: each takes what its page asks for and leaves the rest."""

    reason = Text(required=False)
    words = Text(required=False)
    reviewers = serializers.ListField(child=Key(), required=False)
    approvers = PlaceInput(many=True, required=False)
    effective_on = Day(required=False)
    references_accepted = serializers.BooleanField(required=False)
    seen_state = Text(required=False)


class Revisions(Files, Pictures, Comments):
    """The revisions of a document that the person may read."""

    serializer_class = RevisionSerializer
    lookup_value_converter = "int"
    ordering = ("-sequence",)

    @extend_schema(responses=RevisionSerializer(many=True))
    def list(self, request: Request, document: int) -> Response:
        """List the revisions of a document, the newest first."""
        person = asking(request)
        found = document_for(person, document)
        keys = [each.pk for each in revisions_visible_to(person, found)]
        rows = self.paginate_queryset(found.revisions.filter(pk__in=keys).select_related("content"))
        return self.get_paginated_response(RevisionSerializer(rows, many=True).data)

    @extend_schema(responses=RevisionDetailSerializer)
    def retrieve(self, request: Request, document: int, pk: int) -> Response:
        """Answer a revision with its text or file and what the person may do with it."""
        person = asking(request)
        return Response(told(revision_for(person, document, pk), person))

    @extend_schema(request=ReviseInput, responses={201: RevisionDetailSerializer})
    def create(self, request: Request, document: int) -> Response:
        """Start the next revision."""
        person = asking(request)
        found = document_for(person, document)
        wanted = checked(ReviseForm(said(request, ReviseInput))).cleaned_data
        revision = services.start_revision(
            document=found, change_class=ChangeClass(wanted["change_class"]), reason=wanted["reason"], by=person
        )
        return Response(told(revision, person), status=status.HTTP_201_CREATED)

    @extend_schema(request=DetailsInput, responses=RevisionDetailSerializer)
    def partial_update(self, request: Request, document: int, pk: int) -> Response:
        """Change title, kind of change, reason, list of changes or co-authors of a draft."""
        person = asking(request)
        revision = draft_for(person, document, pk)
        form = part_of(DetailsForm(said(request, DetailsInput), revision=revision))
        if form.has_changed():
            services.change_draft(revision_id=revision.pk, by=person, **form.cleaned_data)
        return Response(told(revision, person))

    @extend_schema(request=TextInput, responses=RevisionDetailSerializer)
    @action(detail=True, methods=["put"])
    def text(self, request: Request, document: int, pk: int) -> Response:
        """Keep the text of a draft; 409 when somebody has saved since the version that is named."""
        person = asking(request)
        revision = draft_for(person, document, pk)
        services.write_markdown(revision_id=revision.pk, by=person, **said(request, TextInput))
        return Response(told(revision, person))

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, document: int, pk: int) -> Response:
        """Throw a draft away that was never submitted; a document without any other revision goes with it."""
        person = asking(request)
        services.discard_draft(revision_id=draft_for(person, document, pk).pk, by=person)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=VerbInput, responses=RevisionDetailSerializer)
    @action(detail=True, methods=["post"], url_path="verbs/<slug:verb>")
    def verbs(self, request: Request, document: int, pk: int, verb: str) -> Response:
        """Go an edge that `offered` named. What takes a signature is refused: a person signs, not a token."""
        person = asking(request)
        revision = revision_for(person, document, pk)
        if verb == "acknowledge":
            raise NotPermitted(_("An acknowledgement is given by a person who has read, not by a token."))
        chosen = _chosen(verb)
        check_offered(chosen, revision, person, answered=True)
        form = checked(chosen.form(_places(said(request, VerbInput)), revision=revision))
        chosen.call(revision_id=revision.pk, by=person, **form.values())
        return Response(told(revision, person))


def _chosen(verb: str) -> Act:
    if verb not in ACT_OF_EDGE:
        raise Http404
    if REVISION.edge(verb).meaning:
        raise NotPermitted(_("A signature is given by a person, not by a token."))
    chosen = ACTS[ACT_OF_EDGE[verb]]
    assert issubclass(chosen.form, ActForm)
    return chosen


def _places(wanted: dict[str, Any]) -> dict[str, Any]:
    """Return the input as the forms of the pages take it: approvers by the step at which they stand."""
    found = dict(wanted)
    places = found.pop("approvers", [])
    for place in places:
        found.setdefault(f"step_{place['step']}", []).append(place["person"])
    return {**found, "approvers": [place["person"] for place in places]}
