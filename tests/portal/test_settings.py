import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(settings.BASE_DIR)


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``manage.py`` with production's settings and nothing in the environment but what is named."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**kept, "DJANGO_SETTINGS_MODULE": "portal.settings.base", **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("environment", [{}, {"SECRET_KEY": "  "}])
def test_without_a_secret_key_nothing_starts(environment: dict[str, str]) -> None:
    result = manage("check", **environment)
    assert result.returncode == 1
    assert "SECRET_KEY is not set" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TRUSTED_PROXIES", "many", "TRUSTED_PROXIES must be a whole number"),
        ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES must be a whole number"),
        ("OIDC_URL", "https://login.example.org", "OIDC_URL needs OIDC_CLIENT_ID"),
        ("CACHE_URL", "memcached://127.0.0.1", "CACHE_URL must begin with"),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_named(name: str, value: str, said: str) -> None:
    result = manage("check", SECRET_KEY="x" * 60, **{name: value})
    assert result.returncode == 1
    assert said in result.stderr


def test_production_is_safe_by_default() -> None:
    result = manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        SECRET_KEY="aB3-" * 20 + "xyz",
        ALLOWED_HOSTS="portal.example.org",
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.sqlite
@pytest.mark.django_db
def test_sqlite_waits_for_its_turn() -> None:
    options = settings.DATABASES["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] >= 10_000
        assert "journal_mode=WAL" in options["init_command"]
