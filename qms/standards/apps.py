from django.apps import AppConfig


class StandardsConfig(AppConfig):
    """Standards, and what of them applies here."""

    name = "qms.standards"
    label = "standards"

    def ready(self) -> None:
        from qms.standards import plugs

        plugs.register()
