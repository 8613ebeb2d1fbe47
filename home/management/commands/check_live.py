from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.core.checks import Tags, run_checks
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks

from home.models import TextPage
from search.models import Catchment
from spaces.facts import problems
from spaces.models import Authority, Office, School
from spaces.models.fact import Fact

#: Numbers that the Bundesnetzagentur keeps for fiction, and the domain that RFC 2606 keeps for examples.
FICTION = ("030 23125", "03023125", "+49 30 23125", "+493023125")
EXAMPLE_DOMAIN = "example.org"

#: How the secrets of `portal.settings.dev` and `portal.settings.test` begin.
KNOWN_SECRET = "known-to-everybody"  # noqa: S105

_SHOWN = 5


class Obstacle(NamedTuple):
    """One kind of thing that keeps the portal from going public: what, which ones, and where to mend it."""

    what: str
    names: list[str]
    where: str


def obstacles() -> Iterator[Obstacle]:
    """All that stands in the way, each kind once; nothing if the portal may go public."""
    for group in (_examples(), _unconfirmed(), _gaps(), _placeholders(), _county(), _settings()):
        yield from (obstacle for obstacle in group if obstacle.names)


def _examples() -> Iterable[Obstacle]:
    for model in _kinds_of_facts():
        yield Obstacle(
            f"Examples among the {model._meta.verbose_name_plural}",
            [str(fact) for fact in model._default_manager.filter(is_example=True)],
            _list_of(model, "example"),
        )
    disguised = [
        office.name
        for office in Office.objects.filter(is_example=False)
        if office.telephone.startswith(FICTION) or office.email.endswith(EXAMPLE_DOMAIN)
    ]
    yield Obstacle(
        "Offices with an invented contact that are not marked as examples", disguised, _list_of(Office)
    )


def _unconfirmed() -> Iterable[Obstacle]:
    for model in _kinds_of_facts():
        yield Obstacle(
            f"Not confirmed: {model._meta.verbose_name_plural}",
            [
                str(fact)
                for fact in model._default_manager.filter(is_example=False, confirmed_on__isnull=True)
            ],
            _list_of(model, "unconfirmed"),
        )


def _gaps() -> Iterable[Obstacle]:
    today = timezone.localdate()
    for problem in problems(today):
        yield Obstacle(problem.what, problem.names, _list_of(problem.model))
    answered = (
        Catchment.objects.get_queryset()
        .overlapping(today, today)
        .filter(place__isnull=True, street="")
        .values("municipality")
    )
    # An authority answers where no space does: the city's schools are not forgotten.
    nowhere = School.objects.exclude(Q(municipality__in=answered) | Q(municipality__authority__isnull=False))
    yield Obstacle(
        "Schools in no space: no catchment holds for their municipality",
        [school.name for school in nowhere],
        _list_of(Catchment),
    )


def _placeholders() -> Iterable[Obstacle]:
    pages = TextPage.objects.filter(is_placeholder=True, live=True)
    yield Obstacle(
        "Texts that the authority still has to write",
        [page.title for page in pages],
        reverse("wagtailadmin_home"),
    )


def _county() -> Iterable[Obstacle]:
    county = Authority.objects.filter(kind=Authority.Kind.COUNTY).first()
    if county is None:
        missing = ["there is no county"]
    elif not county.telephone or county.telephone.startswith(FICTION):
        missing = [county.name]
    else:
        missing = []
    yield Obstacle("The county's telephone number is missing", missing, _list_of(Authority))


def _settings() -> Iterable[Obstacle]:
    wrong = ["DEBUG is on"] if settings.DEBUG else []
    if settings.SECRET_KEY.startswith(KNOWN_SECRET):
        wrong.append("SECRET_KEY is the one that everybody knows")
    checks = run_checks(tags=[Tags.security], include_deployment_checks=True)
    wrong += [f"{found.msg} ({found.id})" for found in checks if not found.is_silenced()]
    yield Obstacle(
        "Settings that are not fit for the public", wrong, "the environment variables; see README.md"
    )


def _kinds_of_facts() -> list[type[Fact]]:
    return [model for model in apps.get_models() if issubclass(model, Fact)]


def _list_of(model: type[Fact], state: str = "") -> str:
    """The path of the editors' list of such facts, narrowed to a state; empty where they have none."""
    # The editors' lists are registered with the hooks, which nothing but the admin itself would load.
    hooks.search_for_hooks()
    viewset: Any = getattr(model, "snippet_viewset", None)
    if viewset is None:
        return ""
    path = reverse(viewset.get_url_name("list"))
    return f"{path}?state={state}" if state else path


class Command(BaseCommand):
    help = "Say what keeps this portal from going public. The exit status is 1 as long as there is something."
    # They are part of what is told.
    requires_system_checks: list[str] = []

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        found = list(obstacles())
        for obstacle in found:
            self.stdout.write(f"{obstacle.what}: {len(obstacle.names)}")
            shown = obstacle.names[:_SHOWN]
            more = len(obstacle.names) - len(shown)
            self.stdout.write(
                "".join(f"    {name}\n" for name in shown) + (f"    … and {more} more\n" if more else "")
            )
            if obstacle.where:
                self.stdout.write(f"  To mend it: {obstacle.where}\n\n")
        if found:
            count = sum(len(obstacle.names) for obstacle in found)
            raise CommandError(f"Not ready for the public: {count} things to mend.", returncode=1)
        self.stdout.write("Nothing stands in the way of going public.")
