"""One command brings the portal up, and destroys nothing when it is given again."""

import socket
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from home.management.commands import demo
from spaces.changes import record
from spaces.models import Service
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(demo, "call_command", lambda name, *args, **options: names.append(name))
    return names


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What was started beside the server; nothing really is."""
    commands: list[list[str]] = []

    def start(command: list[str]) -> SimpleNamespace:
        commands.append(command[2:])
        return SimpleNamespace(terminate=lambda: None)

    monkeypatch.setattr("subprocess.Popen", start)
    return commands


@pytest.fixture
def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    return int(port)


def test_an_empty_portal_is_filled_and_served_while_its_translations_load(
    called: list[str], started: list[list[str]], free_port: int, capsys: Any
) -> None:
    call_command("demo", port=free_port)
    assert started == [["load_translations"]]
    assert called == ["load_gazetteer", "load_starter", "runserver"]
    said = capsys.readouterr().out
    assert f"http://127.0.0.1:{free_port}/de/" in said
    assert f"http://127.0.0.1:{free_port}/admin/" in said


def test_a_filled_portal_is_only_served(
    called: list[str], started: list[list[str]], free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.make_municipality()
    factories.make_space()
    record(Service(key="advice"))
    factories.make_home_page()
    factories.make_outside_place()
    monkeypatch.setattr(demo, "SERVED_CODES", ("de",))
    call_command("demo", port=free_port)
    assert called == ["runserver"]
    assert started == []


def test_a_taken_port_is_said_before_anything_else(called: list[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is taken.*PORT={port + 1}"):
            call_command("demo", port=port)
    assert called == []
