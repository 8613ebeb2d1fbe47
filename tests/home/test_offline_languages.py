"""What a reader may keep on a telephone, in every language: how much it is, and that it says what the portal says."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django import DjangoDbBlocker

from home import offline
from portal.languages import BY_CODE, SERVED_CODES
from spaces.models import Office
from tests.installation import starter_content

# The content of twelve languages takes a minute.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: Of the document and its files on the way to a telephone, in bytes.
MOST = 40_000

EVERY_LANGUAGE = pytest.mark.parametrize("language", SERVED_CODES)


@pytest.fixture(scope="module")
def starter(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with starter_content(django_db_blocker, *(code for code in SERVED_CODES if code != "de")):
        yield


@pytest.fixture(autouse=True)
def _with_the_starter_content(starter: None, db: None) -> None:
    pass


def words(element: Any) -> str:
    return " ".join(element.get_text(" ").split())


@EVERY_LANGUAGE
def test_it_is_small(language: str, client: Client) -> None:
    texts = [client.get(f"/{language}/offline/document/").content]
    texts += [Path(str(finders.find(name))).read_bytes() for name in offline.FILES]
    loaded, stored = sum(len(gzip.compress(text)) for text in texts), sum(map(len, texts))
    assert loaded <= MOST
    # The reader is told both, in full kilobytes.
    page = client.get(f"/{language}/offline/").content.decode()
    assert f"{-(-loaded // 1000)}" in page
    assert f"{-(-stored // 1000)}" in page


@EVERY_LANGUAGE
def test_it_has_every_office_as_the_portal_shows_it(language: str, client: Client) -> None:
    soup = BeautifulSoup(client.get(f"/{language}/offline/document/").content, "html.parser")
    root = soup.html
    assert root is not None
    assert (root["lang"], root["dir"]) == (language, BY_CODE[language].direction)
    for office in Office.objects.select_related("space"):
        (shown,) = soup.select(f"#office-{office.uuid}")
        online = BeautifulSoup(
            client.get(f"/{language}/sozialraeume/{office.space.key}/").content, "html.parser"
        )
        (card,) = online.select(".office-card")
        for part in (".telephone", "address", ".email", ".fact-state"):
            assert [words(it) for it in shown.select(part)] == [words(it) for it in card.select(part)], part
        # The hours of each day, with its date.
        assert [words(row) for row in shown.select(".week tr th")] == [
            words(row) for row in card.select(".week tr th")
        ]
        assert [words(row) for row in shown.select(".week .line bdi")] == [
            words(row) for row in card.select(".week .line:not(.hint) bdi")
        ]
