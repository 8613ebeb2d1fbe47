"""A small portal with words: a front door, a text and the page of a space, German and partly Arabic."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from home.models import HomePage, TextPage
from spaces.models import SpaceIndexPage, SpacePage
from tests import factories
from tests.portal.test_translation import MACHINE, MANUAL, block, translate

EXPECTED = Path(__file__).parent / "expected"


class SmallSite(NamedTuple):
    """Its pages, German and Arabic (`_ar`)."""

    home: HomePage
    home_ar: HomePage
    contact: TextPage
    index: SpaceIndexPage
    index_ar: SpaceIndexPage
    space: SpacePage
    space_ar: SpacePage

    def named(self, value: Any) -> Any:
        """A reply with names instead of numbers and moments that differ from run to run."""
        names = {page.pk: f"<{name}>" for name, page in self._asdict().items()}
        if isinstance(value, dict):
            return {
                key: names[part]
                if key == "id" and part in names
                else "UUID"
                if key in ("uuid", "translation_key")
                else "MOMENT"
                if (key.endswith("_at") or key in ("translated", "original_changed")) and part
                else self.named(part)
                for key, part in value.items()
            }
        if isinstance(value, list):
            return [self.named(part) for part in value]
        if isinstance(value, str):
            return re.sub(r"(?<=/pages/)\d+", lambda number: names[int(number[0])], value)
        return value


@pytest.fixture(scope="module")
def _written_site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[SmallSite]:
    """Written once for a module, which takes seconds; what its tests change is rolled back after each of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield write()
        transaction.set_rollback(True)


@pytest.fixture
def site(_written_site: SmallSite, db: None) -> SmallSite:
    """The small portal in the database."""
    return SmallSite(*(type(page).objects.get(pk=page.pk) for page in _written_site))


def write() -> SmallSite:
    home = factories.make_home_page(title="Rat für Familien", slug="portal", lead="Wir sind da.")
    home_ar = translate(
        home, "ar", {"Rat für Familien": "مشورة للعائلات", "Wir sind da.": "نحن هنا."}, MANUAL
    )
    contact = factories.make_text_page(home, title="Kontakt", slug="kontakt", show_in_menus=True)
    index = factories.make_space_index_page(home, title="Alle Räume", slug="raeume")
    space = factories.make_space_page(
        index,
        factories.make_space(key="wald", name="Wald", source="Ratsvorlage", as_of="2017"),
        title="Sozialraum Wald",
        lead="Wir helfen.",
        body=json.dumps(
            [
                block(
                    "text",
                    f'<h2>Hilfe</h2><p>Mehr: <a linktype="page" id="{contact.pk}">Kontakt</a></p><p>Kommen Sie.</p>',
                    1,
                ),
                block("note", {"heading": "Merken", "text": "<p>Es kostet nichts.</p>"}, 2),
                block("sensitive", {"heading": "Gewalt", "text": "<p>Rufen Sie 112.</p>"}, 3),
            ]
        ),
    )
    words = {
        "Sozialraum Wald": "منطقة Wald",
        "Wir helfen.": "نحن نساعد.",
        "Hilfe": "مساعدة",
        'Mehr: <a id="a1">Kontakt</a>': 'المزيد: <a id="a1">اتصال</a>',
        "Gewalt": "عنف",
        "Rufen Sie 112.": "اتصلوا على 112.",
    }
    index_ar = translate(index, "ar", {"Alle Räume": "كل المناطق"}, MANUAL)
    space_ar = translate(space, "ar", words, MACHINE)
    return SmallSite(home, home_ar, contact, index, index_ar, space, space_ar)


def get(client: Client, path: str, status: int = 200, **extra: Any) -> dict[str, Any]:
    """The JSON at a path of the interface."""
    response = client.get(path, **extra)
    assert response.status_code == status, (path, response.status_code, response.content)
    reply: dict[str, Any] = json.loads(response.content)
    return reply


def expected(name: str) -> Any:
    return json.loads((EXPECTED / f"{name}.json").read_text(encoding="utf-8"))
