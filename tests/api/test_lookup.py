"""`POST /api/v1/lookup/`: the promised JSON as a whole for each outcome, and what is no such request."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.request import Request

from search.api import LARGEST_BODY, ClientThrottle, LookupView
from search.models import Catchment
from spaces.changes import record
from spaces.models import Place
from tests.search.small_district import ALTWALD, SmallDistrict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("district")]

URL = "/api/v1/lookup/"
EXPECTED = Path(__file__).parent / "expected"


def send(client: Client, body: Any, **extra: Any) -> Any:
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(URL, content, content_type="application/json", **extra)


def ask(client: Client, text: str) -> dict[str, Any]:
    response = send(client, {"address": text})
    assert response.status_code == 200
    answer: dict[str, Any] = json.loads(response.content)
    return answer


def without_uuids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: "UUID" if key == "uuid" else without_uuids(part) for key, part in value.items()}
    return [without_uuids(part) for part in value] if isinstance(value, list) else value


def decide(district: SmallDistrict, space: str, **values: Any) -> None:
    """A decision about Buchhain, or a street of it."""
    record(
        Catchment(
            space=district.spaces[space],
            municipality=district.municipalities[ALTWALD],
            place=Place.objects.get(name="Buchhain"),
            valid_from=date(2020, 1, 1),
            **values,
        )
    )


# Each outcome

OUTCOMES = {
    "found_place": "Waldweg 1 a, 99001 Altwald",
    "found_postcode": "Waldweg 1, 99003",
    "found_municipality": "Samtgemeinde Waldland",
    "found_resembling": "Waldweg 1, 99001 Altwlad",
    "found_school": "Waldschule",
    "choice_place": "Lange Straße 5, Linde",
    "choice_outside": "Moosbach",
    "choice_mean": "Talhiem",
    "choice_postcode": "Waldweg 1, 99003 Altwald",
    "choice_grouped": "Nirgendweg 7",
    "elsewhere_city": "Am Markt 1, 99009 Stadtburg",
    "elsewhere_neighbour": "Grenzhof",
    "elsewhere_far": "80001 Fernau",
    "unknown_empty": "  ",
    "unknown_unreadable": "😀",
    "unknown_no_such_place": "Waldweg 1, Nirgendwo",
    "unknown_postcode_elsewhere": "Waldweg 1, 12345",
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_answer_is_the_promised_json(client: Client, name: str) -> None:
    expected = json.loads((EXPECTED / f"lookup_{name}.json").read_text(encoding="utf-8"))
    assert without_uuids(ask(client, OUTCOMES[name])) == expected


def test_a_divided_street_is_asked_about_in_the_promised_json(
    client: Client, district: SmallDistrict
) -> None:
    decide(district, "tal", street="Waldweg", first_number=1, last_number=19, parity=Catchment.Parity.ODD)
    expected = json.loads((EXPECTED / "lookup_choice_house_number.json").read_text(encoding="utf-8"))
    assert ask(client, "Waldweg, 99001 Buchhain") == expected


def test_another_office_is_named_in_the_promised_json(client: Client, district: SmallDistrict) -> None:
    decide(district, "wald", office=district.offices["wald-east"], ground=Catchment.Ground.AGREEMENT)
    expected = json.loads((EXPECTED / "lookup_found_other_office.json").read_text(encoding="utf-8"))
    answer = ask(client, "99001 Buchhain")
    assert answer["office"]["uuid"] == str(district.offices["wald-east"].uuid)
    assert without_uuids(answer) == expected


def test_a_gap_is_told_in_the_promised_json(client: Client) -> None:
    record(Catchment.objects.filter(municipality__ags=ALTWALD), delete=True)
    expected = json.loads((EXPECTED / "lookup_unknown_no_catchment.json").read_text(encoding="utf-8"))
    assert ask(client, "99001 Altwald") == expected


def test_no_promise_is_left_untested() -> None:
    tested = {*OUTCOMES, "choice_house_number", "found_other_office", "unknown_no_catchment"}
    assert {path.stem.removeprefix("lookup_") for path in EXPECTED.glob("lookup_*.json")} == tested


@pytest.mark.parametrize("name", OUTCOMES)
def test_every_answer_has_the_same_keys_and_is_kept_by_nobody(client: Client, name: str) -> None:
    response = send(client, {"address": OUTCOMES[name]})
    answer = json.loads(response.content)
    assert list(answer) == [
        "outcome",
        "space",
        "office",
        "level",
        "ground",
        "understood",
        "options",
        "authority",
        "reason",
    ]
    assert list(answer["understood"]) == ["street", "house_number", "postcode", "place"]
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("name", [name for name in OUTCOMES if name.startswith("choice")])
def test_an_option_put_in_again_leads_where_it_says(client: Client, name: str) -> None:
    for option in ask(client, OUTCOMES[name])["options"]:
        answer = ask(client, option["address"])
        assert answer["outcome"] == ("found" if option["space"] else "elsewhere")
        assert answer["space"] == option["space"]


def test_other_members_of_the_object_are_ignored(client: Client) -> None:
    response = send(client, {"address": "99001 Altwald", "language": "ar", "more": [1, 2]})
    assert json.loads(response.content)["outcome"] == "found"


def test_a_byte_order_mark_or_an_escaped_letter_is_no_other_address(client: Client) -> None:
    assert json.loads(send(client, '{"address": "99001 \\u0041ltwald"}').content)["outcome"] == "found"


def test_nobody_needs_a_token(district: SmallDistrict) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert send(strict, {"address": "99001"}).status_code == 200


def test_an_editors_session_changes_nothing(admin_client: Client) -> None:
    response = send(admin_client, {"address": "99001 Altwald"})
    assert json.loads(response.content)["outcome"] == "found"
    assert not response.cookies


def test_a_lookup_costs_one_query(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ask(client, "99001 Altwald")
    for text in OUTCOMES.values():
        with django_assert_num_queries(1):
            ask(client, text)


# What is no such request


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "Waldweg 1, 99001 Altwald",
        "null",
        "true",
        "5",
        '"99001 Altwald"',
        "[]",
        '[{"address": "99001"}]',
        "{}",
        '{"address": null}',
        '{"address": 99001}',
        '{"address": ["99001"]}',
        '{"address": {"postcode": "99001"}}',
        '{"adress": "99001"}',
        '{"address": NaN}',
        b'{"address": "\xff"}',
        "[" * 2000,
    ],
)
def test_a_body_that_is_no_such_request_is_a_bad_request(client: Client, body: str | bytes) -> None:
    response = send(client, body)
    answer = json.loads(response.content)
    assert response.status_code == 400
    assert (answer["title"], answer["status"]) == ("Bad Request", 400)
    assert answer.get("detail") or answer["errors"]["address"]
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    assert b"Altwald" not in response.content


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""]
)
def test_a_body_of_another_kind_is_refused(client: Client, content_type: str) -> None:
    response = client.post(URL, "address=99001", content_type=content_type)
    assert response.status_code in (400, 415)
    assert response["Cache-Control"] == "no-store"


def padded(size: int) -> bytes:
    body = json.dumps({"address": "99001 Altwald"}).encode()
    return body + b" " * (size - len(body))


def test_four_kilobytes_are_enough_and_more_is_refused(client: Client) -> None:
    assert send(client, padded(LARGEST_BODY)).status_code == 200
    response = send(client, padded(LARGEST_BODY + 1))
    assert response.status_code == 413
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["status"] == 413
    assert send(client, {"address": "a" * 5000}).status_code == 413


def test_a_long_address_within_the_limit_is_merely_unreadable(client: Client) -> None:
    assert ask(client, "a" * 4000)["reason"] == "unreadable"


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head"])
def test_there_is_nothing_to_get(client: Client, method: str) -> None:
    response = getattr(client, method)(URL)
    assert response.status_code == 405
    assert "POST" in response["Allow"]
    assert not response.cookies


def test_an_address_in_the_query_is_not_read(client: Client) -> None:
    assert client.get(f"{URL}?address=99001").status_code == 405
    response = client.post(f"{URL}?address=99001", "{}", content_type="application/json")
    assert response.status_code == 400


# The limit


def ask_until_refused(client: Client, **extra: Any) -> tuple[int, Any]:
    for count in range(200):
        response = send(client, '{"address": "?"}', **extra)
        if response.status_code != 200:
            return count, response
    raise AssertionError("never refused")


def test_a_client_may_ask_120_times_a_minute(client: Client) -> None:
    count, response = ask_until_refused(client)
    assert (count, response.status_code) == (120, 429)
    assert 0 < int(response["Retry-After"]) <= 60
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content)["status"] == 429
    assert response["Cache-Control"] == "no-store"
    assert send(client, '{"address": "?"}', REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_header_that_anybody_can_send_is_no_way_around(client: Client) -> None:
    assert settings.REST_FRAMEWORK["NUM_PROXIES"] == 0
    ask_until_refused(client)
    assert send(client, '{"address": "?"}', HTTP_X_FORWARDED_FOR="192.0.2.9").status_code == 429


def test_the_form_answers_when_the_api_has_had_enough(client: Client) -> None:
    ask_until_refused(client)
    assert client.post("/de/find/", {"address": "Linde"}).status_code == 200


def key_of(address: str) -> str:
    request = Request(RequestFactory().post(URL, REMOTE_ADDR=address))
    return ClientThrottle().get_cache_key(request, LookupView())


def test_a_client_is_known_by_a_hash_that_changes_every_day(monkeypatch: pytest.MonkeyPatch) -> None:
    today = key_of("192.0.2.7")
    assert today == key_of("192.0.2.7") != key_of("192.0.2.8")
    assert "192.0.2.7" not in today
    monkeypatch.setattr(timezone, "localdate", lambda: date(2999, 1, 1))
    assert key_of("192.0.2.7") != today
