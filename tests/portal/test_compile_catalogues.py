import gettext
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Find your office"
msgstr "Finden Sie Ihr Büro"

#, fuzzy
msgid "Street"
msgstr "Straßé?"

#~ msgid "Gone"
#~ msgstr "Weg"
"""


@pytest.fixture
def catalogue(tmp_path: Path, settings: Settings) -> Path:
    settings.LOCALE_PATHS = [tmp_path]
    path = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, encoding="utf-8")
    return path


def compile_catalogues(**options: bool) -> str:
    out = StringIO()
    call_command("compile_catalogues", stdout=out, **options)
    return out.getvalue().strip()


def test_a_catalogue_is_compiled_and_readable(catalogue: Path) -> None:
    assert compile_catalogues() == "1 catalogues compiled."
    with catalogue.with_suffix(".mo").open("rb") as compiled:
        translations = gettext.GNUTranslations(compiled)
    assert translations.gettext("Find your office") == "Finden Sie Ihr Büro"
    assert translations.gettext("Street") == "Street"
    assert translations.gettext("Gone") == "Gone"


def test_what_is_up_to_date_is_left_alone(catalogue: Path) -> None:
    compile_catalogues()
    assert compile_catalogues() == "0 catalogues compiled."
    assert compile_catalogues(force=True) == "1 catalogues compiled."
    later = catalogue.with_suffix(".mo").stat().st_mtime + 5
    os.utime(catalogue, (later, later))
    assert compile_catalogues() == "1 catalogues compiled."


def test_a_broken_catalogue_is_named(catalogue: Path) -> None:
    catalogue.write_text('msgid "a\nmsgstr', encoding="utf-8")
    with pytest.raises(CommandError, match=r"de/LC_MESSAGES/django\.po"):
        compile_catalogues()
    assert not catalogue.with_suffix(".mo").exists()
