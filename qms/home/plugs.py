"""What the front rooms plug in: their places in the rail, and a look at the environment."""

from django.core import checks
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qms.core.seams.history import Sentence, sentences
from qms.core.seams.navigation import Place, navigation
from qms.duties.queries import may_see_all
from qms.home.checking import unread_variables
from qms.organization.models import User
from qms.organization.queries import may
from qms.organization.rights import Can


def register() -> None:
    """Fill the seams; called once from `ready()`."""
    checks.register(unread_variables)
    navigation.register("05.today", Place(_("Today"), "home:home", "house", shown=may_see_all))
    navigation.register("95.jobs", Place(_("Jobs"), "home:jobs", "cog", shown=_sees_jobs, settings=True))
    navigation.register("96.mail", Place(_("Outgoing mail"), "home:mail", "mail", shown=_sees_mail, settings=True))
    sentences.register("home.restored", Sentence(lambda _detail: gettext("restored a backup"), "archive-restore"))


def _sees_jobs(person: User) -> bool:
    return may(person, Can.SEE_JOBS)


def _sees_mail(person: User) -> bool:
    return may(person, Can.SEE_MAIL)
