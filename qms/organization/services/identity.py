"""Single sign-on: who is who at the provider, decided by IT beforehand, never by an e-mail alone."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.core.actors import Actor
from qms.core.errors import RuleBroken
from qms.organization.models import ExternalIdentity, User
from qms.organization.rights import Can
from qms.organization.services.checks import locked, require, written
from qms.organization.services.mails import tell
from qms.organization.services.possession import touch
from qms.organization.states import Touch


@transaction.atomic
def link_identity(*, person_id: int, email: str, by: Actor) -> ExternalIdentity:
    """Say under which e-mail address the single sign-on knows a person; bound to issuer and subject at first use.

    A link there was before is replaced. Raises NotPermitted without the right, RuleBroken for an address that waits
    for somebody else already or a person who has left.
    """
    require(by, Can.ACCOUNTS)
    person = locked(person_id)
    address = email.strip().lower()
    if not person.is_active or not address:
        raise RuleBroken(_("A link needs an open account and an e-mail address."))
    if ExternalIdentity.objects.filter(expected_email=address, bound_at__isnull=True).exclude(person=person).exists():
        raise RuleBroken(_("This address is linked to somebody else."), code="email_taken")
    ExternalIdentity.objects.filter(person=person).delete()
    identity = ExternalIdentity.objects.create(
        person=person, expected_email=address, linked_by_id=by.person_id, linked_at=timezone.now()
    )
    written("identity_linked", person, by=by, email=address)
    tell(person, _was_linked)
    touch(person, Touch.SINGLE_SIGN_ON, by=by)
    return identity


@transaction.atomic
def unlink_identity(*, person_id: int, by: Actor) -> bool:
    """Take the link to the single sign-on away; return False when there was none."""
    require(by, Can.ACCOUNTS)
    person = locked(person_id)
    removed, _each = ExternalIdentity.objects.filter(person=person).delete()
    if removed:
        written("identity_unlinked", person, by=by)
    return bool(removed)


@transaction.atomic
def recognize(*, issuer: str, subject: str, email: str, email_verified: bool) -> User | None:
    """Return the person whom a provider has just vouched for, or None when nobody is linked.

    The key is (issuer, subject). A link that nobody has used yet is bound to that key when the provider says that
    the address IT wrote down is verified.
    """
    known = ExternalIdentity.objects.select_related("person").filter(issuer=issuer, subject=subject).first()
    if known is not None:
        return known.person
    if not email_verified or not email or not issuer or not subject:
        return None
    waiting = ExternalIdentity.objects.select_for_update(of=("self",)).select_related("person")
    identity = waiting.filter(expected_email=email.lower(), bound_at__isnull=True, person__is_active=True).first()
    if identity is None:
        return None
    identity.issuer, identity.subject, identity.bound_at = issuer, subject, timezone.now()
    identity.save(update_fields=["issuer", "subject", "bound_at"])
    written("identity_bound", identity.person, by=identity.person, issuer=issuer)
    return identity.person


def _was_linked() -> tuple[str, str]:
    return (
        _("Single sign-on for your account"),
        _("Your IT has linked your account to the single sign-on of your organization."),
    )
