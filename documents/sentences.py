"""What the verbs of this room are called in a history, after the person's name."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from documents.states import REVIEW_OUTCOME_WORDS
from qms.core.seams.history import Sentence


def _plain(words: str, icon: str, tone: str) -> Sentence:
    return Sentence(lambda _detail: _(words), icon, tone)


def _started(detail: dict[str, Any]) -> str:
    return _("started revision %(label)s") % {"label": detail.get("label", "")}


def _created(detail: dict[str, Any]) -> str:
    return _("created %(number)s") % {"number": detail.get("number", "")}


def _released(detail: dict[str, Any]) -> str:
    return _("put revision %(label)s in force") % {"label": detail.get("label", "")}


def _migrated(detail: dict[str, Any]) -> str:
    return _("brought in revision %(label)s from an older system") % {"label": detail.get("label", "")}


def _with_outcome(words: str, detail: dict[str, Any]) -> str:
    outcome = detail.get("outcome")
    if outcome not in REVIEW_OUTCOME_WORDS:
        return words
    return _("%(words)s: %(outcome)s") % {"words": words, "outcome": REVIEW_OUTCOME_WORDS[outcome]}


def _adopted(detail: dict[str, Any]) -> str:
    together = detail.get("together")
    if not together:
        return _("put it in force as it was found, and signed")
    words = ngettext(
        "put it in force as it was found, and signed",
        "put it in force as it was found, with %(n)d documents under one signature",
        together,
    )
    return words % {"n": together}


def _changed_kind(detail: dict[str, Any]) -> str:
    told = [_(words) for name, words in KIND_FIELDS.items() if name in detail.get("after", {})]
    return _("changed of the kind of record: %(what)s") % {"what": ", ".join(told)}


# What a kind of record says of itself, by the names of its fields.
KIND_FIELDS = {
    "name": gettext_noop("name"),
    "shows": gettext_noop("what it shows"),
    "process": gettext_noop("process"),
    "site": gettext_noop("site"),
    "owner": gettext_noop("owner"),
    "kept_at": gettext_noop("where they are kept"),
    "form": gettext_noop("form"),
    "period_months": gettext_noop("how often there must be one"),
}


SENTENCES: dict[str, Sentence] = {
    "created": Sentence(_created, "file-plus", "draft"),
    "migrated": Sentence(_migrated, "package-open", "neutral"),
    "migrated_corrected": _plain(gettext_noop("corrected what was found, before adoption"), "pencil-line", "neutral"),
    "type_created": _plain(gettext_noop("made the document type"), "list-ordered", "neutral"),
    "type_changed": _plain(gettext_noop("changed the document type"), "list-ordered", "neutral"),
    "profile_created": _plain(gettext_noop("made the approval profile"), "signature", "neutral"),
    "profile_changed": _plain(gettext_noop("changed the approval profile"), "signature", "neutral"),
    "draft_started": Sentence(_started, "pencil-line", "draft"),
    "draft_changed": _plain(gettext_noop("changed the title, kind or reasons of the draft"), "pencil-line", "draft"),
    "wrote": _plain(gettext_noop("wrote in the draft, and is one of its authors now"), "pencil-line", "draft"),
    "picture_put": _plain(gettext_noop("put a picture in"), "image-plus", "draft"),
    "picture_removed": _plain(gettext_noop("took a picture away"), "trash-2", "draft"),
    "draft_discarded": _plain(gettext_noop("discarded a draft that was never submitted"), "trash-2", "past"),
    "file_put": _plain(gettext_noop("put a file in as the text"), "upload", "draft"),
    "rendition_accepted": _plain(gettext_noop("accepted the PDF that readers will see"), "check", "draft"),
    "submit_for_review": _plain(gettext_noop("submitted it for review"), "send", "review"),
    "agree_in_review": _plain(gettext_noop("had no objection in review"), "messages-square", "review"),
    "want_changes": _plain(gettext_noop("wanted changes"), "undo-2", "late"),
    "withdraw_from_review": _plain(gettext_noop("took it back from review"), "undo-2", "draft"),
    "start_approval": _plain(gettext_noop("started the approval"), "send", "approval"),
    "start_approval_from_draft": _plain(gettext_noop("started the approval"), "send", "approval"),
    "withdraw_from_approval": _plain(gettext_noop("took it back from approval"), "undo-2", "draft"),
    "approve": _plain(gettext_noop("approved it and signed"), "signature", "approval"),
    "reject": _plain(gettext_noop("refused approval and signed"), "undo-2", "late"),
    "complete_approval": _plain(gettext_noop("found the approval complete"), "badge-check", "approved"),
    "take_effect": Sentence(_released, "circle-check", "effective"),
    "release_now": Sentence(_released, "circle-check", "effective"),
    "return_to_approval": _plain(gettext_noop("returned it to approval and signed"), "undo-2", "late"),
    "supersede": _plain(gettext_noop("superseded the revision before"), "archive", "past"),
    "cancel_draft": _plain(gettext_noop("cancelled the revision"), "x", "past"),
    "cancel_approved": _plain(gettext_noop("cancelled the revision"), "x", "past"),
    "ask_retirement": _plain(gettext_noop("asked to withdraw the document"), "archive", "late"),
    "agree_retirement": _plain(gettext_noop("agreed to the withdrawal and signed"), "signature", "approval"),
    "refuse_retirement": _plain(gettext_noop("refused the withdrawal and signed"), "undo-2", "late"),
    "retire": _plain(gettext_noop("withdrew the document"), "archive", "past"),
    "review_periodically": Sentence(
        lambda detail: _with_outcome(_("recorded the periodic review and signed"), detail), "calendar-check", "review"
    ),
    "confirm_periodic_review": Sentence(
        lambda detail: _with_outcome(_("confirmed the periodic review"), detail), "signature", "approval"
    ),
    "refuse_periodic_review": _plain(gettext_noop("sent the periodic review back"), "undo-2", "late"),
    "document_changed": _plain(gettext_noop("changed where the document belongs"), "settings-2", "neutral"),
    "audience_set": _plain(gettext_noop("changed who reads the document"), "users", "neutral"),
    "acknowledged": Sentence(
        lambda detail: _("acknowledged revision %(label)s") % {"label": detail.get("label", "")}, "check", "effective"
    ),
    "credited": _plain(gettext_noop("credited a writer or approver with the reading"), "check", "effective"),
    "objected": _plain(gettext_noop("asked the owner a question"), "circle-question-mark", "late"),
    "objection_answered": _plain(gettext_noop("answered a reader’s question"), "messages-square", "review"),
    "excused": _plain(gettext_noop("signed that somebody need not acknowledge"), "signature", "past"),
    "adopt": Sentence(_adopted, "signature", "effective"),
    "record_kind_added": _plain(gettext_noop("added the kind of record"), "archive", "neutral"),
    "record_kind_changed": Sentence(_changed_kind, "settings-2", "neutral"),
    "record_kind_ended": _plain(gettext_noop("ended the kind of record"), "archive", "past"),
    "record_kept": Sentence(lambda detail: _("kept %(title)s") % {"title": detail.get("title", "")}, "archive", "done"),
    "record_corrected": Sentence(
        lambda detail: _("corrected it by %(title)s") % {"title": detail.get("title", "")}, "pencil-line", "neutral"
    ),
}
