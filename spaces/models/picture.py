from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Filter,
    ImageQuerySet,
    WagtailImageField,
    WagtailImageFieldFile,
    get_upload_to,
)

from portal.consents import may_be_shown, missing

from .consent import Consent, holding

#: The longest side of what is kept of an upload, in pixels: enough for a printed leaflet, and no more.
LARGEST = 1600

#: What readers get: one small file that every telephone can show (`spaces.light`).
LIGHT = Filter("max-640x640|within-25|format-jpeg")

_QUALITY = 85


def cleaned(content: "File[bytes]") -> ContentFile:
    """A picture as it may be kept: upright, not larger than needed, and without what a camera writes into it (where,
    when, with what). Its format stays.
    """
    content.seek(0)
    with Image.open(content) as opened:
        form = opened.format or "JPEG"
        # Colours mean something by the profile alone, which says nothing of the place.
        profile = opened.info.get("icc_profile")
        picture = ImageOps.exif_transpose(opened)
        picture.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
        # A new one, into which only the dots are taken.
        bare = Image.new(picture.mode, picture.size)
        if palette := picture.getpalette():
            bare.putpalette(palette)
        bare.paste(picture)
        if "transparency" in picture.info:
            bare.info["transparency"] = picture.info["transparency"]
        written = BytesIO()
        options: dict[str, Any] = {} if form == "PNG" else {"quality": _QUALITY}
        bare.save(written, form, optimize=True, icc_profile=profile, **options)
    return ContentFile(written.getvalue(), name=content.name)


class CleanFile(WagtailImageFieldFile):
    """Whatever is put into it is cleaned, by whichever way it comes."""

    def save(self, name: str, content: File, save: bool = True) -> None:
        super().save(name, cleaned(content), save=False)
        self.instance._set_image_file_metadata()
        if save:
            self.instance.save()


class CleanImageField(WagtailImageField):
    attr_class = CleanFile


class PictureQuerySet(ImageQuerySet):
    def for_pages(self) -> "PictureQuerySet":
        """With what a page needs, in three queries."""
        return self.select_related("consent").prefetch_renditions(LIGHT.spec)

    def shown(self) -> "PictureQuerySet":
        """Those that may be shown today, as `portal.consents.may_be_shown` says."""
        return self.filter(
            Q(consent__isnull=True, shows_people=False) | Q(holding("consent__"), consent__isnull=False)
        )


class Picture(AbstractImage):
    """A picture for pages. Where people can be seen it needs their consent, and goes with it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    file = CleanImageField(_("file"), upload_to=get_upload_to, width_field="width", height_field="height")
    description = models.CharField(
        _("alternative text"),
        max_length=255,
        help_text=_(
            "What is to be seen, for those who do not see it; no names. "
            "Example: The yellow house with the advice office, with a ramp to the door"
        ),
    )
    shows_people = models.BooleanField(
        _("Can people be seen?"),
        choices=[(True, _("Yes, people can be seen")), (False, _("No, nobody can be seen"))],
        help_text=_("From behind or far away too, if somebody who knows them would know who it is."),
    )
    consent = models.ForeignKey(
        Consent,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("consent"),
        help_text=_("Of the people in the picture. Record it first, below “Consents”."),
    )

    objects: ClassVar[Any] = PictureQuerySet.as_manager()

    admin_form_fields = ("title", "file", "description", "shows_people", "consent", "collection")

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def clean(self) -> None:
        super().clean()
        if self.shows_people is not None and (fault := self.fault()):
            raise ValidationError({"consent": fault})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Its small file is made here, so that reading a page writes nothing."""
        if self.file and not self.file._committed:
            self.file.save(self.file.name, self.file.file, save=False)
        super().save(*args, **kwargs)
        self.make_light()
        if self.file:
            self.file.close()

    def get_upload_to(self, filename: str) -> str:
        # A name of its own: names of files are often names of people.
        return f"original_images/{uuid4().hex}{Path(filename).suffix.lower()}"

    def generate_rendition_file(self, filter: Filter, *, source: Any = None) -> ContentFile:
        # Wagtail's comes as an open file on the disk, which nobody closes.
        with super().generate_rendition_file(filter, source=source) as written:
            written.seek(0)
            return ContentFile(written.read(), name=written.name)

    @property
    def may_be_shown(self) -> bool:
        return may_be_shown(self.shows_people, self.consent)

    def fault(self) -> str:
        """Why it may not be shown, for the editor; empty where it may."""
        if self.consent:
            return self.consent.fault("photograph")
        return str(missing().message) if self.shows_people else ""

    @property
    def light(self) -> "Rendition | None":
        """The file that readers get; None where it is missing."""
        return self.find_existing_renditions(LIGHT).get(LIGHT)

    def make_light(self) -> None:
        if self.file and not self.light:
            self.get_rendition(LIGHT)


class Rendition(AbstractRendition):
    """A size of a picture."""

    image = models.ForeignKey(
        Picture, on_delete=models.CASCADE, related_name="renditions", verbose_name=_("picture")
    )

    class Meta:
        verbose_name = _("size of a picture")
        verbose_name_plural = _("sizes of pictures")
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.image_id}, {self.filter_spec}"
