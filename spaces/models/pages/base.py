"""What the pages about facts have in common."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.fields import Field
from wagtail.models import Page

from portal.languages import DEFAULT_CODE
from portal.pages import PortalPage, PortalPageForm
from portal.tree import tree
from spaces import structured_data


class FactField(Field):
    """The fact that a page is about, and where programs read the rest of it. What has no name of its own is called as
    its page is.
    """

    def get_attribute(self, instance: PortalPage) -> PortalPage:
        return instance

    def to_representation(self, page: PortalPage) -> dict[str, Any]:
        fact = getattr(page, str(self.field_name))
        path = f"/api/v1/{fact._meta.model_name}s/{fact.key}/"
        return {
            "uuid": str(fact.uuid),
            "key": fact.key,
            "name": getattr(fact, "name", page.title),
            "state": fact.state,
            "url": self.context["request"].build_absolute_uri(path),
        }


AnyPage = TypeVar("AnyPage", bound=PortalPage)


class SpokenPageForm(PortalPageForm):
    """Lets a page speak only about facts that concern the one who edits it."""

    def clean(self) -> dict[str, Any]:
        # It reads facts, so it is there only when they are.
        from spaces import permissions

        cleaned: dict[str, Any] = super().clean()
        for field in self.instance.about:
            fact = cleaned.get(field)
            if fact is None or field not in self.changed_data or self.for_user is None:
                continue
            if not permissions.may_speak_about(self.for_user, fact):
                self.add_error(field, _("This belongs to another space. Choose one of your own."))
        if "body" in cleaned and permissions.is_of_team(self.for_user):
            self._refuse_others_consents(cleaned["body"])
        return cleaned

    def _refuse_others_consents(self, body: Any) -> None:
        """Nobody puts words under a consent that was given to another team; what stands there already may stay."""
        from spaces import permissions
        from spaces.models import Consent

        stored = type(self.instance).objects.filter(pk=self.instance.pk).first()
        foreign = _consents(body) - (_consents(stored.body) if stored else set())
        own = permissions.own(Consent.objects.filter(pk__in=foreign), self.for_user)
        if foreign - set(own.values_list("pk", flat=True)):
            self.add_error("body", _("This consent was given to another space. Choose one of your own."))


def _consents(body: Any) -> set[int]:
    """The primary keys of the consents on which a text rests."""
    values = [block.value for block in body]
    return {value["consent"].pk for value in values if hasattr(value, "get") and value.get("consent")}


class SpokenPage(PortalPage):
    """A page that tells machines too what it is about, and where it stands.

    Its context has `structured_data`, the JSON-LD for its head, and may have `expires_at`: the moment from which
    it says something else, although no fact has changed.
    """

    base_form_class = SpokenPageForm

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["structured_data"] = lambda: structured_data.script(
            structured_data.breadcrumbs(
                [(step.title, request.build_absolute_uri(step.url)) for step in context["way"] if step.url]
            ),
            *self.nodes(request, context),
        )
        return context

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().serve(request, *args, **kwargs)
        if expires_at := (getattr(response, "context_data", None) or {}).get("expires_at"):
            # The page cache asks for it.
            response.expires_at = expires_at  # type: ignore[attr-defined]
        return response

    def address(self, request: HttpRequest) -> str:
        """The page's whole address, as the one who asks knows the portal; empty where nobody can reach it yet."""
        url = self.get_url(request)
        return request.build_absolute_uri(url) if url else ""

    def nodes(self, request: HttpRequest, context: dict[str, Any]) -> Iterable[structured_data.Node | None]:
        """What this page says to machines about its facts."""
        return ()


def pages_below(page: PortalPage, model: type[AnyPage], request: HttpRequest) -> "QuerySet[AnyPage]":
    """The live pages of this kind below a page, whichever of its translations that is, private ones too: each in the
    reader's language, or else in German. One query.
    """
    known, reader = tree(request), get_language() or DEFAULT_CODE
    kind = ContentType.objects.get_for_model(model).pk
    found = {
        known.shown(node, reader).pk
        for node in known.nodes.values()
        if node.content_type == kind
        and node.language in (reader, DEFAULT_CODE)
        and any(step.key == page.translation_key for step in known.way(node, reader))
    }
    pages: QuerySet[AnyPage] = model.objects.filter(pk__in=found).select_related("locale", *model.about)
    return pages


def pages_by_fact(model: type[Page], field: str) -> dict[int, Any]:
    """The live page about each fact, by the fact's primary key, which is in this field. One query."""
    return in_readers_language(
        model.objects.live().filter(alias_of__isnull=True).select_related("locale"), field
    )


def in_readers_language(pages: Iterable[Any], field: str) -> dict[int, Any]:
    """One of these pages for each fact: that in the reader's language, or else the German one."""
    wanted = [DEFAULT_CODE, get_language() or DEFAULT_CODE]
    known = [page for page in pages if page.locale.language_code in wanted]
    known.sort(key=lambda page: wanted.index(page.locale.language_code))
    return {getattr(page, field): page for page in known}
