from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """The room of controlled documents."""

    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        from documents import plugs

        plugs.register()
