"""The way out of a page that is better not seen by somebody else."""

from typing import Any

from django.template.loader import render_to_string
from pytest_django import Settings


def leave(settings: Settings, **context: Any) -> str:
    settings.LEAVE_URL = "https://weather.example.org/?a=1&b=2"
    return render_to_string("components/leave.html", context)


def test_it_is_a_plain_link_that_works_without_a_script(settings: Settings) -> None:
    text = leave(settings)
    assert 'href="https://weather.example.org/?a=1&amp;b=2" rel="noreferrer nofollow"' in text
    assert "target=" not in text


def test_it_says_what_it_cannot_do_and_loads_nothing_from_elsewhere(settings: Settings) -> None:
    text = leave(settings)
    assert "Verlauf" in text or "history" in text
    assert text.count("weather.example.org") == 1
    assert "<script" not in text
