"""Addresses of the documents room; they carry the key, `/go/SOP-0012` leads to it."""

from django.urls import path

from documents.views import (
    acts,
    adopting,
    changes,
    document,
    files,
    importing,
    public,
    readers,
    reading,
    register,
    writing,
)

app_name = "documents"

_REVISION = "documents/<int:document>/revisions/<int:key>/"

urlpatterns = [
    path("go/<path:number>", document.go, name="go"),
    path("documents/", register.register, name="register"),
    path("documents/export.<str:form>", register.export, name="export"),
    path("documents/bulk/", register.bulk, name="bulk"),
    path("documents/imports/", importing.imports, name="imports"),
    path("documents/imports/<int:key>/", importing.import_run, name="import"),
    path("documents/imports/<int:key>/start/", importing.import_start, name="import_start"),
    path("documents/imports/<int:key>/undo/", importing.import_undo, name="import_undo"),
    path("documents/imports/<int:key>/adopt/", adopting.adopt, name="adopt"),
    path("c/<str:code>", public.currency, name="currency"),
    path("documents/new/", writing.new, name="new"),
    path("documents/<int:key>/", document.document, name="document"),
    path("documents/<int:key>/history/", document.history, name="history"),
    path("documents/<int:key>/used/", document.used, name="used"),
    path("documents/<int:key>/revise/", writing.revise, name="revise"),
    path("documents/<int:key>/place/", writing.place, name="place"),
    path("documents/<int:key>/audience/", writing.audience, name="audience"),
    path("documents/<int:key>/readers/", readers.readers, name="readers"),
    path("documents/<int:key>/objections/<int:objection>/answer/", readers.answer, name="answer"),
    path("documents/<int:key>/readers/<int:reader>/excuse/", readers.excuse, name="excuse"),
    path("documents/<int:key>/read/", reading.read, name="read"),
    path(f"{_REVISION}seen/", reading.seen, name="seen"),
    path(f"{_REVISION}acknowledge/", reading.acknowledge, name="acknowledge"),
    path(f"{_REVISION}acknowledged/", reading.acknowledged, name="acknowledged"),
    path(f"{_REVISION}object/", reading.object_to, name="object"),
    path(_REVISION, document.revision, name="revision"),
    path(f"{_REVISION}approvals/", document.approvals, name="approvals"),
    path(f"{_REVISION}changes/", changes.changes, name="changes"),
    path(f"{_REVISION}edit/", writing.edit, name="edit"),
    path(f"{_REVISION}save/", writing.save, name="save"),
    path(f"{_REVISION}preview/", writing.preview, name="preview"),
    path(f"{_REVISION}details/", writing.details, name="details"),
    path(f"{_REVISION}file/", writing.put_file, name="put_file"),
    path(f"{_REVISION}accept/", writing.accept, name="accept"),
    path(f"{_REVISION}discard/", writing.discard, name="discard"),
    path(f"{_REVISION}comment/", document.comment, name="comment"),
    path(f"{_REVISION}comments/<int:comment>/resolve/", document.resolve, name="resolve"),
    path(f"{_REVISION}source/", files.source, name="source"),
    path(f"{_REVISION}rendition/", files.rendition, name="rendition"),
    path(f"{_REVISION}pdf/", files.pdf, name="pdf"),
    path(f"{_REVISION}<slug:name>/", acts.act, name="act"),
]
