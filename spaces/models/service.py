from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from spaces.codes import CodesField
from spaces.vocabulary import Audience, Booking, Cost, Known, Setting, SpokenLanguage, TargetGroup

from .fact import Fact, confirmation_panel
from .office import Office
from .provider import Provider


class Service(Fact):
    """A kind of help, such as family counselling. Its name in a language is the title of its page."""

    key = models.SlugField(
        _("key"), unique=True, help_text=_("Part of addresses, never changed. Example: family-counselling")
    )

    panels = [FieldPanel("key"), confirmation_panel]

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class Offer(Fact):
    """A service at an office: who gives it there, to whom, how, and in which languages."""

    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        related_name="offers",
        verbose_name=_("service"),
        help_text=_("What families get there. New services are entered by the county."),
    )
    office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        related_name="offers",
        verbose_name=_("office"),
        help_text=_("The office at which it is given."),
    )
    provider = models.ForeignKey(
        Provider,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="offers",
        verbose_name=_("provider"),
        help_text=_("Only where it is not the one who runs the space."),
    )
    provider_is_unknown = models.BooleanField(
        _("provider not known"),
        default=False,
        help_text=_("There is this offer, but nobody knows who gives it. No provider is named to readers."),
    )
    target_groups = CodesField(
        _("for whom"),
        vocabulary=TargetGroup,
        help_text=_("For whom it is meant. Tick nothing if it is for everybody."),
    )
    settings = CodesField(
        _("where"), vocabulary=Setting, help_text=_("Where you meet: at the office, at home, outside.")
    )
    booking = CodesField(
        _("how to come"),
        vocabulary=Booking,
        help_text=_("How families come to it. Tick everything that works."),
    )
    cost = models.CharField(
        _("cost"),
        max_length=20,
        choices=Cost,
        default=Cost.UNKNOWN,
        help_text=_("What families pay. Leave “not known” if nobody is sure."),
    )
    languages = CodesField(
        _("languages"),
        vocabulary=SpokenLanguage,
        help_text=_("Languages in which this help is given. Tick nothing if you do not know."),
    )
    interpreter = models.CharField(
        _("interpreter"),
        max_length=10,
        choices=Known,
        default=Known.UNKNOWN,
        help_text=_("Whether somebody can interpret, if the team does not speak the language."),
    )
    sign_language_interpreter = models.CharField(
        _("sign-language interpreter"),
        max_length=10,
        choices=Known,
        default=Known.UNKNOWN,
        help_text=_("Whether somebody can interpret into sign language."),
    )

    panels = [
        FieldRowPanel([FieldPanel("service"), FieldPanel("office")]),
        FieldRowPanel([FieldPanel("provider"), FieldPanel("provider_is_unknown")]),
        FieldPanel("target_groups"),
        MultiFieldPanel(
            [FieldPanel("settings"), FieldPanel("booking"), FieldPanel("cost")], heading=_("How it is given")
        ),
        MultiFieldPanel(
            [
                FieldPanel("languages"),
                FieldRowPanel([FieldPanel("interpreter"), FieldPanel("sign_language_interpreter")]),
            ],
            heading=_("Languages"),
        ),
        confirmation_panel,
    ]

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["office__name", "service__key"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "office"],
                name="service_once_an_office",
                violation_error_message=_("This office has an offer of this service already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.service} · {self.office}"

    def clean(self) -> None:
        super().clean()
        if self.provider_is_unknown and self.provider_id is not None:
            raise ValidationError(
                {"provider_is_unknown": _("A provider is named. Take the name or this mark away.")}
            )


class Helpline(Fact):
    """A telephone number that helps at once, whoever calls from wherever."""

    key = models.SlugField(
        _("key"),
        unique=True,
        help_text=_("A short name for programs, never changed. Example: violence-against-women"),
    )
    name = models.CharField(
        _("name"), max_length=200, help_text=_("The proper name. Example: Hilfetelefon Gewalt gegen Frauen")
    )
    telephone = models.CharField(_("telephone"), max_length=40, help_text=_("Example: 116 016"))
    website = models.URLField(_("website"), blank=True, help_text=_("Example: https://www.example.org"))
    audience = models.CharField(
        _("for whom"),
        max_length=20,
        choices=Audience,
        default=Audience.EVERYONE,
        help_text=_("For whom it is there above all."),
    )
    languages = CodesField(
        _("languages"),
        vocabulary=SpokenLanguage,
        help_text=_("Languages in which this help is given. Tick nothing if you do not know."),
    )
    languages_count = models.PositiveSmallIntegerField(
        _("number of languages"),
        null=True,
        blank=True,
        help_text=_("Where only their number is known. Example: 18"),
    )
    is_emergency = models.BooleanField(
        _("in danger of life"),
        default=False,
        help_text=_("Only for 110 and 112: they stand at the very top."),
    )
    position = models.PositiveSmallIntegerField(
        _("position in the list"), default=100, help_text=_("Smaller numbers stand further up. Example: 20")
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("key"),
        FieldPanel("telephone"),
        FieldPanel("website"),
        FieldPanel("audience"),
        FieldPanel("languages"),
        FieldPanel("languages_count"),
        FieldRowPanel([FieldPanel("is_emergency"), FieldPanel("position")]),
        confirmation_panel,
    ]

    class Meta:
        verbose_name = _("helpline")
        verbose_name_plural = _("helplines")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name
