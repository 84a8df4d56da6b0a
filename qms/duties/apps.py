from django.apps import AppConfig


class DutiesConfig(AppConfig):
    """One table for everything that a person owes."""

    name = "qms.duties"
    label = "duties"

    def ready(self) -> None:
        from qms.duties import plugs

        plugs.register()
