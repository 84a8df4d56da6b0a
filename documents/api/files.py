"""Files of a revision: put one in as the body, accept the PDF of it, and take away what there is."""

from typing import Any

from django.http import FileResponse
from django.utils.datastructures import MultiValueDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from documents import services
from documents.access import draft_for
from documents.api.shapes import RevisionDetailSerializer, told
from documents.forms.writing import FileForm
from documents.reading import media_type_of
from documents.views import files
from qms.api.checking import asking
from qms.api.downloads import AnyForm
from qms.core.checking import Body, checked, said
from qms.core.parsers.kinds import HEAD
from qms.filing.services import store

PDF, BYTES = "application/pdf", "application/octet-stream"


class FileInput(Body):
    """A file as the body of a draft, and the author's own PDF beside it."""

    file = serializers.FileField(allow_empty_file=True)
    own_pdf = serializers.FileField(required=False, allow_empty_file=True)


class Files(GenericViewSet[Any]):
    """The files of a revision."""

    @extend_schema(request={"multipart/form-data": FileInput}, responses=RevisionDetailSerializer)
    @action(detail=True, methods=["put"], parser_classes=[MultiPartParser])
    def file(self, request: Request, document: int, pk: int) -> Response:
        """Put a file in as the body of a draft, byte for byte; a job reads it and makes its PDF."""
        person = asking(request)
        revision = draft_for(person, document, pk)
        sent = said(request, FileInput)
        form = checked(FileForm({}, MultiValueDict({name: [upload] for name, upload in sent.items()})))
        services.put_file(revision_id=revision.pk, by=person, **_kept(**form.cleaned_data))
        return Response(told(revision, person))

    @extend_schema(request=None, responses=RevisionDetailSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, document: int, pk: int) -> Response:
        """Accept the PDF that readers will see."""
        person = asking(request)
        revision = draft_for(person, document, pk)
        services.accept_rendition(revision_id=revision.pk, by=person)
        return Response(told(revision, person))

    @extend_schema(responses={(200, BYTES): OpenApiTypes.BINARY})
    @action(detail=True, content_negotiation_class=AnyForm)
    def source(self, request: Request, document: int, pk: int) -> FileResponse:
        """Download the file as it came in, under its number and revision; 404 for a text."""
        return files.source(request._request, document, pk)

    @extend_schema(responses={(200, PDF, BYTES): OpenApiTypes.BINARY})
    @action(detail=True, content_negotiation_class=AnyForm)
    def rendition(self, request: Request, document: int, pk: int) -> FileResponse:
        """Download the PDF that readers will see: the author's own, or the proof that was made."""
        return files.rendition(request._request, document, pk)

    @extend_schema(responses={(200, PDF): OpenApiTypes.BINARY})
    @action(detail=True, content_negotiation_class=AnyForm)
    def pdf(self, request: Request, document: int, pk: int) -> FileResponse:
        """Download the controlled PDF of a revision that was released."""
        return files.pdf(request._request, document, pk)


def _kept(file: Any, own_pdf: Any) -> dict[str, Any]:
    """Return a file that was sent as the service takes it, its bytes in the store."""
    head = file.read(HEAD)
    file.seek(0)
    return {
        "file": store(file.chunks()),
        "name": file.name,
        "media_type": media_type_of(head, file.name),
        "own_pdf": store(own_pdf.chunks()) if own_pdf else None,
    }
