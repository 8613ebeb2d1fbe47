"""The promises of the interface are tested on the small district of the lookup's own tests."""

from tests.api.small_site import _written_site, site
from tests.search.conftest import _written, district, no_index_of_another_test

__all__ = ["_written", "_written_site", "district", "no_index_of_another_test", "site"]
