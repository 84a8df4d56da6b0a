from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """The room of controlled documents."""

    name = "documents"

    def ready(self) -> None:
        from documents import plugs

        plugs.register()
