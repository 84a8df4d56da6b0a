from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Runs of imports and their rows."""

    name = "qms.imports"
    label = "imports"
