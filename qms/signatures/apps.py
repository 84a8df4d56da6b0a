from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignaturesConfig(AppConfig):
    """What a person signs, with what meaning, over which bytes."""

    name = "qms.signatures"
    label = "signatures"
    verbose_name = _("Separation of duties")

    def ready(self) -> None:
        from qms.signatures import plugs

        plugs.register()
