"""Comments on a revision: read, make, resolve."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from documents import services
from documents.access import revision_for
from documents.api.shapes import Moment, Text, Whole
from documents.forms.remarks import CommentForm
from qms.api.checking import asking
from qms.core.checking import Body, checked, said
from qms.filing.queries import comments_on

OLDEST_FIRST = ("pk",)


class CommentSerializer(serializers.Serializer[Any]):
    """A comment as it is answered."""

    id = Whole(read_only=True)
    text = Text(read_only=True)
    passage = Text(read_only=True)
    blocking = serializers.BooleanField(read_only=True)
    made_by = Whole(source="made_by_id", read_only=True)
    made_at = Moment(read_only=True)
    answer = Text(read_only=True)
    resolved_by = Whole(source="resolved_by_id", read_only=True, allow_null=True)
    resolved_at = Moment(read_only=True, allow_null=True)


class CommentInput(Body):
    """A comment, where it belongs, and whether it holds the revision back."""

    text = Text()
    passage = Text(required=False, allow_blank=True, max_length=200)
    blocking = serializers.BooleanField(required=False)


class AnswerInput(Body):
    """The answer with which a comment is resolved."""

    answer = Text()


class Comments(GenericViewSet[Any]):
    """The comments on a revision."""

    ordering: tuple[str, ...]

    @extend_schema(responses=CommentSerializer(many=True))
    @action(detail=True, ordering=OLDEST_FIRST)
    def comments(self, request: Request, document: int, pk: int) -> Response:
        """List the comments on a revision, the oldest first."""
        rows = self.paginate_queryset(comments_on(revision_for(asking(request), document, pk)))
        return self.get_paginated_response(CommentSerializer(rows, many=True).data)

    @extend_schema(request=CommentInput, responses={201: CommentSerializer})
    @comments.mapping.post
    def comment(self, request: Request, document: int, pk: int) -> Response:
        """Put a comment on a revision that is on its way."""
        person = asking(request)
        revision = revision_for(person, document, pk)
        form = checked(CommentForm(said(request, CommentInput)))
        made = services.comment_on(revision_id=revision.pk, by=person, **form.cleaned_data)
        return Response(CommentSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AnswerInput, responses=CommentSerializer)
    @action(detail=True, methods=["post"], url_path="comments/<int:comment>/resolve")
    def resolve(self, request: Request, document: int, pk: int, comment: int) -> Response:
        """Resolve a comment with an answer."""
        person = asking(request)
        revision = revision_for(person, document, pk)
        answer = said(request, AnswerInput)["answer"]
        found = services.resolve_comment(revision_id=revision.pk, comment_id=comment, by=person, answer=answer)
        return Response(CommentSerializer(found).data)
