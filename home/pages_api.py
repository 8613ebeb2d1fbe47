"""The pages for other front-ends: Wagtail's API v2 under `/api/v2/`, of what anybody may read.

Wagtail's own views ask who the reader is, look into other sites, filter by whatever a query names and cost several
queries a page. These take the pages from the tree in memory (`portal.tree`) instead, and read a list at once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, NamedTuple

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.signing import BadSignature
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.fields import Field
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.serializers import BaseSerializer, PageSerializer
from wagtail.api.v2.utils import (
    BadRequestError,
    page_models_from_string,
    parse_boolean,
    parse_fields_parameter,
)
from wagtail.api.v2.views import BaseAPIViewSet, PagesAPIViewSet
from wagtail.documents.api.v2.views import DocumentsAPIViewSet
from wagtail.images.api.v2.views import ImagesAPIViewSet
from wagtail.models import CollectionViewRestriction, Page
from wagtail_headless_preview.settings import headless_preview_settings

from portal.api_fields import Words
from portal.languages import DEFAULT_CODE, SERVED_CODES
from portal.pages import PortalPage
from portal.replies import ClientThrottle
from portal.translation import TranslationState, translation_states
from portal.tree import Node, Tree, tree
from spaces.vocabulary import EventKind

#: How many things a list holds where nothing is said, and at most.
LIST = 20

#: For how long a front-end may show what an editor previews, in seconds.
PREVIEW = 60 * 60


class Public(NamedTuple):
    """The pages that anybody may read at this moment, and when the next of them is withdrawn by itself."""

    known: Tree
    until: datetime | None


def public_pages(request: HttpRequest) -> Public:
    """Besides what is private: none whose time is over, though nobody has withdrawn it yet, and nothing of the steering
    group, whatever its page says. One query, and those of the tree.
    """
    now = timezone.now()
    found = Page.objects.filter(
        Q(expire_at__isnull=False) | Q(eventpage__event__kind=EventKind.STEERING), live=True
    ).values_list("pk", "expire_at", "eventpage__event__kind")
    gone = {
        pk for pk, expire_at, kind in found if kind == EventKind.STEERING or (expire_at and expire_at <= now)
    }
    until = min((at for _, at, _ in found if at and at > now), default=None)
    return Public(tree(request).without(gone), until)


def reader_of(request: HttpRequest, own: str) -> str:
    """For whose eyes a page in this language is: for those of the language that `lang` names where it is German and
    stands in for a translation, else for those of its own.
    """
    return request.GET.get("lang", own) if own == DEFAULT_CODE else own


def page_url(node: Node, reader: str | None = None) -> str:
    """The path of a page in this interface, for somebody who reads in this language."""
    url: str = router.get_object_detail_urlpath(Page, node.pk)
    return f"{url}?lang={reader}" if reader else url


def versions(known: Tree, node: Node) -> "list[PortalPage]":
    """A page in all languages in which anybody may read it. One query."""
    return read(known.by_key[node.key].values())


def translations(
    request: HttpRequest, known: Tree, node: Node, states: Mapping[int, TranslationState]
) -> list[dict[str, Any]]:
    """A page for the readers of each language that the portal serves: `code`, `url`, `id` and `detail_url` of what
    stands there, and the codes of its state.
    """
    told = []
    for code in SERVED_CODES:
        shown = known.shown(node, code)
        state = states[shown.pk]._replace(is_missing=shown.language != code)
        told.append(
            {
                "code": code,
                "url": request.build_absolute_uri(shown.url(code)),
                "id": shown.pk,
                "detail_url": request.build_absolute_uri(page_url(shown, code)),
                "states": list(state.codes),
            }
        )
    return told


# What is told of each ------------------------------------------------------------------------------------------------


class AbsoluteUrl(Field):
    """An address that begins with the host that was asked, as a front-end on another host needs it."""

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def path(self, instance: Any) -> str | None:
        raise NotImplementedError

    def to_representation(self, instance: Any) -> str | None:
        path = self.path(instance)
        request: Request = self.context["request"]
        return str(request.build_absolute_uri(path)) if path else None


class DetailUrl(AbsoluteUrl):
    def path(self, instance: Any) -> str | None:
        if not instance.pk:
            return None
        url: str = self.context["router"].get_object_detail_urlpath(type(instance), instance.pk)
        reader = self.context["request"].GET.get("lang")
        return f"{url}?lang={reader}" if reader and isinstance(instance, Page) else url


class HtmlUrl(AbsoluteUrl):
    def path(self, instance: Page) -> str | None:
        node = self.context["known"].nodes.get(instance.pk)
        return node.url(reader_of(self.context["request"], node.language)) if node else None


class DownloadUrl(AbsoluteUrl):
    def path(self, instance: Any) -> str | None:
        return str(getattr(instance, "url", None) or instance.file.url)


class TagNames(Field):
    def to_representation(self, value: Any) -> list[str]:
        return sorted(tag.name for tag in value.all())


class Parent(Field):
    """The page above this one, as its reader sees it; null for the front door."""

    def get_attribute(self, instance: Page) -> Node | None:
        known: Tree = self.context["known"]
        node = known.nodes.get(instance.pk)
        if node is None or node.parent is None:
            return None
        return known.shown(known.nodes[node.parent], reader_of(self.context["request"], node.language))

    def to_representation(self, node: Node) -> dict[str, Any]:
        request = self.context["request"]
        return {
            "id": node.pk,
            "title": node.title,
            "locale": node.language,
            "html_url": request.build_absolute_uri(node.url(reader_of(request, node.language))),
            "detail_url": request.build_absolute_uri(page_url(node, request.GET.get("lang"))),
        }


class Translation(Field):
    """The state of what stands there, for its reader."""

    def get_attribute(self, instance: Page) -> Page:
        return instance

    def to_representation(self, page: Page) -> dict[str, Any]:
        words: Words = self.context["words"][page.pk]
        return {**words.state.as_json(), "untranslated": words.untranslated(page)}


class Translations(Field):
    """The page in each language; nothing for a page that is not there yet."""

    def get_attribute(self, instance: Page) -> Page:
        return instance

    def to_representation(self, page: Page) -> list[dict[str, Any]]:
        known: Tree = self.context["known"]
        node = known.nodes.get(page.pk)
        return translations(self.context["request"], known, node, self.context["states"]) if node else []


class PortalPageSerializer(PageSerializer):
    detail_url = DetailUrl(read_only=True)
    html_url = HtmlUrl(read_only=True)
    parent = Parent(read_only=True)
    translation = Translation(read_only=True)
    translations = Translations(read_only=True)


class FileSerializer(BaseSerializer):
    detail_url = DetailUrl(read_only=True)
    download_url = DownloadUrl(read_only=True)
    tags = TagNames(read_only=True)


# The views -----------------------------------------------------------------------------------------------------------


class ReadOnly(BaseAPIViewSet):
    """What all views of this interface have in common. Errors are problem details, as everywhere below `/api/`."""

    renderer_classes = [JSONRenderer]
    throttle_classes = [ClientThrottle]
    #: What a list's query may hold, and what the query of one thing may hold.
    list_parameters: ClassVar[frozenset[str]] = frozenset({"lang", "fields", "limit", "offset"})
    detail_parameters: ClassVar[frozenset[str]] = frozenset({"lang", "fields"})

    @classmethod
    def get_urlpatterns(cls) -> list[Any]:
        """Without `find/`: `/api/v1/resolve/` finds a page by its address, in every language."""
        return [
            path("", cls.as_view({"get": "listing_view"}), name="listing"),
            path("<int:pk>/", cls.as_view({"get": "detail_view"}), name="detail"),
        ]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        is_one = self.action == "detail_view"
        known = self.detail_parameters if is_one else self.list_parameters
        if not known.issuperset(request.GET):
            text = _("There is a parameter that is not known here. Known are: %(names)s.") % {
                "names": ", ".join(sorted(known))
            }
            raise ValidationError({"query": [text]})
        twice = [name for name, values in request.GET.lists() if len(values) > 1]
        if twice:
            raise ValidationError({name: [_("This parameter may come once only.")] for name in twice})

    def handle_exception(self, exc: Exception) -> Response:
        # Not in Wagtail's shape, but in that of everything below `/api/`.
        return GenericViewSet.handle_exception(self, exc)

    def get_renderer_context(self) -> dict[str, Any]:
        return GenericViewSet.get_renderer_context(self)

    def part(self) -> slice:
        """Which part of a list is asked for."""
        numbers = {"offset": 0, "limit": LIST}
        for name in numbers:
            text = self.request.GET.get(name, "")
            if name not in self.request.GET:
                continue
            if not (text.isascii() and text.isdecimal()) or len(text) > 6:
                raise ValidationError({name: [_("This has to be a whole number.")]})
            numbers[name] = int(text)
        if numbers["limit"] > LIST:
            raise ValidationError({"limit": [_("A list holds %(count)d at most.") % {"count": LIST}]})
        return slice(numbers["offset"], numbers["offset"] + numbers["limit"])

    def serializer_for(self, model: Any, details: bool) -> Any:
        """Wagtail's way from `fields` to a serializer."""
        try:
            wanted = parse_fields_parameter(self.request.GET.get("fields", ""))
            return self._get_serializer_class(
                self.request.wagtailapi_router, model, wanted, show_details=details
            )
        except (ValueError, BadRequestError, RecursionError):
            names = ", ".join(self.get_available_fields(model))
            text = _("There is a field that is not known here. Known are: %(names)s.") % {"names": names}
            raise ValidationError({"fields": [text]}) from None


class PagesView(ReadOnly, PagesAPIViewSet):
    """The public pages: `/api/v2/pages/` and `/api/v2/pages/<id>/`."""

    base_serializer_class = PortalPageSerializer
    meta_fields = [
        "type", "detail_url", "html_url", "translation_key", "slug", "locale", "show_in_menus", "seo_title",
        "search_description", "first_published_at", "last_published_at", "parent", "translation", "translations",
    ]  # fmt: skip
    listing_default_fields = [
        "id",
        "type",
        "detail_url",
        "html_url",
        "title",
        "slug",
        "locale",
        "last_published_at",
    ]
    detail_only_fields = ["parent", "translations"]
    list_parameters = ReadOnly.list_parameters | {
        "type", "locale", "slug", "show_in_menus", "order",
        "child_of", "descendant_of", "ancestor_of", "translation_of",
    }  # fmt: skip
    #: For portal.middleware.ApiMiddleware, which keeps what names them.
    parameters = list_parameters

    @classmethod
    def get_listing_default_fields(cls, model: Any) -> list[str]:
        return cls.listing_default_fields[:]

    def listing_view(self, request: Request) -> Response:
        known, until = public_pages(request)
        models = self.models()
        nodes = self.chosen(known, models)
        serializer_class = self.serializer_for(models[0] if len(models) == 1 else Page, details=False)
        fields = {*serializer_class.Meta.fields}
        has_words = bool(fields & {"body", "translation"})
        part = nodes[self.part()]
        pages = read(part) if has_words or serializer_class.Meta.model is not Page else read_where(part)
        context = self.context_of(known, pages, translation_states(pages) if has_words else {})
        told = serializer_class(pages, many=True, context=context).data
        response = Response({"meta": {"total_count": len(nodes)}, "items": told})
        response.expires_at = until  # type: ignore[attr-defined]
        if "body" in fields and any(page.is_sensitive for page in pages):
            response["Cache-Control"] = "no-store"
        return response

    def detail_view(self, request: Request, pk: int) -> Response:
        known, until = public_pages(request)
        pages = read([known.nodes[pk]] if pk in known.nodes else [])
        if not pages:
            raise Http404
        response = self.told(known, pages[0])
        response.expires_at = until  # type: ignore[attr-defined]
        return response

    def told(self, known: Tree, page: PortalPage) -> Response:
        """One page with everything that it holds."""
        serializer_class = self.serializer_for(type(page), details=True)
        node = known.nodes.get(page.pk)
        others = [other for other in versions(known, node) if other.pk != page.pk] if node else []
        states = translation_states([page, *others])
        response = Response(serializer_class(page, context=self.context_of(known, [page], states)).data)
        response["Content-Language"] = page.locale.language_code
        if page.is_sensitive:
            response["Cache-Control"] = "no-store"
        return response

    def models(self) -> Sequence[Any]:
        """The kinds of pages that are asked for; none: all."""
        if "type" not in self.request.GET:
            return ()
        try:
            return page_models_from_string(self.request.GET["type"])
        except (LookupError, ValueError):
            raise ValidationError({"type": [_("There is no such kind of page.")]}) from None

    def chosen(self, known: Tree, models: Sequence[Any]) -> list[Node]:
        """The pages that are asked for, in their order. With `lang` each page once, in this language or else German;
        without it in every language into which it is translated.
        """
        asked = self.request.GET
        reader = asked.get("lang")
        nodes = list(known.nodes.values())
        if reader:
            keys = {node.key: None for node in nodes if node.language in (DEFAULT_CODE, reader)}
            nodes = [known.shown(next(iter(known.by_key[key].values())), reader) for key in keys]
        if models:
            kinds = {node.content_type for node in nodes}
            wanted_kinds = {kind for kind in kinds if issubclass(model_of(kind), tuple(models))}
            nodes = [node for node in nodes if node.content_type in wanted_kinds]
        if "locale" in asked:
            if asked["locale"] not in SERVED_CODES:
                text = _("This language is not there. There are: %(names)s.") % {
                    "names": ", ".join(SERVED_CODES)
                }
                raise ValidationError({"locale": [text]})
            nodes = [node for node in nodes if node.language == asked["locale"]]
        if "slug" in asked:
            nodes = [node for node in nodes if node.path.rstrip("/").rpartition("/")[2] == asked["slug"]]
        if "show_in_menus" in asked:
            try:
                wanted = parse_boolean(asked["show_in_menus"])
            except ValueError:
                raise ValidationError({"show_in_menus": [_("This has to be “true” or “false”.")]}) from None
            nodes = [node for node in nodes if node.in_menus is wanted]
        for name in ("child_of", "descendant_of", "ancestor_of", "translation_of"):
            if name in asked:
                nodes = self.related(known, name, nodes)
        return in_order(nodes, asked["order"]) if "order" in asked else nodes

    def related(self, known: Tree, name: str, nodes: list[Node]) -> list[Node]:
        """Those of the pages that stand so to the page that is named: by its id, or `root`, the front door. Without
        `lang` those of its own language.
        """
        text = self.request.GET[name]
        if text == "root":
            target = known.home(
                self.request.GET.get("lang") or self.request.GET.get("locale") or DEFAULT_CODE
            )
        else:
            target = (
                known.nodes.get(int(text)) if text.isascii() and text.isdecimal() and len(text) < 19 else None
            )
        if target is None:
            raise ValidationError({name: [_("There is no such page.")]})
        if name == "translation_of":
            return [node for node in nodes if node.key == target.key and node.pk != target.pk]
        if "lang" not in self.request.GET:
            nodes = [node for node in nodes if node.language == target.language]
        above = {step.key for step in known.way(target, target.language)[:-1]}
        if name == "ancestor_of":
            return [node for node in nodes if node.key in above]
        ways = {node.pk: [step.key for step in known.way(node, node.language)[:-1]] for node in nodes}
        if name == "child_of":
            return [node for node in nodes if ways[node.pk][-1:] == [target.key]]
        return [node for node in nodes if target.key in ways[node.pk]]

    def context_of(
        self, known: Tree, pages: Sequence[Any], states: Mapping[int, TranslationState]
    ) -> dict[str, Any]:
        """What the fields need to know of these pages; nothing of their words without their states."""
        originals = bodies_of_originals(pages, states) if states else {}
        words = {}
        for page in pages if states else ():
            own = page.locale.language_code
            reader = reader_of(self.request, own)
            state = states[page.pk]._replace(is_missing=reader != own)
            words[page.pk] = Words(known, reader, state, originals.get(page.pk, {}))
        return {**self.get_serializer_context(), "known": known, "states": states, "words": words}

    def get_serializer_context(self) -> dict[str, Any]:
        return BaseAPIViewSet.get_serializer_context(self)


class PreviewView(PagesView):
    """What an editor previews in another front-end, by the token that the front-end was given:
    `/api/v2/page_preview/?content_type=…&token=…`. The token is signed, and good for an hour.
    """

    name = "page_preview"
    list_parameters = frozenset({"content_type", "token", "fields", "lang"})
    parameters = list_parameters

    @classmethod
    def get_urlpatterns(cls) -> list[Any]:
        return [path("", cls.as_view({"get": "preview_view"}), name="listing")]

    def preview_view(self, request: Request) -> Response:
        response = self.told(public_pages(request).known, self.previewed())
        response["Cache-Control"] = "no-store"
        return response

    def previewed(self) -> PortalPage:
        """The page as the editor has it, saved or not. Raises Http404 where nothing is previewed by this token, or
        where there is no other front-end.
        """
        token = self.request.GET.get("token", "")
        try:
            model = apps.get_model(self.request.GET.get("content_type", ""))
            if not headless_preview_settings.CLIENT_URLS or not issubclass(model, PortalPage):
                raise Http404
            model.get_preview_signer().unsign(token, max_age=PREVIEW)
        except (LookupError, ValueError, BadSignature):
            raise Http404 from None
        page: PortalPage | None = model.get_page_from_preview_token(token)
        if page is None:
            raise Http404
        return page


class FilesView(ReadOnly):
    """What is the same for pictures and documents: none from a collection that is for some only, whoever asks."""

    base_serializer_class = FileSerializer

    def get_queryset(self) -> "QuerySet[Any]":
        private = Q()
        for place in CollectionViewRestriction.objects.values_list("collection__path", flat=True):
            private |= Q(collection__path__startswith=place)
        files: QuerySet[Any] = self.model.objects.prefetch_related("tags").order_by("pk")
        return files.exclude(private) if private else files

    def listing_view(self, request: Request) -> Response:
        files = self.get_queryset()
        serializer_class = self.serializer_for(self.model, details=False)
        told = serializer_class(files[self.part()], many=True, context=self.get_serializer_context()).data
        return Response({"meta": {"total_count": files.count()}, "items": told})

    def detail_view(self, request: Request, pk: int) -> Response:
        found = self.get_queryset().filter(pk=pk).first()
        if found is None:
            raise Http404
        serializer_class = self.serializer_for(self.model, details=True)
        return Response(serializer_class(found, context=self.get_serializer_context()).data)


class ImagesView(FilesView, ImagesAPIViewSet):
    """Pictures: `/api/v2/images/`."""

    base_serializer_class = FileSerializer
    body_fields = ["id", "title", "width", "height", "description"]

    def get_queryset(self) -> "QuerySet[Any]":
        """Without those to which somebody in them does not agree, or no longer."""
        return super().get_queryset() & self.model.objects.shown()


class DocumentsView(FilesView, DocumentsAPIViewSet):
    """Documents: `/api/v2/documents/`."""

    base_serializer_class = FileSerializer


router = WagtailAPIRouter("wagtailapi")
router.register_endpoint("pages", PagesView)
router.register_endpoint("images", ImagesView)
router.register_endpoint("documents", DocumentsView)
router.register_endpoint("page_preview", PreviewView)


# How pages are read and put in order ---------------------------------------------------------------------------------


def model_of(kind: int) -> type[Any]:
    """The kind of page that has this content type; in memory."""
    return ContentType.objects.get_for_id(kind).model_class() or Page


def read(nodes: Iterable[Node]) -> list[PortalPage]:
    """The pages themselves, with their facts, in this order. One query for each kind."""
    nodes = list(nodes)
    pages: dict[int, PortalPage] = {}
    for kind in dict.fromkeys(node.content_type for node in nodes):
        model = model_of(kind)
        if issubclass(model, PortalPage):
            found = model.objects.select_related("locale", *model.about)
            pages |= found.in_bulk([node.pk for node in nodes if node.content_type == kind])
    return [pages[node.pk] for node in nodes if node.pk in pages]


def read_where(nodes: Iterable[Node]) -> list[Page]:
    """What all kinds of pages have in common, in this order. One query."""
    nodes = list(nodes)
    pages = Page.objects.select_related("locale").in_bulk([node.pk for node in nodes])
    return [pages[node.pk] for node in nodes if node.pk in pages]


def bodies_of_originals(
    pages: Iterable[Any], states: Mapping[int, TranslationState]
) -> dict[int, dict[str, Any]]:
    """The blocks of the originals of those pages that have unchecked passages, by the page's primary key and their own
    id. One query for each kind of page, none where nothing is unchecked.
    """
    wanted: dict[type[Any], list[Any]] = {}
    for page in pages:
        if any(place.startswith("body.") for place in states[page.pk].unchecked):
            wanted.setdefault(type(page), []).append(page)
    told: dict[int, dict[str, Any]] = {}
    for model, translated in wanted.items():
        keys = [page.translation_key for page in translated]
        originals = model.objects.filter(translation_key__in=keys, locale__language_code=DEFAULT_CODE)
        bodies = {original.translation_key: original.body for original in originals}
        for page in translated:
            told[page.pk] = {block.id: block.value for block in bodies.get(page.translation_key, ())}
    return told


#: By what a list may be ordered.
ORDERS: dict[str, Callable[[Node], Any]] = {
    "id": lambda node: node.pk,
    "title": lambda node: node.title.casefold(),
    "slug": lambda node: node.path.rstrip("/").rpartition("/")[2],
    "last_published_at": lambda node: node.published_at or datetime.min.replace(tzinfo=UTC),
}


def in_order(nodes: list[Node], order: str) -> list[Node]:
    """Pages in the order that is asked for: names of `ORDERS`, parted by commas, with “-” for the other way round."""
    for name in reversed(order.split(",")):
        key = ORDERS.get(name.removeprefix("-"))
        if key is None:
            raise ValidationError(
                {"order": [_("Lists can be ordered by: %(names)s.") % {"names": ", ".join(ORDERS)}]}
            )
        nodes = sorted(nodes, key=key, reverse=name.startswith("-"))
    return nodes
