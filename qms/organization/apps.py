from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationConfig(AppConfig):
    """People and what they may do."""

    name = "qms.organization"
    label = "organization"
    verbose_name = _("People and settings")

    def ready(self) -> None:
        from qms.organization import lockout, plugs

        plugs.register()
        lockout.listen()
