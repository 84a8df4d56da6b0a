"""A small house in which every page has something to show, and who looks at which page of it."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from documents import services
from documents.audience import Rule
from documents.imports import import_folder
from documents.models import Document, Objection, Revision
from documents.services.audience import recompute_document
from qms.actions.queries import Named
from qms.actions.services import Upload, ask_extension, do, give
from qms.api.services import make_token
from qms.api.states import TokenScope
from qms.core.seams.evidence import Selection
from qms.duties.models import Duty
from qms.duties.services import rotate_calendar
from qms.evidence.services import request_pack
from qms.filing.queries import attachments_of
from qms.filing.services.files import store
from qms.imports.models import ImportRow, ImportRun
from qms.imports.states import RowOutcome, RunState
from qms.jobs.models import Job, OutgoingMail
from qms.jobs.services import send_mail
from qms.jobs.states import MailKind, MailState
from qms.organization.models import RoleAssignment
from qms.organization.services import keep_roster, put_logo
from tests.browser.addresses import named
from tests.browser.kept import keep_records, visits_of
from tests.browser.shelf import Shelf
from tests.signatures.passkey import Passkey
from tests.signatures.test_exceptions import grant
from tests.world import PASSWORD, World

GUEST, QUALITY, IT = "guest", "quality", "it"
TEXT = "# Purpose\n\nAll gauges.\n\n| Gauge | Every |\n|---|---|\n| Dial indicator | 12 months |\n\n1. Clean it.\n"
CHANGED = TEXT.replace("12 months", "6 months") + "\nSoak it for **eight** hours.\n"


def drawn() -> bytes:
    """Return a small picture."""
    out = BytesIO()
    Image.new("RGB", (40, 20), "teal").save(out, "PNG")
    return out.getvalue()


class Visit(NamedTuple):
    """Who opens which page, by the page's name and the keys of its address."""

    name: str
    who: str = QUALITY
    keys: tuple = ()
    query: str = ""

    @property
    def url(self) -> str:
        """Return the address."""
        return reverse(self.name, args=self.keys) + self.query


class Estate(World):
    """The standing cast with documents in all states, imports, a pack, mail, jobs, an exception, keys and codes."""

    def __init__(self) -> None:
        super().__init__()
        self.read = self.effective(title="Calibration of dial indicators", text=TEXT)
        self.document = self.read.document
        services.set_audience(document_id=self.document.pk, rules=[Rule("everybody")], by=self.author)
        recompute_document(document_id=self.document.pk)
        self.drafted = self.draft(title="Lapping of gauge blocks", text=TEXT)
        self.picture = services.put_picture(
            revision_id=self.drafted.pk, chunks=[drawn()], name="lap.png", alt="A lap and a block", by=self.author
        )
        self.logo = put_logo(chunks=[drawn()], by=self.quality)
        self.under_review = self.in_review(title="Cleaning and corrosion protection of everything that leaves Plant 2")
        self.changed = self._in_approval()
        self.objection = Objection.objects.create(
            person=self.reader, revision=self.read, text="Which oil?", made_at=timezone.now()
        )
        self.duty = Duty.objects.filter(kind="documents.approve").latest("pk")
        self.exception = grant(self, valid_until=timezone.now() + timedelta(days=30))
        self.pack = request_pack(
            selection=Selection(), words="everything", recipient="Auditor", purpose="Surveillance", by=self.quality
        )
        self.planned, self.done = self._run(RunState.PLANNED), self._brought()
        self.roster = keep_roster(file_name="people.csv", rows=[(2, {"username": "nina", "name": "Nina"})], by=self.it)
        ends = timezone.now() + timedelta(days=9)
        make_token(name="ERP", scope=TokenScope.READ, ends_at=ends, by=self.quality)
        self.feed = rotate_calendar(by=self.quality)
        letter = {"subject": "Approve SOP-0001", "body": "It waits for you.", "kind": MailKind.APPROVAL, "slot": "x"}
        send_mail(to_person=self.approver.pk, to_address=self.approver.email, **letter)
        OutgoingMail.objects.update(state=MailState.FAILED, last_error="550 mailbox full")
        self.letter = OutgoingMail.objects.latest("pk")
        self.shelf = keep_records(self, self.document)
        self.standards = Shelf(self)
        self._agree_on_actions()

    def _agree_on_actions(self) -> None:
        due_on = timezone.localdate() + timedelta(days=20)
        said = {"due_on": due_on, "verifier": self.colleague, "by": self.author}
        self.action = give(title="Label the drawers", owner=self.reader, origin=Named.of(self.document), **said)
        later = {"new_due_on": due_on + timedelta(days=9), "reason": "The printer is broken."}
        ask_extension(action_id=self.action.pk, by=self.reader, **later)
        self.shown = give(title="Photograph the store", owner=self.reader, **said)
        photo = Upload(store([drawn()]), "store.png", "image/png")
        do(action_id=self.shown.pk, by=self.reader, words="All of it.", files=[photo])

    def _in_approval(self):
        revision = self.next_revision(self.document, text=CHANGED)
        services.submit_for_review(revision_id=revision.pk, reviewers=[self.colleague], by=self.author)
        services.agree_in_review(revision_id=revision.pk, by=self.colleague)
        places = [services.rounds.Place(self.approver)]
        return services.start_approval(revision_id=revision.pk, approvers=places, by=self.author)

    def _run(self, state: RunState) -> ImportRun:
        run = ImportRun.objects.create(
            kind="documents.folder", source=f"{state}.zip", state=state, made_at=timezone.now(), made_by=self.quality
        )
        data = (
            '{"number": "SOP-0101", "title": "Storage of gauge blocks between two orders", "revision": "3", '
            '"type": "SOP", "owner": "", "source": {}, "paths": ["SOP 101.md"], "number_from": "name"}'
        )
        ImportRow.objects.create(run=run, position=1, name="SOP 101.md", outcome=RowOutcome.NEW, data=data)
        ImportRow.objects.create(run=run, position=2, name="x.zip", outcome=RowOutcome.PROBLEM, words="It is empty.")
        return run

    def _brought(self) -> ImportRun:
        with TemporaryDirectory() as name:
            text = "---\nnumber: SOP-0101\nrevision: 3\n---\n# Storage\n\nDry.\n"
            (Path(name) / "SOP-0101 Storage.md").write_text(text)
            return import_folder(folder=Path(name), mapping_text="", by=self.quality, source="Q folder")

    def signed_in(self) -> dict[str, Client]:
        """Return the cookies of everybody who opens a page; `half` has given the password, not yet the code."""
        clients = {GUEST: Client(raise_request_exception=False)}
        for who in (QUALITY, IT, "reader", "author", "approver", "colleague", "owner", "top"):
            clients[who] = client = Client(raise_request_exception=False)
            client.post(reverse("account_login"), {"login": who, "password": PASSWORD})
            client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        TOTP.activate(self.top, generate_totp_secret())
        RecoveryCodes.activate(self.top)
        Passkey(self.top)
        self.key = Authenticator.objects.get(user=self.top, type=Authenticator.Type.WEBAUTHN)
        clients["half"] = Client(raise_request_exception=False)
        clients["half"].post(reverse("account_login"), {"login": "top", "password": PASSWORD})
        return clients

    def visits(self) -> list[Visit]:
        """Return every page of the house with who opens it: those told below, and every other one as Quality."""
        told = [
            *self._documents(),
            *(Visit(*each) for each in visits_of(self.shelf)),
            *self._revisions(),
            *self._acts(),
            *self._organization(),
            *self._accounts(),
            *(Visit(*each) for each in self.standards.visits()),
            *self._others(),
        ]
        known = {visit.name for visit in told}
        return [*told, *(Visit(name) for name in named() if name not in known)]

    def _documents(self) -> Iterator[Visit]:
        document = self.document.pk
        for name in ("document", "draft", "history", "used", "readers", "place", "audience"):
            yield Visit(f"documents:{name}", keys=(document,))
        yield Visit("documents:revise", keys=(self.effective(title="Kept as it is").document_id,))
        for name in ("document", "read"):
            yield Visit(f"documents:{name}", "reader", (document,))
        yield Visit("documents:answer", keys=(document, self.objection.pk))
        yield Visit("documents:excuse", keys=(document, self.reader.pk))
        yield Visit("documents:go", keys=(self.document.number,))
        yield Visit("documents:currency", GUEST, (self.read.public_code,))
        yield Visit("documents:document_report", keys=(document, "csv"))
        yield Visit("documents:register")
        yield Visit("documents:register", query="?q=nothing+like+this")
        yield Visit("documents:export", keys=("csv",))
        yield Visit("documents:type", keys=(self.procedure.pk,))
        yield Visit("documents:profile", keys=(self.profile.pk,))
        yield Visit("documents:team_report", keys=(self.team.pk, "csv"))
        yield Visit("documents:person_report", keys=(self.reader.pk, "csv"))
        for run in (self.planned, self.done):
            yield Visit("documents:import", keys=(run.pk,))
        for name in ("import_start", "import_drop", "import_undo", "adopt"):
            yield Visit(f"documents:{name}", keys=(self.done.pk,))
        found = Document.objects.get(number="SOP-0101")
        yield Visit("documents:correct_found", keys=(self.done.pk, found.pk))

    def _revisions(self) -> Iterator[Visit]:
        effective, changed = (self.document.pk, self.read.pk), (self.document.pk, self.changed.pk)
        draft = (self.drafted.document_id, self.drafted.pk)
        for query in ("", "?form=sides"):
            yield Visit("documents:changes", keys=changed, query=query)
        for name in ("revision", "approvals"):
            yield Visit(f"documents:{name}", "approver", changed)
        for name in ("edit", "save", "preview", "details", "put_file", "accept", "discard", "put_picture"):
            yield Visit(f"documents:{name}", "author", draft)
        for name in ("seen", "acknowledge", "acknowledged", "object"):
            yield Visit(f"documents:{name}", "reader", effective)
        for name in ("comment", "source", "rendition", "pdf"):
            yield Visit(f"documents:{name}", keys=effective)
        yield Visit("documents:resolve", keys=(*changed, 1))
        for name in ("picture", "remove_picture"):
            yield Visit(f"documents:{name}", "author", (*draft, "x.png"))
        yield Visit("documents:page", keys=(*effective, 1, "small"))
        found = Revision.objects.get(document__number="SOP-0101")
        for name in ("other_form", "translation"):
            yield Visit(f"documents:{name}", keys=(found.document_id, found.pk, 1))

    def _acts(self) -> Iterator[Visit]:
        for who, revision, names in (
            ("approver", self.changed, ("approve", "reject")),
            ("author", self.changed, ("withdraw",)),
            ("colleague", self.under_review, ("agree", "want-changes")),
            ("author", self.drafted, ("submit", "cancel")),
            ("owner", self.read, ("review-periodically", "ask-retirement")),
        ):
            for name in names:
                yield Visit("documents:act", who, (revision.document_id, revision.pk, name))

    def _organization(self) -> Iterator[Visit]:
        role = RoleAssignment.objects.filter(person=self.reader).get()
        for name in ("person", "grant_role", "first_quality_manager", "confirm_sign_in"):
            yield Visit(f"organization:{name}", keys=(self.reader.pk,))
        for name in ("person", "change_person", "deactivate_person", "reactivate_person", "link_identity"):
            yield Visit(f"organization:{name}", IT, (self.reader.pk,))
        for name in ("people", "create_person", "import_people", "send_links"):
            yield Visit(f"organization:{name}", IT)
        yield Visit("organization:roster", IT, (self.roster.pk,))
        yield Visit("organization:person_teams", keys=(self.reader.pk,))
        yield Visit("organization:account", IT, (self.reader.pk, "password"))
        yield Visit("organization:end_role", keys=(self.reader.pk, role.pk))
        for name in ("team", "change_team", "join_team"):
            yield Visit(f"organization:{name}", keys=(self.team.pk,))
        yield Visit("organization:leave_team", keys=(self.team.pk, self.reader.pk))
        yield Visit("organization:site", keys=(self.site.pk,))
        for name in ("sheet", "describe", "change", "in_use"):
            yield Visit(f"processes:{name}", keys=(self.process.pk,))
        yield Visit("processes:sheet_on_paper", keys=(self.process.pk, "pdf"))
        yield Visit("processes:export", keys=("csv",))
        yield Visit("organization:in_use", keys=("site", self.site.pk))
        yield Visit("organization:end_session", keys=(1,))
        yield Visit("organization:logo", GUEST, ("0" * 64,))
        yield Visit("organization:logo", GUEST, (self.logo.sha256,))

    def _accounts(self) -> Iterator[Visit]:
        token = user_pk_to_url_str(self.reader), default_token_generator.make_token(self.reader)
        for name in ("organization:choose_from_link", "account_reset_password_from_key"):
            yield Visit(name, GUEST, token)
        for name in ("login", "reset_password", "reset_password_done", "reset_password_from_key_done", "inactive"):
            yield Visit(f"account_{name}", GUEST)
        yield Visit("mfa_authenticate", "half")
        yield Visit("mfa_activate_totp", "reader")
        for name in ("index", "deactivate_totp", "view_recovery_codes", "generate_recovery_codes", "list_webauthn"):
            yield Visit(f"mfa_{name}", "top")
        for name in ("download_recovery_codes", "add_webauthn", "reauthenticate", "reauthenticate_webauthn"):
            yield Visit(f"mfa_{name}", "top")
        for name in ("remove", "edit"):
            yield Visit(f"mfa_{name}_webauthn", "top", (self.key.pk,))

    def _actions(self) -> Iterator[Visit]:
        for query in ("", "?state=all&sort=-age", "?q=nothing"):
            yield Visit("actions:register", query=query)
        yield Visit("actions:export", keys=("csv",))
        yield Visit("actions:new", "author", query=f"?from=documents.document/{self.document.pk}")
        for who in (QUALITY, "reader"):
            yield Visit("actions:action", who, (self.action.pk,))
        yield Visit("actions:action", "colleague", (self.shown.pk,))
        yield Visit("actions:file", keys=(self.shown.pk, attachments_of(self.shown).get().pk))
        for who, action, verbs in (
            ("reader", self.action, ("do",)),
            ("colleague", self.action, ("agree_extension", "refuse_extension")),
            ("author", self.action, ("hand_over", "change", "cancel")),
            ("colleague", self.shown, ("verify", "send_back")),
        ):
            for verb in verbs:
                yield Visit("actions:act", who, (action.pk, verb))

    def _others(self) -> Iterator[Visit]:
        yield from self._actions()
        yield Visit("home:start", IT)
        for slug in ("reading", "actions", "keys"):
            yield Visit("home:help_page", "reader", (slug,))
        yield Visit("home:home")
        yield Visit("duties:my_work", "reader")
        yield Visit("home:search", query="?q=gauges")
        for who in (QUALITY, IT):
            yield Visit("home:letter", who, (self.letter.pk,))
        for name in ("retry_letter", "set_letter_aside"):
            yield Visit(f"home:{name}", keys=(self.letter.pk,))
        yield Visit("home:retry_job", keys=(Job.objects.latest("pk").pk,))
        for name in ("worker", "remind"):
            yield Visit(f"duties:{name}", keys=(self.reader.pk,))
        yield Visit("duties:move", keys=(self.duty.pk,))
        yield Visit("duties:feed", GUEST, (self.feed,))
        yield Visit("api:revoke", keys=(1,))
        for name in ("pack", "download"):
            yield Visit(f"evidence:{name}", keys=(self.pack.pk,))
        yield Visit("signatures:grant", "top")
        for name in ("exception", "end"):
            yield Visit(f"signatures:{name}", "top", (self.exception.pk,))
        yield Visit("signatures:passkey", "top", ("approved", "0" * 64))
