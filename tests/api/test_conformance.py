"""The interface does what its OpenAPI document says, whatever is sent: schemathesis thinks up requests, right ones and
wrong ones, and checks every reply against the document. The seed is fixed, so what fails, fails for everybody.
"""

from collections.abc import Iterator
from io import StringIO
from typing import Any
from unittest.mock import patch

import jsonschema
import pytest
import schemathesis
from django.core.management import call_command
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from pytest_django import DjangoDbBlocker
from schemathesis import GenerationMode

from portal.wsgi import application
from tests.api.contents import NOW, written

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _portal(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with written(django_db_blocker):
        yield


@pytest.fixture
def document(_portal: None, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr("portal.replies.ClientThrottle.rate", "1000000/min")
    monkeypatch.setattr("search.api.ClientThrottle.rate", "1000000/min")
    with patch.object(timezone, "now", return_value=NOW):
        yield schemathesis.openapi.from_wsgi("/api/schema/", application)


def send(document: Any, count: int) -> int:
    """So many right and so many wrong requests to each operation, checked in every way that schemathesis knows. Returns
    how many that were; raises a group of what failed.
    """
    sent, failures = 0, []
    for result in document.get_all_operations():
        operation = result.ok()
        for mode in GenerationMode:

            @settings(
                max_examples=count,
                derandomize=True,
                database=None,
                deadline=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: Any) -> None:
                nonlocal sent
                sent += 1
                # The library reads bodies as they come over the wire.
                case.call_and_validate(headers={"Accept-Encoding": "identity"})

            try:
                ask()
            except BaseExceptionGroup as failure:
                failures.append(failure)
    if failures:
        raise BaseExceptionGroup(f"{len(failures)} kinds of requests failed", failures)
    return sent


# The library calls the application past Django's test client: the end of a request closes PostgreSQL's connection.
@pytest.mark.slow
@pytest.mark.sqlite
def test_thousands_of_requests_are_answered_as_the_document_says(document: Any) -> None:
    assert send(document, 50) >= 2000


def test_the_document_is_whole_and_right(db: None) -> None:
    call_command("spectacular", "--fail-on-warn", "--validate", stdout=StringIO())


def test_every_operation_has_an_example_that_conforms(db: None) -> None:
    document: Any = SchemaGenerator().get_schema(public=True)
    for address, methods in document["paths"].items():
        if not address.startswith("/api/v1/"):
            continue
        for operation in methods.values():
            for kind, content in operation["responses"]["200"]["content"].items():
                if kind == "application/gzip":
                    continue
                (example,) = content["examples"].values()
                schema = {**content["schema"], "components": document["components"]}
                jsonschema.validate(example["value"], schema, format_checker=jsonschema.FormatChecker())
