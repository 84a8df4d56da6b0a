from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TrailConfig(AppConfig):
    """Puts the append-only triggers back after every migration, which SQLite's table rebuild silently drops."""

    name = "qms.trail"
    label = "trail"

    def ready(self) -> None:
        from qms.trail.triggers import install

        post_migrate.connect(install, dispatch_uid="trail.triggers")
