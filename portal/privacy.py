"""Keeps what a visitor typed, and who the visitor is, out of error reports and logs.

An address travels in a request body only. When something fails while it is being read, the address stands in
the POST parameters, in local variables, and often in the exception's own message (``KeyError:
'Musterstraße'``). So:

- POST parameters, cookies, files and the query string are never reported, with ``DEBUG`` on or off;
- the local variables and the messages of exceptions are left out wherever they may hold typed text: the
  request was one that carries a body, or the failure passed through ``search``;
- log lines hold no client's address, and an access line holds method, path and status only.
"""

import copy
import logging
import traceback
from collections.abc import ItemsView, Iterator
from types import FrameType, TracebackType
from typing import Any

from django.http import HttpRequest
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

HIDDEN = "[hidden]"

# Requests of these methods carry no text that a visitor typed: an address never stands in a URL.
BODILESS_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# What of the request's environment a report may show. Everything else could say who asked, or for what.
REPORTED_META = frozenset(
    {
        "REQUEST_METHOD",
        "PATH_INFO",
        "CONTENT_TYPE",
        "SERVER_NAME",
        "SERVER_PORT",
        "SERVER_PROTOCOL",
        "wsgi.url_scheme",
    }
)


def carries_body(request: HttpRequest | None) -> bool:
    """Whether a request may hold text that a visitor typed."""
    return request is not None and request.method not in BODILESS_METHODS


def is_private_module(name: str) -> bool:
    """Whether a module handles addresses and words that visitors typed."""
    return name == "search" or name.startswith("search.")


def chain(exception: BaseException | None) -> Iterator[BaseException]:
    """An exception and everything that it was raised from, or while handling; each once."""
    seen: set[int] = set()
    waiting = [exception]
    while waiting:
        current = waiting.pop()
        # Django's handler for mails hands over a text where there was no exception.
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions


def passed_through_search(exception: BaseException | None) -> bool:
    """Whether any frame of an exception, or of one that it came from, belongs to ``search``."""
    return any(
        is_private_module(frame.f_globals.get("__name__", ""))
        for link in chain(exception)
        for frame, _ in traceback.walk_tb(link.__traceback__)
    )


def may_hold_typed_text(exception: BaseException | None, request: HttpRequest | None = None) -> bool:
    return carries_body(request) or passed_through_search(exception)


class PrivateExceptionReporterFilter(SafeExceptionReporterFilter):
    """Django's filter, but always on (Django's own shows everything while ``DEBUG`` is on)."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        if request is None:
            return {}
        try:
            return dict.fromkeys(request.POST, HIDDEN)
        except Exception:  # A body that cannot be read must not hide the report.
            return {}

    def get_safe_request_meta(self, request: HttpRequest | None) -> dict[str, Any]:
        if request is None:
            return {}
        return {
            key: value
            for key, value in super().get_safe_request_meta(request).items()
            if key in REPORTED_META
        }

    def get_safe_cookies(self, request: HttpRequest | None) -> dict[str, Any]:
        return dict.fromkeys(getattr(request, "COOKIES", {}), HIDDEN)

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> ItemsView[str, Any]:
        if carries_body(request) or is_private_module(tb_frame.f_globals.get("__name__", "")):
            return dict.fromkeys(tb_frame.f_locals, HIDDEN).items()
        return dict(super().get_traceback_frame_variables(request, tb_frame)).items()


class PrivateExceptionReporter(ExceptionReporter):
    """Django's report, less what :class:`PrivateExceptionReporterFilter` has no say in."""

    def get_traceback_data(self) -> dict[str, Any]:
        data: dict[str, Any] = super().get_traceback_data()
        for name in ("request_GET_items", "request_FILES_items"):
            if name in data:
                data[name] = [(key, HIDDEN) for key, _ in data[name]]
        if self.request is not None:
            data["request_insecure_uri"] = self.request.path
        if may_hold_typed_text(self.exc_value, self.request):
            # The exception's own words, and the piece of text that could not be decoded.
            for name in data.keys() & {"exception_value", "exception_notes", "unicode_hint"}:
                data[name] = HIDDEN
            if data.get("template_info"):
                data["template_info"] = {**data["template_info"], "message": HIDDEN}
            for frame in data["frames"]:
                if frame.get("exc_cause") is not None:
                    frame["exc_cause"] = f"{type(frame['exc_cause']).__name__}: {HIDDEN}"
                frame["vars"] = [(name, HIDDEN) for name, _ in frame.get("vars", [])]
        return data


def format_exception(exception: BaseException, request: HttpRequest | None = None) -> str:
    """A traceback for a log: with the exceptions' messages only where they cannot hold typed text."""
    if not may_hold_typed_text(exception, request):
        return "".join(traceback.format_exception(exception)).rstrip("\n")
    lines: list[str] = []
    for link in reversed(list(chain(exception))):
        lines.append("Traceback (most recent call last):\n")
        lines += traceback.format_tb(link.__traceback__)
        lines.append(f"{type(link).__module__}.{type(link).__qualname__}: {HIDDEN}\n")
    return "".join(lines).rstrip("\n")


def without_quotations(message: str, exception: BaseException) -> str:
    """A log message without the texts that an exception carries."""
    for link in chain(exception):
        for text in sorted({str(link), *map(str, link.args)}, key=len, reverse=True):
            if text.strip():
                message = message.replace(text, HIDDEN)
    return message


class PrivateFormatter(logging.Formatter):
    """A log line; where an exception may hold typed text, without that exception's message.

    A line that quotes the message, as those of Django's security loggers do, loses the quotation.
    """

    def format(self, record: logging.LogRecord) -> str:
        exception = record.exc_info[1] if record.exc_info else None
        # Handlers share a record and keep the traceback on it, so this one works on a copy without what
        # others kept.
        own = copy.copy(record)
        own.exc_text = None
        request = getattr(record, "request", None)
        if exception is not None and may_hold_typed_text(exception, request):
            own.msg = without_quotations(record.getMessage(), exception)
            own.args = ()
            own.exc_text = format_exception(exception, request)
        return super().format(own)

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        return format_exception(ei[1]) if ei[1] is not None else ""


class AccessFormatter(logging.Formatter):
    """A line of the development server: method, path and status; neither query string nor client."""

    def format(self, record: logging.LogRecord) -> str:
        arguments = record.args if isinstance(record.args, tuple) else ()
        words = str(arguments[0]).split(" ") if arguments else []
        status = getattr(record, "status_code", None)
        if status is None or len(words) < 2 or not words[0].isalpha():
            # The server's own words, such as a broken connection: they may name the client, so only their
            # kind counts.
            return f"{record.levelname} {record.name}"
        return f"{words[0]} {words[1].partition('?')[0]} {status}"
