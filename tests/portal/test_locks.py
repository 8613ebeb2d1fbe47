import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

LOCKS = ("requirements.lock", "requirements-dev.lock")

ROOT = Path(settings.BASE_DIR)


def pins(lock: str) -> dict[str, set[str]]:
    """The versions that a lock names, by package."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"(?m)^([A-Za-z0-9._-]+)==([^\s;]+)", (ROOT / lock).read_text()):
        found.setdefault(canonical(name), set()).add(version)
    return found


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert not re.search(r"(?m)^\s*-", text.replace("    --hash=", "")), (
        "options such as an index do not belong here"
    )


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_hashes(lock: str) -> None:
    entries = re.split(r"(?m)^(?=\w)", (ROOT / lock).read_text())
    assert all("--hash=sha256:" in entry for entry in entries if entry.strip())


def test_the_locks_are_those_of_the_project_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for lock, wanted in [
        ("requirements.lock", project["dependencies"]),
        ("requirements-dev.lock", project["dependencies"] + project["optional-dependencies"]["dev"]),
    ]:
        locked = pins(lock)
        for requirement in wanted:
            name, version = re.fullmatch(r"([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", requirement).groups()  # type: ignore[union-attr]
            assert locked.get(canonical(name)) == {version}, f"{requirement} is not in {lock}: make lock"


def test_what_runs_is_the_same_in_both() -> None:
    runs, develops = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: develops.get(name) for name in runs} == runs


@pytest.mark.parametrize("name", ["pytest", "ruff", "mypy", "playwright", "uv"])
def test_tests_and_linters_are_not_in_what_runs(name: str) -> None:
    assert name not in pins("requirements.lock")
