"""People, sites, teams, processes, role assignments and settings."""

from typing import Any, ClassVar, NoReturn

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.organization.states import ROLE_WORDS, TOUCH_WORDS, WEEKDAYS, Role, Touch
from qms.trail.models import Span


def _forwards() -> Q:
    """Return the condition that a span ends no earlier than it begins."""
    return Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from"))


class Site(models.Model):
    """A place of the organization, with its own working days."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    working_days = models.CharField(_("working days"), max_length=7, default="12345")
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("site")

    def __str__(self) -> str:
        return self.name

    @property
    def weekday_words(self) -> str:
        """Return the working days as people read them."""
        return ", ".join(str(WEEKDAYS[each]) for each in self.working_days)


class Holiday(models.Model):
    """A day on which a site does not work; reminders wait for the next working day (K8)."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="holidays")
    day = models.DateField()
    name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "day"], name="one_holiday_per_site_and_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class KeptQuerySet(models.QuerySet["User"]):
    """People are deactivated, never deleted, so that an id means one person for ever."""

    def delete(self) -> NoReturn:
        """Always raise TypeError."""
        raise TypeError("A person is deactivated, never deleted.")


class UserManager(BaseUserManager["User"]):
    """Finds people by name; making them is a verb of services."""

    def get_queryset(self) -> KeptQuerySet:
        """Return people who cannot be deleted."""
        return KeptQuerySet(self.model, using=self._db)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new person with a hashed password (none: an unusable one)."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person. Deactivated, never deleted; the id is never used again."""

    username = models.CharField(_("user name"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    personnel_number = models.CharField(_("personnel number"), max_length=40, null=True, blank=True, unique=True)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    company = models.CharField(_("company"), max_length=120, blank=True, help_text=_("For people of other firms."))
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("site")
    )
    line_manager = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("line manager")
    )
    language = models.CharField(_("language"), max_length=12, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    theme = models.CharField(_("theme"), max_length=5, default="auto")
    shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    joined_on = models.DateField(_("joined"))
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    left_on = models.DateField(_("left"), null=True, blank=True)
    password_is_own = models.BooleanField(default=True)
    password_ends_at = models.DateTimeField(null=True, blank=True)
    signing_key = models.CharField(max_length=64, blank=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    # Set by the API's authentication: what a token does is done by the token, with its person's rights.
    acting_key: str = ""
    # Role assignments read once a request (queries.assignments).
    assignments_held: "list[RoleAssignment] | None" = None

    class Meta:
        verbose_name = _("person")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_active=True) | Q(left_on__isnull=False), name="inactive_people_have_left"
            ),
            models.CheckConstraint(condition=~Q(line_manager=F("id")), name="nobody_is_their_own_line_manager"),
            models.CheckConstraint(condition=Q(username=Lower("username")), name="user_names_are_lower_case"),
        ]
        indexes = [
            models.Index(fields=["is_active", "name", "id"], name="person_list"),
            models.Index(fields=["email"], name="person_email"),
        ]

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Always raise TypeError."""
        raise TypeError("A person is deactivated, never deleted.")

    def get_absolute_url(self) -> str:
        """Return the address of the person's page."""
        return reverse("organization:person", args=[self.pk])

    def get_full_name(self) -> str:
        """Return the printed name."""
        return self.name

    def get_short_name(self) -> str:
        """Return the first of the names."""
        return self.name.split(" ")[0]

    @property
    def actor_key(self) -> str:
        """What the trail keeps of who acted: `person:17`, or `token:5` when a token acts for the person."""
        return self.acting_key or f"person:{self.pk}"

    @property
    def person_id(self) -> int | None:
        """The person's id, which a token's actions carry as well."""
        return self.pk


class Process(models.Model):
    """A process of the organization: the unit of scope, of ownership and of evidence."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="processes", verbose_name=_("owner")
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="processes", verbose_name=_("site")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("process")

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Team(models.Model):
    """People who work together: a shift, a department, a laboratory."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="teams", verbose_name=_("site")
    )
    process = models.ForeignKey(
        Process, on_delete=models.PROTECT, null=True, blank=True, related_name="teams", verbose_name=_("process")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("team")

    def __str__(self) -> str:
        return self.name


class TeamMembership(Span):
    """Who belongs to a team, from when until when."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "person"], condition=Q(valid_until__isnull=True), name="one_open_membership"
            ),
            models.CheckConstraint(condition=_forwards(), name="a_membership_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["person", "valid_until"], name="membership_person")]


class RoleAssignment(Span):
    """A role given to a person, for the whole organization, a site or a process, with dates."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=24, choices=[(role.value, words) for role, words in ROLE_WORDS.items()])
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    process = models.ForeignKey(Process, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("role assignment")
        indexes = [
            models.Index(fields=["person", "valid_until"], name="assignment_person"),
            models.Index(fields=["role", "valid_until"], name="assignment_role"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("person")),
                name="nobody_grants_themselves_a_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {ROLE_WORDS[Role(self.role)]}"

    @property
    def where(self) -> str:
        """Return the scope as people read it; empty for the whole organization."""
        return ", ".join(str(each) for each in (self.process, self.site) if each is not None)

    @property
    def over(self) -> bool:
        """Return whether the role has ended."""
        return self.valid_until is not None and self.valid_until <= timezone.now()

    @property
    def comes(self) -> bool:
        """Return whether the role is still to begin."""
        return not self.over and self.valid_from > timezone.now()

    @property
    def holds(self) -> bool:
        """Return whether the role holds now."""
        return not self.over and not self.comes


class Setting(Span):
    """A setting of the organization and the span in which it holds. The value is canonical JSON."""

    key = models.CharField(max_length=80)
    value = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(valid_until__isnull=True), name="one_open_setting")
        ]

    def __str__(self) -> str:
        return self.key


class Logo(models.Model):
    """A logo by its hash, written anew as PNG or JPEG; the setting `organization.logo` says which one holds when."""

    sha256 = models.CharField(max_length=64, unique=True)
    media_type = models.CharField(max_length=40)
    data = models.BinaryField()

    class Meta:
        verbose_name = _("logo")

    def __str__(self) -> str:
        return self.sha256[:12]


class ExternalIdentity(models.Model):
    """Who a person is to the single sign-on: linked beforehand by IT, bound to (issuer, subject) at first use.

    An e-mail address alone never opens an account (ASVS 6.8.1): `expected_email` counts once, for a link
    that IT has made and nobody has used, and only when the provider says the address is verified.
    """

    person = models.OneToOneField(User, on_delete=models.PROTECT, related_name="external_identity")
    expected_email = models.EmailField(_("e-mail at the single sign-on"))
    issuer = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=255, blank=True)
    linked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    linked_at = models.DateTimeField()
    bound_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("single sign-on")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"], condition=~Q(subject=""), name="one_person_per_issuer_and_subject"
            ),
            models.CheckConstraint(
                condition=Q(bound_at__isnull=True, issuer="", subject="")
                | (Q(bound_at__isnull=False) & ~Q(issuer="") & ~Q(subject="")),
                name="a_bound_identity_has_issuer_and_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.expected_email}"


class CredentialTouch(models.Model):
    """Somebody else set up or changed how a person signs in. Until another has confirmed that the person alone has it,
    their password and passkeys sign nothing (an administrator can never sign for another: 21 CFR 11.100(b)).
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="credential_touches")
    what = models.CharField(max_length=16, choices=[(each.value, words) for each, words in TOUCH_WORDS.items()])
    touched_at = models.DateTimeField()
    touched_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    old_address = models.EmailField(blank=True)
    confirmed_as = models.CharField(max_length=12, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    how = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("change of a sign-in by somebody else")
        indexes = [
            models.Index(fields=["person"], condition=Q(confirmed_at__isnull=True), name="touch_open"),
            models.Index(fields=["person", "touched_at"], name="touch_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | (~Q(confirmed_by=F("person")) & (Q(touched_by__isnull=True) | ~Q(confirmed_by=F("touched_by")))),
                name="nobody_confirms_what_they_touched",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True, confirmed_as="", how="")
                | (Q(confirmed_at__isnull=False, confirmed_by__isnull=False, confirmed_as="by_person") & ~Q(how=""))
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=True, confirmed_as__in=["first", "second"]),
                name="a_confirmation_says_by_whom_and_how",
            ),
        ]

    def __str__(self) -> str:
        return str(TOUCH_WORDS[Touch(self.what)])


class RosterImport(models.Model):
    """Rows of people read from a file: looked at in a dry run, then applied once. `rows` is canonical JSON."""

    file_name = models.CharField(max_length=255)
    rows = models.TextField()
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    summary = models.TextField(blank=True)

    class Meta:
        verbose_name = _("import of people")

    def __str__(self) -> str:
        return self.file_name
