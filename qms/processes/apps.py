from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessesConfig(AppConfig):
    """Processes."""

    name = "qms.processes"
    label = "processes"
    verbose_name = _("Processes")

    def ready(self) -> None:
        from qms.processes import plugs

        plugs.register()
