"""A small organization for tests: people in their roles, a document type, and short ways through a document's life."""

from datetime import timedelta

from django.utils import timezone

from documents import services
from documents.audience import Rule
from documents.models import ApprovalProfile, Document, DocumentType, Revision
from documents.services.audience import open_reading_duties
from documents.services.rounds import Place
from documents.states import ApprovalMode, ChangeClass
from qms.duties.models import Duty
from qms.organization.models import Process, RoleAssignment, Site, Team, TeamMembership, User
from qms.organization.states import Role
from qms.signatures.models import SigningProof
from qms.signatures.services import make_proof
from qms.signatures.states import Meaning, Method

PASSWORD = "correct horse battery"


class World:
    """The cast: `author`, `colleague`, `approver`, `second`, `quality`, `owner`, `reader`, `stranger`, `it`, `top`."""

    def __init__(self) -> None:
        self.site = Site.objects.create(code="HQ", name="Head office", time_zone="UTC")
        self.other_site = Site.objects.create(code="P2", name="Plant 2", time_zone="UTC")
        self.quality = self.person("quality", Role.QUALITY_MANAGER)
        self.top = self.person("top", Role.TOP_MANAGEMENT)
        self.owner = self.person("owner")
        self.process = Process.objects.create(number="P01", name="Calibration", owner=self.owner, site=self.site)
        self.give(self.owner, Role.PROCESS_OWNER, process=self.process)
        self.author = self.person("author", Role.AUTHOR)
        self.colleague = self.person("colleague", Role.AUTHOR)
        self.approver = self.person("approver", Role.APPROVER)
        self.second = self.person("second", Role.APPROVER)
        self.reader = self.person("reader", Role.READER)
        self.auditor = self.person("auditor", Role.INTERNAL_AUDITOR)
        self.it = self.person("it", Role.IT_ADMIN)
        self.stranger = self.person("stranger")
        self.team = Team.objects.create(name="Laboratory", site=self.site)
        self.join(self.reader, self.team)
        self.profile = ApprovalProfile.objects.create(
            name="One approver", mode=ApprovalMode.ALL, needed=1, reviewers_needed=1
        )
        self.procedure = DocumentType.objects.create(
            code="SOP",
            name="Procedure",
            number_pattern="SOP-{n:04}",
            label_scheme="major_minor",
            profile=self.profile,
        )

    def person(self, username: str, *roles: Role, **fields) -> User:
        """Make a person with roles for the whole organization."""
        fields = {
            "name": f"{username.capitalize()} Person",
            "email": f"{username}@gauge.example",
            "site": getattr(self, "site", None),
            "joined_on": timezone.localdate() - timedelta(days=400),
            **fields,
        }
        person = User.objects.create_user(username, PASSWORD, **fields)
        for role in roles:
            self.give(person, role)
        return person

    def give(self, person: User, role: Role, *, site=None, process=None) -> RoleAssignment:
        """Give a role, as if it had always been there."""
        person.assignments_held = None
        return RoleAssignment.objects.create(
            person=person,
            role=role,
            site=site,
            process=process,
            valid_from=timezone.now() - timedelta(days=300),
        )

    def join(self, person: User, team: Team) -> TeamMembership:
        """Put a person into a team."""
        return TeamMembership.objects.create(team=team, person=person, valid_from=timezone.now() - timedelta(days=300))

    def owed(self, person: User) -> list[str]:
        """Return the kinds of the duties that a person has open, oldest first."""
        return list(Duty.objects.filter(person=person, closed_at=None).order_by("pk").values_list("kind", flat=True))

    def proof(self, person: User, meaning: Meaning, content_hash: str) -> SigningProof:
        """Make a fresh signing proof, as the ceremony does after a right password."""
        return make_proof(
            person=person, method=Method.PASSWORD, meaning=meaning, content_hash=content_hash, session_key="s"
        )

    def draft(
        self, title: str = "Calibration of gauges", text: str = "# Purpose\n\nAll gauges.\n", **fields
    ) -> Revision:
        """Make a document with a draft that has a text."""
        fields = {"type_": self.procedure, "by": self.author, "owner": self.owner, "process": self.process, **fields}
        document = services.create_document(title=title, **fields)
        revision = document.revisions.get()
        services.write_markdown(revision_id=revision.pk, text=text, version=0, by=fields["by"])
        revision.refresh_from_db()
        return revision

    def in_review(self, **fields) -> Revision:
        """Make a revision that waits for its reviewer, `colleague`."""
        revision = self.draft(**fields)
        return services.submit_for_review(revision_id=revision.pk, reviewers=[self.colleague], by=self.author)

    def in_approval(self, *approvers: User, **fields) -> Revision:
        """Make a revision that waits for its approvers (`approver` when none is named)."""
        return self.reviewed(self.in_review(**fields), *approvers)

    def reviewed(self, revision: Revision, *approvers: User) -> Revision:
        """Let the reviewer agree, and the approval begin."""
        services.agree_in_review(revision_id=revision.pk, by=self.colleague)
        places = [Place(person) for person in approvers or (self.approver,)]
        return services.start_approval(revision_id=revision.pk, approvers=places, by=self.author)

    def released(self, revision: Revision | None = None) -> Revision:
        """Put a draft (a new one if none is named) in force for the laboratory, and open the duties of its readers."""
        draft = revision or self.draft()
        rules = [Rule("team", str(self.team.pk))]
        services.set_audience(document_id=draft.document_id, rules=rules, by=self.author)
        services.submit_for_review(revision_id=draft.pk, reviewers=[self.colleague], by=self.author)
        effective = self.approve(self.reviewed(draft))
        open_reading_duties(revision_id=effective.pk)
        return effective

    def approve(self, revision: Revision, by: User | None = None, **fields) -> Revision:
        """Sign the approval of a revision."""
        person = by or self.approver
        revision.refresh_from_db()
        proof = self.proof(person, Meaning.APPROVED, revision.content.sha256)
        return services.approve(revision_id=revision.pk, by=person, proof=proof, **fields)

    def effective(self, **fields) -> Revision:
        """Make a revision that is in force."""
        return self.approve(self.in_approval(**fields))

    def next_revision(
        self, document: Document, change_class: ChangeClass = ChangeClass.MAJOR, text: str = "# Purpose\n\nNew.\n"
    ) -> Revision:
        """Start the next revision with another text."""
        revision = services.start_revision(
            document=document, change_class=change_class, reason="It has changed.", by=self.author
        )
        services.write_markdown(revision_id=revision.pk, text=text, version=0, by=self.author)
        revision.refresh_from_db()
        return revision
