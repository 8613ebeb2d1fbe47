"""How editors record consents, and withdraw them; and how pictures are asked for them."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.images.forms import BaseImageForm
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import CreateView, EditView

from portal.cldr import day
from spaces import permissions
from spaces.consents import Resting, resting_on, withdraw
from spaces.fact_views import FactPolicy, OfSpacesViewSet
from spaces.models import Consent, Picture
from spaces.models.consent import holding


class ConsentPolicy(FactPolicy):
    """Consents are withdrawn, never deleted: that one was given and has ended has to be proved."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return action != "delete" and super().user_has_permission_for_instance(user, action, instance)


def called(consent: Consent) -> str:
    """A consent as its own editors call it; nothing that is kept may call it so."""
    return f"{consent.name}, {consent}" if consent.name else str(consent)


def state(consent: Consent) -> str:
    if consent.withdrawn_on:
        return _("Withdrawn on %(day)s") % {"day": day(consent.withdrawn_on)}
    if not consent.valid_until:
        return _("Holds")
    if consent.holds():
        return _("Holds until %(day)s") % {"day": day(consent.valid_until)}
    return _("Ended on %(day)s") % {"day": day(consent.valid_until)}


def seen_by(user: Any) -> QuerySet[Consent]:
    """The consents that somebody may see: who keeps none, none."""
    return ConsentPolicy(Consent).instances_user_has_any_permission_for(user, ["change"])


class OfferedConsents:
    """Those that hold, by name: a consent is offered only to who may see it."""

    def get_object_list(self) -> QuerySet[Consent]:
        return seen_by(self.request.user).filter(holding()).order_by("name", "pk")  # type: ignore[attr-defined]

    @property
    def columns(self) -> list[Any]:
        return [*super().columns, Column("name", label=gettext_lazy("Name"), accessor="name")]  # type: ignore[misc]


class ConsentChooseView(OfferedConsents, ChooseView):
    pass


class ConsentChooseResultsView(OfferedConsents, ChooseResultsView):
    pass


class ConsentChooserViewSet(SnippetChooserViewSet):
    choose_view_class = ConsentChooseView
    choose_results_view_class = ConsentChooseResultsView


class ConsentForm(WagtailAdminModelForm):
    """Lets a team record consents for its own space only."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        user, space = self.for_user, cleaned.get("space")
        is_own = space is not None and space.pk in permissions.own_spaces(user)
        if permissions.is_of_team(user) and not is_own and "space" not in self.errors:
            self.add_error("space", _("This belongs to another space. Choose one of your own."))
        return cleaned


class ConsentCreateView(CreateView):
    def get_initial_form_instance(self) -> Consent:
        consent: Consent = super().get_initial_form_instance() or Consent()
        spaces = permissions.own_spaces(self.request.user)
        if len(spaces) == 1:
            consent.space_id = next(iter(spaces))
        return consent


class ConsentEditView(EditView):
    @property
    def header_more_buttons(self) -> list[Button]:
        return [*super().header_more_buttons, *withdraw_buttons(self.object, self.request.user)]


class ConsentViewSet(OfSpacesViewSet):
    model = Consent
    icon = "form"
    menu_label = gettext_lazy("Consents")
    menu_name = "consents"
    menu_order = 158
    add_to_admin_menu = True
    add_view_class = ConsentCreateView
    edit_view_class = ConsentEditView
    chooser_viewset_class = ConsentChooserViewSet
    edit_handler = ObjectList(Consent.panels, base_form_class=ConsentForm)
    list_display = [
        "__str__",
        Column("name", label=gettext_lazy("Name"), accessor="name"),
        Column("state", label=gettext_lazy("State"), accessor=state),
        "space",
    ]
    list_filter = ["space"]
    search_fields = ["name", "paper"]
    related = ("space",)

    @property
    def permission_policy(self) -> ConsentPolicy:
        return ConsentPolicy(self.model)


def withdraw_buttons(consent: Any, user: Any, next_url: str | None = None) -> list[Button]:
    """Where a consent is listed and edited."""
    if not isinstance(consent, Consent) or consent.withdrawn_on or not _may_withdraw(user, consent):
        return []
    url = reverse("withdraw_consent", args=[consent.pk])
    return [Button(_("Withdraw"), url, icon_name="bin", priority=60)]


def withdraw_consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, with everything that will go; on POST all of it goes."""
    consent = get_object_or_404(Consent, pk=pk)
    if not _may_withdraw(request.user, consent):
        raise PermissionDenied
    listed = reverse(Consent.snippet_viewset.get_url_name("list"))  # type: ignore[attr-defined]
    if consent.withdrawn_on:
        messages.info(request, state(consent))
        return redirect(listed)
    if request.method != "POST":
        resting = resting_on(consent)
        context = {"consent": consent, "resting": resting, "said": said(resting), "listed": listed}
        return render(request, "admin/withdraw_consent.html", context)
    gone = withdraw(consent, by=request.user)
    messages.success(
        request, _("The consent is withdrawn. Deleted: %(what)s, and the name.") % {"what": said(gone)}
    )
    for page in gone.by_hand:
        edit = messages.button(reverse("wagtailadmin_pages:edit", args=[page.pk]), _("Edit"))
        text = _("The name stands in the text of “%(page)s” too. Please take it out there.")
        messages.warning(request, text % {"page": page}, buttons=[edit])
    return redirect(listed)


def said(resting: Resting) -> str:
    """How much goes: 2 pages, 1 picture, 5 sizes of it. What there is none of is not said."""
    pages, pictures, files = len(resting.pages), len(resting.pictures), len(resting.files)
    versions, sizes = resting.versions, resting.sizes
    parts = [
        (pages, ngettext("passages on %(count)d page", "passages on %(count)d pages", pages)),
        (versions, ngettext("%(count)d older version", "%(count)d older versions and drafts", versions)),
        (pictures, ngettext("%(count)d picture", "%(count)d pictures", pictures)),
        (sizes, ngettext("%(count)d size of it", "%(count)d sizes of them", sizes)),
        (files, ngettext("%(count)d file of a video", "%(count)d files of videos", files)),
    ]
    return ", ".join(text % {"count": count} for count, text in parts if count) or _("nothing on any page")


def _may_withdraw(user: Any, consent: Consent) -> bool:
    return ConsentPolicy(Consent).user_has_permission_for_instance(user, "change", consent)


class ConsentField(forms.ModelChoiceField):
    def label_from_instance(self, consent: Any) -> str:
        return called(consent)


class PictureForm(BaseImageForm):
    """Offers the consents that hold and that one may see, and the one that is chosen already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        user = kwargs.get("user")
        super().__init__(*args, **kwargs)
        if "consent" not in self.fields:
            return
        offered = (seen_by(user) if user else Consent.objects.all()).filter(holding())
        chosen = Q(pk=self.instance.consent_id)
        field = Picture._meta.get_field("consent")
        self.fields["consent"] = ConsentField(
            Consent.objects.filter(Q(pk__in=offered.values("pk")) | chosen),
            required=False,
            label=self.fields["consent"].label,
            help_text=field.help_text,
        )

    def save(self, commit: bool = True) -> Picture:
        picture: Picture = super().save(commit)
        if commit:
            # Where the file was exchanged, Wagtail has just deleted every size.
            picture.make_light()
        return picture


def log_actions(registry: LogActionRegistry) -> None:
    """What the audit log says, which never holds the name."""
    registry.register_action(
        "spaces.withdraw_consent", gettext_lazy("Withdraw consent"), gettext_lazy("Withdrew the consent")
    )
