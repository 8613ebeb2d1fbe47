"""A made-up portal for the interface of programs: the small district, with something of each kind around its offices,
some of it translated, and something of each kind that nobody may see.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from unittest.mock import patch
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from wagtail.models import Locale, Page, PageViewRestriction

from home.models import HomePage
from spaces.changes import record
from spaces.models import Figure, Offer, Office
from spaces.models.pages import ProviderIndexPage, ProviderPage
from tests import factories
from tests.search import small_district
from tests.spaces import around

#: A Tuesday.
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))

#: Stands in every text that nobody may see.
SECRET = "Geheimnis"


@contextmanager
def written(blocker: DjangoDbBlocker) -> Iterator[None]:
    """The portal in the tests' database, written at `NOW`, until the block ends."""
    from tests.installation import forget

    forget()
    with blocker.unblock(), transaction.atomic():
        with patch.object(timezone, "now", return_value=NOW):
            write()
        forget()
        yield
        transaction.set_rollback(True)
    forget()


def write() -> None:
    small_district.write()
    district = small_district.read()
    wald, tal = district.spaces["wald"], district.spaces["tal"]
    office, east = district.offices["wald"], district.offices["wald-east"]
    office.latitude, office.longitude, office.step_free = Decimal("53.25"), Decimal("10.5"), "yes"
    office.languages = ["de", "ar"]  # type: ignore[assignment]
    record(office)
    around.add_stop(office, name="Altwald, Markt", lines="5005", minutes=3)
    around.make_timetable(
        office,
        (1, "09:00", "12:00"),
        (3, "14:00", "18:00", "appointment"),
        closures=(("2026-12-21", "2027-01-01", "turn_of_year"),),
        special_days=(("2026-11-26", "", ""),),
        confirmed_on=date(2026, 11, 1),
    )
    verein = factories.make_provider(key="verein", name="Waldverein e. V.", website="https://www.example.org")
    factories.make_mandate(space=wald, provider=verein, valid_from=date(2020, 1, 1))
    home = factories.make_home_page(title="Willkommen", slug="de", lead="Rat für Familien")
    index = factories.make_space_index_page(home, slug="orte", title="Orte")
    space_page = factories.make_space_page(index, wald, title="Waldland", lead="Hier ist es grün.")
    advice, refugees = around.make_service(), around.make_service()
    for service, key in ((advice, "advice"), (refugees, "refugees")):
        service.key = key
        record(service)
    advice_page = around.make_service_page(home, advice, title="Rat", lead="Für alle mit Kindern.")
    around.make_service_page(home, refugees, title="Ankommen", slug="ankommen")
    around.make_offer(
        office, advice, target_groups=["families"], languages=["ar"], confirmed_on=date(2026, 10, 1)
    )
    around.make_offer(east, advice)
    around.make_offer(office, refugees, provider_is_unknown=True)
    providers = factories.make_page(ProviderIndexPage(title="Träger", slug="traeger"), home)
    factories.make_page(ProviderPage(title="Waldverein", slug="verein", provider=verein), providers)
    line = around.make_helpline(key="women", name="Hilfetelefon", telephone="116 016", languages_count=18)
    around.make_timetable(line, *around.day_and_night(), on_public_holidays=True)
    around.make_partner(space=wald, name="Hebamme Wald", kind="midwife", place="Altwald")
    starts, ends = NOW.replace(day=28), NOW.replace(day=28, hour=12)
    meeting = around.make_event(key="meeting", starts_at=starts, ends_at=ends, space=wald, office=office)
    around.make_event_page(home, meeting, title="Offenes Treffen", slug="treffen")
    record(Figure(year=2025, kind="cases", value=3, space=wald))
    record(Figure(year=2025, kind="cases", value=40, space=tal))
    record(Figure(year=2025, kind="budget", value=1_700_000, precision="about", is_example=True))
    translate(home, "أهلا", "ar")
    translate(index, "المناطق", "ar")
    translate(space_page, "فالدلاند", "ar")
    translate(advice_page.get_parent().specific, "المساعدة", "ar")
    translate(advice_page, "استشارة", "ar")
    write_secrets(home)


def translate(page: Page, title: str, language: str) -> None:
    locale, _ = Locale.objects.get_or_create(language_code=language)
    copy = page.copy_for_translation(locale, copy_parents=True)
    copy.title = title
    if hasattr(copy, "lead") and copy.lead:
        copy.lead = title
    copy.save_revision().publish()


def write_secrets(home: HomePage) -> None:
    """A draft, a withdrawn and a private page of each kind, and what is known by such a page only."""
    office = Office.objects.filter(is_main=True).latest("pk")
    for number, how in enumerate(("draft", "withdrawn", "private")):
        service = around.make_service()
        event = around.make_event(starts_at=NOW, ends_at=NOW.replace(hour=11))
        provider = factories.make_provider(name=f"Anderer Träger {number}", key=f"other-{number}")
        pages: list[Page] = [
            around.make_service_page(home, service, title=f"{SECRET} {number}", lead=SECRET),
            around.make_event_page(home, event, title=f"{SECRET} {number}", lead=SECRET),
            factories.make_text_page(home, title=f"{SECRET} {number}", slug=f"geheim-{number}"),
            factories.make_page(
                ProviderPage(title=f"{SECRET} {number}", slug=f"p-{number}", provider=provider, lead=SECRET),
                ProviderIndexPage.objects.get(),
            ),
        ]
        for page in pages:
            if how == "private":
                PageViewRestriction.objects.create(page=page, restriction_type="login")
                continue
            page.unpublish()
            if how == "draft":
                page.save_revision()
        record(Offer(service=service, office=office))
    steering = around.make_event(
        kind="steering", key=f"{SECRET.lower()}-steering", starts_at=NOW, ends_at=NOW.replace(hour=11)
    )
    page = around.make_event_page(home, steering, title=SECRET, slug="steering", lead=SECRET)
    # Were it ever without its restriction, nobody would see it.
    page.get_view_restrictions().delete()
