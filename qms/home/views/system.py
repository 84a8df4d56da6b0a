"""Pages of jobs and outgoing mail: what ran, what failed, and trying it again."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from qms.core.keyset import addresses, page
from qms.filing.queries import lost_files
from qms.home.access import require
from qms.jobs.queries import (
    health,
    job_with_id,
    job_words,
    jobs_of,
    mail_log,
    mail_stays_here,
    mail_with_id,
    recent_jobs,
)
from qms.jobs.services import retry, retry_mail, set_mail_aside
from qms.jobs.states import HEALTH_WORDS, JOB_WORDS, MAIL_WORDS, PART_WORDS, Health, JobState, MailKind, MailState
from qms.organization.queries import may, names_of_people
from qms.organization.request import signed_in
from qms.organization.rights import Can

ORDER = ("-pk",)


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """Show jobs: everybody's to those who may, one's own to others."""
    person = signed_in(request)
    wanted = request.GET.get("state", "")
    state = JobState(wanted) if wanted in list(JobState) else None
    rows = recent_jobs(state) if may(person, Can.SEE_JOBS) else jobs_of(person.pk)
    found = page(rows, ORDER, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    listed = [(each, job_words(each.kind)) for each in found.rows]
    context = {"page": found, "rows": listed, "state": wanted, "states": JOB_WORDS.items(), "ill": _ill()}
    context |= addresses(request.GET, found)
    context["may_retry"] = may(person, Can.SEE_JOBS)
    return render(request, "home/jobs.html", context)


def _ill() -> list[tuple[Promise | str, Promise | str]]:
    """What is not well, in words: parts that do not answer, and files that the store has lost."""
    ill: list[tuple[Promise | str, Promise | str]] = [
        (PART_WORDS[part], HEALTH_WORDS[how]) for part, how in health().items() if how is not Health.OK
    ]
    lost = lost_files().count()
    if lost:
        words = ngettext(
            "has lost %(n)d file, or a part of it. The log names it; a backup may hold it.",
            "has lost %(n)d files, or parts of them. The log names them; a backup may hold them.",
            lost,
        )
        ill.append((_("The file store"), words % {"n": lost}))
    return ill


@require_POST
def retry_job(request: HttpRequest, key: int) -> HttpResponse:
    """Put a failed job down again."""
    require(signed_in(request), Can.SEE_JOBS)
    if job_with_id(key) is None:
        raise Http404
    retry(job_id=key)
    messages.success(request, _("It is tried again."))
    return redirect("home:jobs")


@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """Show outgoing mail with what became of it; what a mail says only to those who may read it."""
    person = signed_in(request)
    require(person, Can.SEE_MAIL)
    wanted = request.GET.get("state", "")
    rows = mail_log(MailState(wanted) if wanted in list(MailState) else None)
    found = page(rows, ORDER, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    names = names_of_people(str(each.to_person) for each in found.rows if each.to_person)
    listed = [(each, names.get(str(each.to_person), each.to_address)) for each in found.rows]
    context = {"page": found, "rows": listed, "state": wanted, "states": MAIL_WORDS.items()}
    context |= addresses(request.GET, found)
    context |= {"may_read": may(person, Can.READ_MAIL), "kept_here": mail_stays_here()}
    return render(request, "home/mail.html", context)


@require_safe
def letter(request: HttpRequest, key: int) -> HttpResponse:
    """Show what became of one mail, and as it was sent to those who may read it."""
    person = signed_in(request)
    require(person, Can.SEE_MAIL)
    found = mail_with_id(key)
    if found is None:
        raise Http404
    names = names_of_people([str(found.to_person)])
    may_read = may(person, Can.READ_MAIL)
    context = {"mail": found, "name": names.get(str(found.to_person), ""), "may_read": may_read}
    context["shows_text"] = may_read and found.kind != MailKind.SECURITY
    return render(request, "home/letter.html", context)


@require_POST
def retry_letter(request: HttpRequest, key: int) -> HttpResponse:
    """Send a mail again that failed or is in doubt."""
    person = signed_in(request)
    require(person, Can.SEE_MAIL)
    if mail_with_id(key) is None:
        raise Http404
    retry_mail(mail_id=key, by=person.pk)
    messages.success(request, _("It is sent again."))
    return redirect("home:mail")


@require_POST
def set_letter_aside(request: HttpRequest, key: int) -> HttpResponse:
    """Decide that a mail that failed or is in doubt is not to go out any more."""
    person = signed_in(request)
    require(person, Can.SEE_MAIL)
    if mail_with_id(key) is None:
        raise Http404
    set_mail_aside(mail_id=key, by=person.pk)
    messages.success(request, _("It is set aside and does not go out."))
    return redirect("home:mail")
