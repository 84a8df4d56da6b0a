from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    """What a person signs, with what meaning, over which bytes."""

    name = "qms.signatures"
    label = "signatures"

    def ready(self) -> None:
        from qms.signatures import plugs

        plugs.register()
