"""What readers say of a page reaches the editors, and nothing of it goes anywhere else."""

import logging
import re
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db.models import Model
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.models import ModelLogEntry

from home import feedback
from home.models import BarrierReport, Feedback
from home.vocabulary import PROBLEMS, Opinion
from portal.languages import SERVED_CODES
from spaces.changes import version
from tests import factories
from tests.test_privacy import Records, cached, stored

pytestmark = pytest.mark.django_db

SECRET = "Geheimwort"

FORMS = ("feedback", "feedback-text", "barrier")


@pytest.fixture(autouse=True)
def _pages() -> None:
    factories.make_text_page(factories.make_home_page(), slug="hilfe")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the forms go by; a test sets the one number in it."""
    now = [1_000_000_000.0]
    monkeypatch.setattr(feedback, "time", lambda: now[0])
    return now


def say(client: Client, opinion: str = "no", page: str = "/de/hilfe/", **more: Any) -> Any:
    code = page.split("/")[1]
    return client.post(f"/{code}/feedback/", {"page": page, "opinion": opinion}, **more)


def about(response: Any) -> str:
    """The signed field of a form."""
    found = re.search(r'name="about" value="([^"]+)"', response.content.decode())
    assert found
    return found[1]


def add(client: Client, token: str, text: str = SECRET, **more: Any) -> Any:
    return client.post("/de/feedback/text/", {"about": token, "text": text}, **more)


def report(client: Client, clock: list[float], **fields: str) -> Any:
    token = about(client.get("/de/feedback/barrier/"))
    clock[0] += feedback.QUICKEST
    return client.post("/de/feedback/barrier/", {"about": token, "text": SECRET, **fields})


def rows() -> list[tuple[str, str, str, str]]:
    return list(Feedback.objects.order_by("pk").values_list("opinion", "language", "path", "text"))


def german(text: str) -> str:
    with override("de"):
        return gettext(text)


# One tap --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("opinion", Opinion.values)
def test_one_tap_says_something_of_a_page(opinion: str, client: Client) -> None:
    before = version()
    response = say(client, opinion)
    assert rows() == [(opinion, "de", "hilfe/", "")]
    if opinion == Opinion.YES:
        assert (response.status_code, response["Location"]) == (303, "/de/feedback/thanks/")
    else:
        assert response.status_code == 200
        assert about(response)
    assert "no-store" in response["Cache-Control"]
    # No fact: kept pages stay as they are.
    assert version() == before


@pytest.mark.parametrize(
    ("page", "path"),
    [
        ("/de/", ""),
        ("/de/hilfe/", "hilfe/"),
        ("/ar/hilfe/", "hilfe/"),
        ("/de/find/", "find/"),
        ("/de/find/complicated/", "find/complicated/"),
    ],
)
def test_it_reaches_the_editors_with_the_page_and_its_language(page: str, path: str, client: Client) -> None:
    assert say(client, "yes", page).status_code == 303
    row = Feedback.objects.get()
    assert (row.path, row.language, row.address) == (path, page.split("/")[1], page)


@pytest.mark.parametrize(
    "page",
    [
        "/de/gibt-es-nicht/",
        f"/de/hilfe/?q={SECRET}",
        f"/de/hilfe/#{SECRET}",
        f"/de/events/{SECRET}.ics",
        "/de/" + "find/" * 100,
        "/admin/",
        f"https://{SECRET}.example.org/de/hilfe/",
        f"/{SECRET}/",
        "",
    ],
)
def test_only_pages_that_exist_are_spoken_of(page: str, client: Client) -> None:
    response = client.post("/de/feedback/", {"page": page, "opinion": "no"})
    assert response.status_code == 404
    assert rows() == []
    assert SECRET not in response.content.decode()


@pytest.mark.parametrize("opinion", ["", "great", "YES", SECRET])
def test_an_answer_that_was_not_offered_is_asked_again(opinion: str, client: Client) -> None:
    response = say(client, opinion)
    assert response.status_code == 200
    text = response.content.decode()
    assert german("Please choose one of the answers.") in text
    assert 'value="/de/hilfe/"' in text
    assert SECRET not in text
    assert rows() == []


# Words of one's own ---------------------------------------------------------------------------------------------------


def test_words_of_ones_own_may_follow(client: Client, clock: list[float]) -> None:
    token = about(say(client, "hours"))
    clock[0] += feedback.QUICKEST
    response = add(client, token, " Montags\r\nist zu.\x00\x1b ")
    assert (response.status_code, response["Location"]) == (303, "/de/feedback/thanks/")
    assert rows() == [("hours", "de", "hilfe/", "Montags\nist zu.")]
    assert "Montags" not in client.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    ("second", "texts"),
    [("Erstens", ["Erstens"]), ("Zweitens", ["Erstens", "Zweitens"])],
)
def test_a_second_thing_about_the_same_page_is_kept_beside_the_first(
    second: str, texts: list[str], client: Client, clock: list[float]
) -> None:
    for text in ("Erstens", second):
        token = about(say(client, "hours"))
        clock[0] += feedback.QUICKEST
        add(client, token, text)
    assert [row[3] for row in rows()] == texts


def test_nothing_more_to_say_is_fine(client: Client, clock: list[float]) -> None:
    token = about(say(client, "hours"))
    clock[0] += feedback.QUICKEST
    assert add(client, token, " ").status_code == 303
    assert rows() == [("hours", "de", "hilfe/", "")]


@pytest.mark.parametrize(
    ("wait", "error"),
    [
        (0, "That was very quick. Please send it once more, so that we know you are no robot."),
        (feedback.SLOWEST + 1, "This page was open for a long time. Please send it once more."),
    ],
)
def test_who_is_too_quick_or_too_slow_sends_once_more_and_loses_nothing(
    wait: int, error: str, client: Client, clock: list[float]
) -> None:
    token = about(say(client, "hours"))
    clock[0] += wait
    response = add(client, token, "Montags <ist> zu.")
    assert response.status_code == 200
    assert german(error) in response.content.decode()
    assert "Montags &lt;ist&gt; zu." in response.content.decode()
    clock[0] += feedback.QUICKEST
    assert add(client, about(response), "Montags <ist> zu.").status_code == 303
    assert rows()[0][3] == "Montags <ist> zu."


@pytest.mark.parametrize("token", ["", "1", "WzEsMV0:1abc:Geheimwort", "\x00", "ሰላም"])
def test_a_form_that_is_not_ours_is_refused(token: str, client: Client) -> None:
    say(client)
    assert add(client, token).status_code == 404
    assert rows()[0][3] == ""


def test_what_was_deleted_meanwhile_is_thanked_for(client: Client, clock: list[float]) -> None:
    token = about(say(client))
    Feedback.objects.all().delete()
    clock[0] += feedback.QUICKEST
    assert add(client, token).status_code == 303
    assert rows() == []


# Barriers -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer_to", ["", "leser@example.org", "Postfach 1, 21335 Lüneburg"])
def test_a_barrier_is_reported_with_or_without_where_to_answer(
    answer_to: str, client: Client, clock: list[float]
) -> None:
    response = report(client, clock, text="Die Karte", answer_to=answer_to)
    assert (response.status_code, response["Location"]) == (303, "/de/feedback/barrier/thanks/")
    row = BarrierReport.objects.get()
    assert (row.text, row.answer_to, row.language, row.answered_on) == ("Die Karte", answer_to, "de", None)
    assert rows() == []


@pytest.mark.parametrize(
    ("fields", "error", "field"),
    [
        ({"text": "  "}, "Please say what does not work.", "text"),
        ({"text": "x" * (feedback.LONGEST_REPORT + 1)}, "This is too long.", "text"),
        ({"answer_to": "x" * (feedback.LONGEST_ANSWER_TO + 1)}, "This is too long.", "answer-to"),
    ],
)
def test_an_error_is_told_beside_its_field_and_above_the_form(
    fields: dict[str, str], error: str, field: str, client: Client, clock: list[float]
) -> None:
    response = report(client, clock, **fields)
    assert response.status_code == 200
    text = response.content.decode()
    with override("de"):
        words = feedback.too_long(feedback.LONGEST_REPORT if field == "text" else feedback.LONGEST_ANSWER_TO)
    words = words if error == "This is too long." else german(error)
    assert f'<li><a href="#{field}">{words}</a></li>' in text
    assert f'<p class="error" id="{field}-error">{words}</p>' in text
    assert re.search(
        rf'id="{field}"[^>]* aria-describedby="{field}-hint {field}-error" aria-invalid="true"', text
    )
    assert not BarrierReport.objects.exists()


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_report_with_a_form_that_is_not_ours_is_sent_once_more(
    token: str, client: Client, clock: list[float]
) -> None:
    response = client.post("/de/feedback/barrier/", {"about": token, "text": "Die Karte"})
    assert response.status_code == 200
    assert "Die Karte" in response.content.decode()
    clock[0] += feedback.QUICKEST
    fields = {"about": about(response), "text": "Die Karte"}
    assert client.post("/de/feedback/barrier/", fields).status_code == 303
    assert BarrierReport.objects.count() == 1


# Robots, and too much -------------------------------------------------------------------------------------------------


def test_a_field_that_nobody_sees_catches_robots(client: Client, clock: list[float]) -> None:
    token = about(say(client, "no"))
    clock[0] += feedback.QUICKEST
    trap = {"website": "https://example.org"}
    answers = [
        client.post("/de/feedback/", {"page": "/de/hilfe/", "opinion": "yes", **trap}),
        client.post("/de/feedback/text/", {"about": token, "text": SECRET, **trap}),
        client.post("/de/feedback/barrier/", {"about": token, "text": SECRET, **trap}),
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert rows() == [("no", "de", "hilfe/", "")]
    assert not BarrierReport.objects.exists()


def test_every_form_has_that_field_with_words_for_who_finds_it(client: Client) -> None:
    for response in (client.get("/de/feedback/"), say(client), client.get("/de/feedback/barrier/")):
        text = response.content.decode()
        assert re.search(rf"<div hidden><label>{german('Please leave this field empty')} <input", text)


def test_the_same_counts_once_for_each_client(client: Client) -> None:
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        assert say(client, "yes", REMOTE_ADDR=address).status_code == 303
    say(client, "hours", REMOTE_ADDR="192.0.2.1")
    assert [row[0] for row in rows()] == ["yes", "yes", "hours"]


def test_the_same_report_counts_once(client: Client, clock: list[float]) -> None:
    for _ in range(2):
        assert report(client, clock, text="Die Karte").status_code == 303
    assert BarrierReport.objects.count() == 1


@pytest.mark.parametrize("limit", ["of a client", "of all"])
def test_too_much_is_refused_with_words(
    limit: str, client: Client, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = about(say(client, "no"))
    if limit == "of a client":
        monkeypatch.setattr(feedback.Throttle, "rate", "1/hour")
    else:
        monkeypatch.setattr(feedback, "MOST_A_DAY", 1)
        BarrierReport.objects.create(text="before", language="de")
    clock[0] += feedback.QUICKEST
    answers = [say(client, "hours"), report(client, clock)]
    if limit == "of a client":
        answers.append(add(client, token))
    for response in answers:
        assert response.status_code == 429
        assert german("Too many messages came in. Please try again later.") in response.content.decode()
    assert rows() == [("no", "de", "hilfe/", "")]
    assert BarrierReport.objects.exclude(text="before").count() == 0


@pytest.mark.parametrize("name", FORMS)
def test_a_body_that_is_too_large_is_not_even_read(name: str, client: Client) -> None:
    with override("de"):
        path = reverse(name)
    response = client.post(path, {"text": SECRET * feedback.LARGEST_BODY})
    assert response.status_code == 413
    assert SECRET not in response.content.decode()
    assert german("This is too long.") in response.content.decode()


def test_the_longest_text_fits_in_every_script(client: Client, clock: list[float]) -> None:
    token = about(say(client))
    clock[0] += feedback.QUICKEST
    body = "about=" + token + "&text=" + "%E1%88%B0" * feedback.LONGEST_TEXT
    form = "application/x-www-form-urlencoded"
    assert client.generic("POST", "/de/feedback/text/", body, form).status_code == 303
    assert rows()[0][3] == "ሰ" * feedback.LONGEST_TEXT
    assert len("%E1%88%B0") * feedback.LONGEST_REPORT < feedback.LARGEST_BODY


def test_a_text_that_is_too_long_is_shown_again(client: Client, clock: list[float]) -> None:
    token = about(say(client))
    clock[0] += feedback.QUICKEST
    response = add(client, token, "y" * (feedback.LONGEST_TEXT + 1))
    assert response.status_code == 200
    assert "y" * (feedback.LONGEST_TEXT + 1) in response.content.decode()
    assert rows()[0][3] == ""


# Private --------------------------------------------------------------------------------------------------------------


def test_what_was_typed_is_in_its_own_row_and_nowhere_else(
    clock: list[float], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    records = Records()
    monkeypatch.setattr(logging.root, "handlers", [*logging.root.handlers, records])
    client = Client(enforce_csrf_checks=True, REMOTE_ADDR="192.0.2.77")
    token = about(say(client))
    clock[0] += feedback.QUICKEST
    answers = [add(client, token), report(client, clock, answer_to=SECRET)]
    for response in answers:
        assert response.status_code == 303
        assert SECRET not in f"{response.headers}{response.content!r}"
    assert client.cookies == {}
    holding = {line.partition(":")[0] for line in stored().split("\n") if SECRET in line}
    assert holding == {"home_feedback", "home_barrierreport"}
    assert "said-" in cached()
    outside = [cached(), "\n".join(records.lines), *capfd.readouterr()]
    assert not any(SECRET in text for text in outside)
    assert not any("192.0.2.77" in text for text in [stored(), *outside])


@pytest.mark.parametrize("model", [Feedback, BarrierReport])
def test_a_failure_quotes_nothing(
    model: type[Model], clock: list[float], monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    records = Records()
    monkeypatch.setattr(logging.root, "handlers", [*logging.root.handlers, records])
    client = Client(raise_request_exception=False)
    token = about(say(client))
    clock[0] += feedback.QUICKEST

    def fail(*_arguments: Any, **_named: Any) -> None:
        raise KeyError(SECRET)

    monkeypatch.setattr(model, "save", fail)
    response = add(client, token) if model is Feedback else report(client, clock)
    assert response.status_code == 500
    assert any("KeyError" in line for line in records.lines)
    assert not any(SECRET in line for line in [*records.lines, response.content.decode()])


@pytest.mark.slow
@pytest.mark.parametrize("code", SERVED_CODES)
@pytest.mark.parametrize(
    "path", ["feedback/", "feedback/thanks/", "feedback/barrier/", "feedback/barrier/thanks/"]
)
def test_the_pages_open_in_every_language_without_a_trace(path: str, code: str, client: Client) -> None:
    response = client.get(f"/{code}/{path}")
    assert response.status_code == 200
    text = response.content.decode()
    assert f'<html lang="{code}"' in text
    assert '<meta name="robots" content="noindex">' in text
    assert "csrf" not in text
    assert response.cookies == {}
    assert "no-store" in response["Cache-Control"]


# At the foot of a page ------------------------------------------------------------------------------------------------

COMPONENT = Template('{% include "components/feedback.html" %}')


def foot(path: str, **context: Any) -> str:
    request: Any = RequestFactory().get(path)
    with override(path.split("/")[1]):
        request.resolver_match = resolve(path)
        return COMPONENT.render(Context({"request": request, **context}))


def test_the_foot_of_a_page_asks_with_every_problem_and_knows_the_page() -> None:
    text = foot("/de/find/")
    assert '<input type="hidden" name="page" value="/de/find/">' in text
    assert re.findall(r'name="opinion" value="(\w+)"', text) == ["yes", "no", *PROBLEMS]
    assert 'action="/de/feedback/"' in text


def test_the_foot_of_a_kept_page_is_the_same_whenever_it_was_made(clock: list[float]) -> None:
    """Nothing in it ends, or differs between processes: the page's ETag stays the same."""
    first = foot("/ar/find/")
    clock[0] += 24 * 60 * 60
    cache.clear()
    assert foot("/ar/find/") == first


@pytest.mark.parametrize("path", ["/de/gibt-es-nicht/", "/de/feedback/thanks/", "/de/feedback/barrier/"])
def test_nothing_is_asked_where_there_is_no_page_to_speak_of(path: str) -> None:
    assert foot(path).strip() == ""


# For editors ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def received() -> list[Any]:
    return [
        Feedback.objects.create(opinion="hours", language="ar", path="hilfe/", text=SECRET),
        BarrierReport.objects.create(text=SECRET, answer_to="leser@example.org", language="de"),
    ]


def url(row: Any, name: str, *args: Any) -> str:
    return reverse(type(row).snippet_viewset.get_url_name(name), args=args)


def test_editors_read_mark_and_delete_and_change_no_word(admin_client: Client, received: list[Any]) -> None:
    for row, mark in zip(received, ({"is_done": "on"}, {"answered_on": "2026-11-22"}), strict=True):
        listed = admin_client.get(url(row, "list"))
        assert SECRET in listed.content.decode()
        edit = url(row, "edit", row.pk)
        assert SECRET in admin_client.get(edit).content.decode()
        assert admin_client.post(edit, {**mark, "text": "other", "language": "en"}).status_code == 302
        row.refresh_from_db()
        assert (row.text, row.language) != ("other", "en")
        assert row.text == SECRET
    assert received[0].is_done is True
    assert received[1].answered_on == date(2026, 11, 22)
    for row in received:
        assert admin_client.post(url(row, "delete", row.pk)).status_code == 302
        assert not type(row)._default_manager.exists()
    # The audit log stays for ever.
    assert ModelLogEntry.objects.count() >= 4
    logged = [f"{entry.label} {entry.data}" for entry in ModelLogEntry.objects.all()]
    assert not any(SECRET in line or "leser@" in line for line in logged)


def test_the_list_leads_to_the_page_as_the_reader_saw_it(admin_client: Client, received: list[Any]) -> None:
    assert 'href="/ar/hilfe/"' in admin_client.get(url(received[0], "list")).content.decode()


def test_nobody_adds_any_by_hand(admin_client: Client, received: list[Any]) -> None:
    for row in received:
        assert admin_client.get(url(row, "add")).status_code in (302, 403)
        assert url(row, "add") not in admin_client.get(url(row, "list")).content.decode()


def test_the_list_costs_the_same_whatever_its_length(
    admin_client: Client, received: list[Any], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    admin_client.get(url(received[0], "list"))
    with django_assert_max_num_queries(20):
        admin_client.get(url(received[0], "list"))
    Feedback.objects.bulk_create(
        [Feedback(opinion="no", language="de", path=f"{number}/") for number in range(30)]
    )
    with django_assert_max_num_queries(20):
        admin_client.get(url(received[0], "list"))


# Deleting -------------------------------------------------------------------------------------------------------------


def clean_up() -> str:
    out = StringIO()
    call_command("delete_old_feedback", stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(("days", "text"), [(0, SECRET), (89, SECRET), (91, "")])
def test_words_go_after_ninety_days_and_the_count_stays(days: int, text: str) -> None:
    row = Feedback.objects.create(opinion="hours", language="de", path="", text=SECRET)
    Feedback.objects.update(created_at=timezone.now() - timedelta(days=days))
    for _ in range(2):
        said = clean_up()
        row.refresh_from_db()
        assert (row.text, row.opinion) == (text, "hours")
    assert said == "Deleted: 0 texts, 0 reports of barriers.\n"


@pytest.mark.parametrize(("days", "stays"), [(None, True), (0, True), (90, True), (91, False)])
def test_a_barrier_goes_ninety_days_after_its_answer(days: int | None, stays: bool) -> None:
    answered_on = None if days is None else timezone.localdate() - timedelta(days=days)
    BarrierReport.objects.create(text=SECRET, language="de", answered_on=answered_on)
    BarrierReport.objects.update(created_at=timezone.now() - timedelta(days=400))
    assert clean_up() == f"Deleted: 0 texts, {0 if stays else 1} reports of barriers.\n"
    assert BarrierReport.objects.exists() is stays
