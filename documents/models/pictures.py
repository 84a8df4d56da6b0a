"""Pictures of a body: those a text refers to, and those that were drawn of a file's pages."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models.revision import Body
from qms.filing.models import StoredFile
from qms.organization.models import User


class BodyPicture(models.Model):
    """A picture that the text of a body may show as `attachment:NAME`. Its SHA-256 is frozen with the body."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="pictures")
    name = models.CharField(_("name"), max_length=120)
    alt = models.CharField(_("what it shows"), max_length=300)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    media_type = models.CharField(max_length=40)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("picture")
        constraints = [models.UniqueConstraint(fields=["body", "name"], name="one_picture_of_a_name_per_body")]

    def __str__(self) -> str:
        return self.name

    @property
    def mark(self) -> str:
        """Return how the text refers to the picture, in Markdown."""
        words = self.alt.translate({ord("["): "(", ord("]"): ")"})
        return f"![{words}](attachment:{self.name})"


class BodyPage(models.Model):
    """How a page of a file looks, drawn once in the sandbox: large for a desk, small for a phone."""

    SIZES: ClassVar[dict[str, int]] = {"small": 640, "large": 1280}

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    small = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    large = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("page")
        constraints = [models.UniqueConstraint(fields=["body", "number"], name="one_picture_per_page")]

    def __str__(self) -> str:
        return str(self.number)
