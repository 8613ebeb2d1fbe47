import pytest
from pytest_django import Settings

from tests.portal import site as small_site


@pytest.fixture
def site(settings: Settings) -> None:
    """The small site of ``tests.portal.site`` instead of the portal, as nobody has called it yet."""
    settings.ROOT_URLCONF = "tests.portal.site"
    settings.PAGE_CACHE = True
    small_site.calls.clear()
    small_site.answer["expires_at"] = None
