"""Settings for one's own machine and for ``make demo``: plain HTTP on this machine only, pages never kept."""

import os

# Known to everybody, so never for a server that others reach; ALLOWED_HOSTS below keeps to this machine.
os.environ.setdefault("SECRET_KEY", "known-to-everybody-and-only-for-development-on-ones-own-machine")
os.environ.setdefault("BASE_URL", "http://127.0.0.1:8000")

from portal.settings.base import *  # noqa: F403

DEBUG = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False

# A receiver of webhooks that one is writing.
WEBHOOK_PRIVATE_HOSTS = ["localhost", "127.0.0.1"]

# Who tries the portal needs no second device. Whoever sets one up is asked for it here too.
SECOND_FACTOR_REQUIRED = False

# A changed template shows at once.
PAGE_CACHE = False

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# Files that nobody has collected are not compressed beforehand. WhiteNoise finds them, so that this middleware sees
# them too: `runserver --nostatic`, as `make demo` does it.
MIDDLEWARE = [
    "django.middleware.gzip.GZipMiddleware",
    *(name for name in MIDDLEWARE if name != "django.middleware.gzip.GZipMiddleware"),  # noqa: F405
]
