"""Pictures beside the text of a revision: put in, take away, download."""

from typing import Any

from django.http import FileResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from documents import services
from documents.access import draft_for, revision_for
from documents.api.shapes import Text
from documents.forms.writing import PictureForm
from documents.queries import governing_body
from documents.queries.pictures import picture_named, pictures_of
from documents.views import pictures
from qms.api.checking import asking
from qms.api.downloads import AnyForm
from qms.core.checking import Body, checked, said
from qms.core.errors import RuleBroken


class PictureSerializer(serializers.Serializer[Any]):
    """A picture as it is answered; `mark` is what shows it in the text."""

    name = Text(read_only=True)
    alt = Text(read_only=True)
    mark = Text(read_only=True)
    media_type = Text(read_only=True)
    sha256 = Text(source="file.sha256", read_only=True)


class PictureInput(Body):
    """A picture, and words for people who cannot see it."""

    picture = serializers.FileField(allow_empty_file=True)
    alt = Text(max_length=300)


class Pictures(GenericViewSet[Any]):
    """The pictures beside the text of a revision."""

    @extend_schema(responses=PictureSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def pictures(self, request: Request, document: int, pk: int) -> Response:
        """List the pictures beside a text, by name."""
        body = governing_body(revision_for(asking(request), document, pk))
        return Response(PictureSerializer(pictures_of(body) if body else [], many=True).data)

    @extend_schema(responses={(200, "image/png", "image/jpeg"): OpenApiTypes.BINARY})
    @action(
        detail=True,
        url_path="pictures/<str:name>",
        parser_classes=[MultiPartParser],
        content_negotiation_class=AnyForm,
    )
    def picture(self, request: Request, document: int, pk: int, name: str) -> FileResponse:
        """Download a picture of a text."""
        return pictures.picture(request._request, document, pk, name)

    @extend_schema(request={"multipart/form-data": PictureInput}, responses={201: PictureSerializer})
    @picture.mapping.put
    def put_picture(self, request: Request, document: int, pk: int, name: str) -> Response:
        """Put a picture beside the text of a draft, written anew; the text shows it by the `mark` that is answered.

        The name is made safe and has the ending of its kind; 409 where a picture of this name lies there.
        """
        person = asking(request)
        revision = draft_for(person, document, pk)
        body = governing_body(revision)
        if body is not None and picture_named(body, name):
            raise RuleBroken(_("There is a picture of this name."), code="taken")
        sent = said(request, PictureInput)
        form = checked(PictureForm({"alt": sent["alt"]}, MultiValueDict({"picture": [sent["picture"]]})))
        chunks, alt = form.cleaned_data["picture"].chunks(), form.cleaned_data["alt"]
        made = services.put_picture(revision_id=revision.pk, chunks=chunks, name=name, alt=alt, by=person)
        return Response(PictureSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    @picture.mapping.delete
    def remove_picture(self, request: Request, document: int, pk: int, name: str) -> Response:
        """Take a picture away that the text does not show."""
        person = asking(request)
        services.remove_picture(revision_id=draft_for(person, document, pk).pk, name=name, by=person)
        return Response(status=status.HTTP_204_NO_CONTENT)
