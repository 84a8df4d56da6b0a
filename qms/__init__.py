"""The platform that every record stands on."""

from qms.celery import app as celery_app

__all__ = ["celery_app"]
