"""What a visit loads, as promised: little, from us alone, and nothing stays on the device. All figures:
`python -m tests.bench.weight`.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from portal.languages import SERVED_CODES
from tests.bench.weight import (
    PAGES,
    TIMED,
    first_and_again,
    limits_of_speed,
    limits_of_weight,
    on_an_old_telephone,
)
from tests.installation import Server, served, starter_database

# They look at every language, or wait for a slow connection.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("production")
    with served(starter_database(tmp_path_factory), folder, as_in_production=True) as running:
        yield running


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
@pytest.mark.parametrize("code", SERVED_CODES)
def test_a_visit_is_light_and_leaves_nothing_behind(
    browser: Browser, server: Server, code: str, path: str
) -> None:
    limits = limits_of_weight(code, *first_and_again(browser, f"{server.url}/{code}/{path}", code))
    assert [str(limit) for limit in limits if not limit.kept] == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
@pytest.mark.parametrize("code", TIMED)
def test_a_page_is_soon_there_on_an_old_telephone_and_stays_where_it_is(
    browser: Browser, server: Server, code: str, path: str
) -> None:
    address = f"{server.url}/{code}/{path}"
    limits = limits_of_speed(code, *on_an_old_telephone(browser, address, code))
    # A second visit has too little to spare for a machine that runs other tests meanwhile: the bench holds it to that.
    assert [str(limit) for limit in limits if not limit.kept and "again" not in limit.name] == []
