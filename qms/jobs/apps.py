from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Job rows, outgoing mail, the tick."""

    name = "qms.jobs"
    label = "jobs"

    def ready(self) -> None:
        from qms.jobs import plugs

        plugs.register()
