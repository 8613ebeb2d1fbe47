"""gunicorn in front of the portal:

    .venv/bin/gunicorn -c deploy/gunicorn.conf.py portal.wsgi

WEB_CONCURRENCY says how many workers (about 105 MB each; two a core are plenty). Lines go to standard output and
error, without anything that a visitor typed: no query string, no body, no referrer, no client.
"""

import copy
import logging
import sys
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from portal.privacy import HIDDEN, PrivateFormatter, chain  # noqa: E402

# How gunicorn begins when it quotes a request: its line, a header, a piece of its body, its address with the query.
QUOTING = ("Invalid request", "Error handling request")


class ServerFormatter(PrivateFormatter):
    """gunicorn's own lines. What it says about a request stays: that it failed, and where, never with which words."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        beginning = next((words for words in QUOTING if message.startswith(words)), "")
        if not beginning:
            return super().format(record)
        own = copy.copy(record)
        lines = [beginning]
        for link in chain(record.exc_info[1] if record.exc_info else None):
            lines += traceback.format_tb(link.__traceback__)
            lines.append(f"{type(link).__name__}: {HIDDEN}")
        own.msg, own.args, own.exc_info = "\n".join(line.rstrip("\n") for line in lines), (), None
        return super().format(own)


class AccessLineFormatter(logging.Formatter):
    """One line a request, whatever stands in its path."""

    def format(self, record: logging.LogRecord) -> str:
        return "".join(sign if sign.isprintable() else "?" for sign in super().format(record))


chdir = str(ROOT)
# Only the web server on this machine reaches it. A container listens on all its addresses: --bind 0.0.0.0:8000
bind = "127.0.0.1:8000"

# A lookup takes milliseconds; a worker that is silent for so long is stuck. Seconds.
timeout = 30
graceful_timeout = 20
# A new process now and then, not all at once: what leaks in a library does not add up.
max_requests = 10_000
max_requests_jitter = 1_000
# Nobody uses it, and it would be a file in the home folder that two installations quarrel over.
control_socket_disable = True

# Method, path, status, milliseconds.
accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s %(M)s ms"

logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "server": {
            "()": ServerFormatter,
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "access": {"()": AccessLineFormatter, "format": "%(message)s"},
    },
    "handlers": {
        "server": {"class": "logging.StreamHandler", "formatter": "server"},
        "access": {
            "class": "logging.StreamHandler",
            "formatter": "access",
            "stream": "ext://sys.stdout",
        },
    },
    "root": {"handlers": ["server"], "level": "INFO"},
    "loggers": {
        "gunicorn.error": {"handlers": ["server"], "level": "INFO", "propagate": False},
        "gunicorn.access": {"handlers": ["access"], "level": "INFO", "propagate": False},
    },
}
