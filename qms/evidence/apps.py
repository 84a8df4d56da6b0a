from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Evidence packs."""

    name = "qms.evidence"
    label = "evidence"

    def ready(self) -> None:
        from qms.evidence import plugs

        plugs.register()
