from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DutiesConfig(AppConfig):
    """One table for everything that a person owes."""

    name = "qms.duties"
    label = "duties"
    verbose_name = _("Duties")

    def ready(self) -> None:
        from qms.duties import plugs

        plugs.register()
