"""What the steps of the plan share: finding people, documents and revisions, types, bodies, proofs and readers."""

from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from documents import services
from documents.audience import Kind, Rule
from documents.demo_loading.data import Told, file_of, plan, text_of, types
from documents.imports import import_folder
from documents.models import ApprovalProfile, Document, DocumentType, ReadingDuty, Revision
from documents.services.freezing import content_hash
from documents.services.types import Step, create_profile, create_type
from documents.states import OPEN_STATES, ApprovalMode, State
from qms.core.seams.demo import Days
from qms.filing.models import Comment
from qms.filing.services import link, store
from qms.organization.demo_loading import person, process, team
from qms.organization.demo_loading import told as organization
from qms.organization.models import User
from qms.organization.states import Role
from qms.signatures.models import SigningProof
from qms.signatures.services import make_proof
from qms.signatures.states import Meaning, Method

RELATED = "related"
PARENT_REASON = "%s is there now and stands above it."


class Stage:
    """The demo's documents while they are played. `comments` are kept by document and mark, as the plan names them."""

    def __init__(self, days: Days) -> None:
        self.days = days
        self.comments: dict[tuple[str, str], Comment] = {}
        self.told: dict[str, Told] = {}

    def make_types(self) -> None:
        """The first quality manager sets up how documents are approved and numbered."""
        by = person(organization()["system"]["first_quality_manager"])
        for each in types()["profiles"]:
            create_profile(
                name=each["name"],
                mode=ApprovalMode(each["mode"]),
                needed=each["needed"],
                reviewers_needed=each["reviewers_needed"],
                review_minor=each["review_minor"],
                periodic_review_approvers=each["periodic_review_approvers"],
                steps=[Step(step["name"], Role(step["role"])) for step in each["steps"]],
                by=by,
            )
        names = {each["code"]: each["name"] for each in types()["profiles"]}
        for each in types()["types"]:
            fields = {key: value for key, value in each.items() if key not in {"level", "profile"}}
            create_type(profile=ApprovalProfile.objects.get(name=names[each["profile"]]), by=by, **fields)

    def type_of(self, told: Told) -> DocumentType:
        """Return the type of a document of the plan."""
        return DocumentType.objects.select_related("profile").get(code=told["type"])

    def document(self, number: str) -> Document:
        """Return a document by its number."""
        return Document.objects.select_related("type").get(number=number)

    def revision(self, told: Told, *states: State) -> Revision:
        """Return the newest revision of a document in one of these states."""
        found = Revision.objects.filter(document__number=told["number"], state__in=states)
        return found.select_related("content", "document").order_by("-sequence")[0]

    def open_revision(self, told: Told) -> Revision:
        """Return the revision of a document that is on its way."""
        return self.revision(told, *OPEN_STATES)

    def introduce(self, told: Told, document: Document, by: User) -> None:
        """Give a new document its readers, and link it with those that are there already, in both directions."""
        self._set_readers(told, document, by)
        for other in self.told.values():
            if told["number"] in other["related"]:
                link(row=self.document(other["number"]), kind=RELATED, to=document, by=by)
            if other["number"] in told["related"]:
                link(row=document, kind=RELATED, to=self.document(other["number"]), by=by)
            if other["parent"] == told["number"]:
                self._put_below(other, document)
        if told["parent"] in self.told and document.parent is None:
            self._put_below(told, self.document(told["parent"]))
        self.told[told["number"]] = told

    def write(self, told: Told, step: Told, revision: Revision, by: User) -> None:
        """Put the body that a step brings into a draft: as text, or as the file its document is kept in."""
        made = file_of(told, step, self.days)
        if made is None:
            version = revision.bodies.get().version
            services.write_markdown(revision_id=revision.pk, text=text_of(step), version=version, by=by)
        else:
            file = store([made.data])
            services.put_file(revision_id=revision.pk, file=file, name=made.name, media_type=made.media_type, by=by)

    def bring_in(self, batch: str, by: User) -> None:
        """Import all that a batch holds, from a folder laid out as it was found, unless that is done."""
        found = [(told, step) for told in plan()["documents"] for step in told["history"] if self._is_in(batch, step)]
        if found[0][0]["number"] in self.told:
            return
        with TemporaryDirectory(prefix="qms-demo-") as folder:
            said = {self._lay_down(Path(folder), *pair): self._said(*pair) for pair in found}
            system = plan()["batches"][batch]["system"]
            import_folder(folder=Path(folder), mapping_text=yaml.safe_dump({"files": said}), by=by, source=system)
        for told, _step in found:
            self.introduce(told, self.document(told["number"]), by)

    def accept(self, revision: Revision, by: User) -> None:
        """The author accepts the PDF that was made of a file, before it is submitted."""
        body = revision.bodies.get()
        if not body.is_markdown and not body.rendition_is_own and body.accepted_at is None:
            services.accept_rendition(revision_id=revision.pk, by=by)

    def proof(self, by: User, meaning: Meaning, revision: Revision | None = None, signed: str = "") -> SigningProof:
        """Return the proof of somebody who has typed their password a moment ago."""
        content = signed or (content_hash(revision) if revision else "")
        return make_proof(person=by, method=Method.PASSWORD, meaning=meaning, content_hash=content, session_key="demo")

    def some_acknowledge(self, told: Told, step: Told, slots_left: int) -> None:
        """Let a fair share of those who still owe a document acknowledge it; in the last slot all of them."""
        owing = [each for each in self.owing(told["number"]) if each not in step.get("except", [])]
        for username in owing[: ceil(len(owing) / slots_left)]:
            self.acknowledge(told["number"], username)

    def owing(self, number: str) -> list[str]:
        """Return who still has to acknowledge a document, by user name."""
        waiting = ReadingDuty.objects.filter(document__number=number, duty__closed_at__isnull=True)
        return list(waiting.order_by("person__username").values_list("person__username", flat=True))

    def acknowledge(self, number: str, username: str) -> None:
        """Let one person open what they owe of a document, and acknowledge it."""
        waiting = ReadingDuty.objects.filter(document__number=number, duty__closed_at__isnull=True)
        revision = waiting.select_related("revision__content").get(person__username=username).revision
        reader = person(username)
        services.see(revision_id=revision.pk, by=reader)
        services.acknowledge(revision_id=revision.pk, by=reader, content_hash=content_hash(revision))

    def _is_in(self, batch: str, step: Told) -> bool:
        return bool(step["do"] == "import_migrated" and step["batch"] == batch)

    def _lay_down(self, folder: Path, told: Told, step: Told) -> str:
        made = file_of(told, step, self.days)
        name = made.name if made else f"{told['number']} {told['title']}.md"
        (folder / name).write_bytes(made.data if made else text_of(step).encode())
        return name

    def _said(self, told: Told, step: Told) -> dict[str, str]:
        """Return what the quality manager writes into the mapping about one file."""
        said = {name: told[name] for name in ("number", "title", "type", "owner", "process", "site") if told[name]}
        effective = self.days.day(step["effective"]).isoformat()
        return {**said, "revision": step["label"], "effective": effective, "approver": ", ".join(step["approvers"])}

    def _set_readers(self, told: Told, document: Document, by: User) -> None:
        wanted = told["audience"]
        rules = [Rule(Kind.ROLE, role) for role in wanted.get("roles", [])]
        rules += [Rule(Kind.TEAM, str(team(code).pk)) for code in wanted.get("teams", [])]
        rules += [Rule(Kind.PERSON, str(person(name).pk)) for name in wanted.get("people", [])]
        for number in wanted.get("processes", []):
            found = process(number)
            rules += [Rule(Kind.PROCESS, str(found.pk))] if found else []
        services.set_audience(document_id=document.pk, rules=rules, by=by)

    def _put_below(self, told: Told, parent: Document) -> None:
        document = self.document(told["number"])
        reason = PARENT_REASON % parent.number
        services.change_document(document_id=document.pk, by=document.owner, reason=reason, parent=parent)
