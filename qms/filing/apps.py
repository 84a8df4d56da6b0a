from django.apps import AppConfig


class FilingConfig(AppConfig):
    """Where records get their numbers, files and links."""

    name = "qms.filing"
    label = "filing"
