import logging
import sys
import types
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.views.debug import get_exception_reporter_class, get_exception_reporter_filter
from pytest_django import Settings

from portal.privacy import HIDDEN, AccessFormatter, PrivateFormatter

SECRET = "Geheimweg 17"


def search_module() -> types.ModuleType:
    """A module of the room that reads addresses, failing in every way that quotes them."""
    module = types.ModuleType("search.invented")
    exec(  # noqa: S102
        "def lookup(text):\n"
        "    words = text.split()\n"
        "    raise KeyError(text)\n"
        "def library(function, text):\n"
        "    function(text)\n"
        "def chained(text):\n"
        "    try:\n"
        "        lookup(text)\n"
        "    except KeyError as error:\n"
        "        raise RuntimeError('no reading') from error\n"
        "def noted(text):\n"
        "    error = ValueError('unreadable')\n"
        "    error.add_note(text)\n"
        "    raise error\n"
        "def decodes(text):\n"
        "    text.encode('ascii', 'strict') if not text.isascii() else (text + 'ß').encode('ascii')\n",
        module.__dict__,
    )
    return module


def parse(text: str) -> None:
    """What a library does that knows nothing of us."""
    inner = text
    raise ValueError(f"cannot parse {inner}")


FAILURES: dict[str, Callable[[], Any]] = {
    "in search": lambda: search_module().lookup(SECRET),
    "in a library that search called": lambda: search_module().library(parse, SECRET),
    "as the cause of another": lambda: search_module().chained(SECRET),
    "with a note": lambda: search_module().noted(SECRET),
    "while decoding": lambda: search_module().decodes(SECRET),
}


def raised_by(function: Callable[..., Any], *arguments: Any) -> BaseException:
    """The exception of a call, with its traceback less the frames of this file that lead to the call."""
    with pytest.raises(Exception) as raised:  # noqa: PT011
        function(*arguments)
    error = raised.value
    traceback = error.__traceback__
    while traceback and traceback.tb_frame.f_code.co_name in ("raised_by", "<lambda>"):
        traceback = traceback.tb_next
    return error.with_traceback(traceback)


@pytest.fixture(params=FAILURES)
def failure(request: pytest.FixtureRequest) -> BaseException:
    return raised_by(FAILURES[request.param])


def posted() -> HttpRequest:
    return RequestFactory().post("/de/find/?q=Geheimweg", {"address": SECRET}, REMOTE_ADDR="192.0.2.77")


def reports(request: HttpRequest | None, error: BaseException) -> Iterator[str]:
    # The one that the settings name; Django's stubs call it an instance, and want a request always.
    make_reporter: Any = get_exception_reporter_class(request)  # type: ignore[arg-type]
    reporter = make_reporter(request, type(error), error, error.__traceback__)
    yield reporter.get_traceback_html()
    yield reporter.get_traceback_text()


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("make_request", [posted, lambda: None], ids=["posted", "no request"])
def test_no_report_holds_what_was_typed(
    failure: BaseException,
    make_request: Callable[[], HttpRequest | None],
    debug: bool,
    settings: Settings,
) -> None:
    settings.DEBUG = debug
    for report in reports(make_request(), failure):
        assert "Geheimweg" not in report
        assert type(failure).__name__ in report


@pytest.mark.parametrize("debug", [True, False])
def test_a_report_on_a_posted_request_holds_no_variable_and_no_client(
    debug: bool, settings: Settings
) -> None:
    settings.DEBUG = debug
    request = posted()
    request.META["HTTP_X_FORWARDED_FOR"] = "192.0.2.78"
    request.COOKIES["sessionid"] = "session-of-an-editor"
    for report in reports(request, raised_by(parse, SECRET)):
        for private in ("Geheimweg", "192.0.2.7", "session-of-an-editor"):
            assert private not in report


def test_a_report_on_a_page_still_says_what_went_wrong() -> None:
    request = RequestFactory().get("/de/raeume/")
    for report in reports(request, raised_by(parse, "the template")):
        assert "cannot parse the template" in report
        assert "/de/raeume/" in report


def test_the_filter_is_on_in_debug_too(settings: Settings) -> None:
    settings.DEBUG = True
    request = posted()
    report_filter = get_exception_reporter_filter(request)
    assert report_filter.is_active(request)
    assert report_filter.get_post_parameters(request) == {"address": HIDDEN}


def logged(record: logging.LogRecord) -> str:
    configured = portal_settings.LOGGING["formatters"]["plain"]
    return PrivateFormatter(configured["format"], style=configured["style"]).format(record)


def a_record(message: str, error: BaseException, **extra: Any) -> logging.LogRecord:
    info: Any = (type(error), error, error.__traceback__)
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, message, (), info)
    record.__dict__.update(extra)
    return record


def test_a_log_line_holds_no_typed_text_but_says_where_it_failed(failure: BaseException) -> None:
    line = logged(a_record(f"Internal Server Error: {failure}", failure))
    assert "Geheimweg" not in line
    assert type(failure).__qualname__ in line
    assert "line" in line


def test_a_log_line_forgets_what_another_handler_wrote_into_the_record(failure: BaseException) -> None:
    record = a_record("failed", failure)
    logging.Formatter().format(record)
    assert "Geheimweg" not in logged(record)


def test_a_log_line_on_a_posted_request_holds_no_message() -> None:
    error = raised_by(parse, SECRET)
    assert SECRET not in logged(a_record("failed", error, request=posted()))
    assert SECRET in logged(a_record("failed", error, request=RequestFactory().get("/")))


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (("GET /de/?by=street HTTP/1.1", "200", "5120"), 200, "GET /de/ 200"),
        (("POST /de/find/?q=Geheimweg HTTP/1.1", "200", "5120"), 200, "POST /de/find/ 200"),
        (("\x16\x03 192.0.2.77", "400", "-"), 400, "INFO django.server"),
        ((), None, "INFO django.server"),
    ],
)
def test_an_access_line_holds_method_path_and_status_only(
    arguments: tuple[str, ...], status: int | None, line: str
) -> None:
    message = '"%s" %s %s' if arguments else "broken pipe from 192.0.2.77"
    record = logging.LogRecord("django.server", logging.INFO, __file__, 1, message, arguments, None)
    if status is not None:
        record.status_code = status
    assert AccessFormatter().format(record) == line


def test_every_handler_writes_through_these_formatters() -> None:
    logging_settings = portal_settings.LOGGING
    formatters = {name: each["()"] for name, each in logging_settings["formatters"].items()}
    assert set(formatters.values()) == {"portal.privacy.PrivateFormatter", "portal.privacy.AccessFormatter"}
    assert all(handler["formatter"] in formatters for handler in logging_settings["handlers"].values())
    for handler in logging.getLogger("django").handlers:
        assert isinstance(handler.formatter, PrivateFormatter)


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("path", ["/de/fails/", "/fails/"])
def test_a_failing_request_writes_nothing_that_was_typed(
    path: str, debug: bool, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEBUG = debug
    written = StringIO()
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, PrivateFormatter):
            monkeypatch.setattr(handler, "stream", written)
    monkeypatch.setattr(sys, "stderr", written)
    response = Client(raise_request_exception=False).post(path, {"address": SECRET})
    assert response.status_code == 500
    assert "Geheimweg" not in response.content.decode()
    assert "KeyError" in written.getvalue()
    assert "Geheimweg" not in written.getvalue()
