from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    """People and what they may do."""

    name = "qms.organization"
    label = "organization"

    def ready(self) -> None:
        from qms.organization import lockout, plugs

        plugs.register()
        lockout.listen()
