"""What Celery may call: three lines each, ids in, strange arguments ignored."""

from celery import shared_task

from qms.jobs import services


@shared_task(name="jobs.run", ignore_result=True)
def run(*, job_id: int, **_: object) -> None:
    """Do one job."""
    services.run(job_id)


@shared_task(name="jobs.mail", ignore_result=True)
def mail(*, mail_id: int, **_: object) -> None:
    """Send one mail."""
    services.deliver(mail_id)


@shared_task(name="jobs.tick", ignore_result=True)
def tick(**_: object) -> None:
    """Look for everything that is due."""
    services.tick()
