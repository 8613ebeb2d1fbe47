"""The search over the starter content: addresses, names of spaces, and what families ask."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from portal import tree
from search import words
from search.models import MissedWord
from tests.installation import starter_content

pytestmark = pytest.mark.slow


def search(client: Client, typed: str) -> Any:
    response = client.post("/de/search/", {"words": typed})
    assert response.status_code == 200
    return response


@pytest.fixture(scope="module")
def _starter(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with starter_content(django_db_blocker):
        yield


@pytest.fixture
def starter(_starter: None, db: None) -> Iterator[None]:
    tree.forget()
    words.forget()
    yield
    words.forget()


@pytest.mark.parametrize(
    ("typed", "is_address"),
    [
        ("Am Markt 17, 21354 Bleckede", True),
        ("21354", True),
        ("Hauptstraße 5, Barendorf", True),
        ("Bleckede", True),
        ("Bardowick", True),
        ("Am Sande 1, 21335 Lüneburg", True),
        ("Hauptstraße 5", True),
        ("Schulangst", False),
        ("mein Sohn will morgens nicht mehr in die Schule gehen", False),
        ("Ich bin 16", False),
        ("Beratung", False),
        ("Rat", False),
        ("Hilfe für Teenager in Not", False),
        ("kein Geld für Klassenfahrt", False),
        ("Streit", False),
        ("Nirgendwohausen", False),
        ("", False),
    ],
)
def test_an_address_is_offered_the_lookup(
    client: Client, starter: None, typed: str, is_address: bool
) -> None:
    response = search(client, typed)
    assert response.context["is_address"] == is_address
    content = response.content.decode()
    assert ('<input type="hidden" name="address"' in content) == is_address


def test_the_name_of_a_space_finds_its_page_first(client: Client, starter: None) -> None:
    names = {
        "Bleckede": "bleckede",
        "Bardowick": "bardowick",
        "Gellersen": "gellersen",
        "Amt Neuhaus": "amt-neuhaus",
    }
    names |= {"Ilmenau": "ilmenau", "Neetze": "ostheide", "Reppenstedt": "gellersen", "Barskamp": "bleckede"}
    first = {name: search(client, name).context["results"][0].url for name in names}
    assert first == {name: f"/de/sozialraeume/{key}/" for name, key in names.items()}


def test_the_starter_content_answers_questions(client: Client, starter: None) -> None:
    assert search(client, "Schulangst").context["results"][0].url == "/de/angebote/grundschule/"
    assert "lenkungsgruppe" not in search(client, "Lenkungsgruppe").content.decode()


def test_an_address_is_never_counted(client: Client, starter: None) -> None:
    for _ in range(4):
        search(client, "Geheimweg, Hamburg")
    assert MissedWord.objects.count() == 0
