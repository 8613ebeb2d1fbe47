"""Settings for the tests: production's, but over plain HTTP, with quick passwords and files of their own."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "known-to-everybody-and-only-for-the-tests-of-this-project-0123456789")
os.environ.setdefault("BASE_URL", "http://testserver")

from portal.settings.base import *  # noqa: F403

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False

# The tests that are about it switch it on.
SECOND_FACTOR_REQUIRED = False

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

MEDIA_ROOT = Path(tempfile.gettempdir()) / "sozialraum-portal-tests-media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
