from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActionsConfig(AppConfig):
    """Actions."""

    name = "qms.actions"
    label = "actions"
    verbose_name = _("Actions")

    def ready(self) -> None:
        from qms.actions import plugs

        plugs.register()
