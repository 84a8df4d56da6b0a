from django.apps import AppConfig


class TransitionConfig(AppConfig):
    """The move to another edition of a standard."""

    name = "qms.transition"
    label = "transition"

    def ready(self) -> None:
        from qms.transition import plugs

        plugs.register()
