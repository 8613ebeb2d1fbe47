import pytest
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info

from portal import languages


def test_there_are_twelve_in_the_portals_order() -> None:
    codes = [language.code for language in languages.LANGUAGES]
    assert codes == ["de", "de-simple", "en", "uk", "ru", "ar", "fa", "tr", "fr", "pl", "kmr", "ti"]


@pytest.mark.parametrize("language", languages.LANGUAGES, ids=lambda language: language.code)
def test_each_is_known_to_django_with_its_own_name_and_direction(language: languages.Language) -> None:
    info = get_language_info(language.code)
    assert info["bidi"] is language.is_rtl
    # Django writes the vowel signs of Arabic, and some names without a capital.
    if language.code not in {"kmr", "ti", "de-simple", "ar"}:
        assert info["name_local"].casefold() == language.name.casefold()


def test_arabic_and_persian_are_written_from_right_to_left() -> None:
    assert [language.code for language in languages.LANGUAGES if language.is_rtl] == ["ar", "fa"]
    assert languages.direction("fa") == "rtl"
    assert languages.direction("xx") == "ltr"


def test_what_is_served_has_a_catalogue_unless_its_texts_are_the_keys_and_is_what_django_and_wagtail_serve() -> (
    None
):
    assert languages.DEFAULT_CODE in languages.SERVED_CODES
    assert settings.LANGUAGES == settings.WAGTAIL_CONTENT_LANGUAGES == languages.SERVED_CHOICES
    for code in languages.SERVED_CODES:
        assert code in LANG_INFO
        folder = languages.locale_folder(code)
        assert code == "en" or any(
            (root / folder / "LC_MESSAGES" / "django.po").exists() for root in settings.LOCALE_PATHS
        ), code
