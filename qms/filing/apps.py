from django.apps import AppConfig


class FilingConfig(AppConfig):
    """Where records get their numbers, files and links."""

    name = "qms.filing"
    label = "filing"

    def ready(self) -> None:
        from qms.filing import plugs

        plugs.register()
