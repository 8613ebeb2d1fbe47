"""The content that is shipped, as Open Referral's endpoints tell it, against HSDS's own JSON Schema."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import TestCase

from spaces.models import Offer
from tests.api.test_hsds import everything_conforms, get, needs_schemas

pytestmark = pytest.mark.slow


@needs_schemas
@pytest.mark.shared_data
class StarterContentTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        data = Path(settings.BASE_DIR) / "data" / "lueneburg"
        call_command("load_gazetteer", data=data, stdout=StringIO())
        call_command("load_starter", data=data, stdout=StringIO())

    def test_all_of_it_conforms_and_nothing_invented_looks_real(self) -> None:
        for language in ("de", "ar", "de-simple"):
            everything_conforms(language)
        services = get("services?full=true&per_page=500")["contents"]
        assert {row["id"] for row in services} == {str(offer.uuid) for offer in Offer.objects.all()}
        assert len(services) == 30
        told = json.dumps(services)
        assert "23125" not in told
        assert "@example.org" not in told
        assert {row["status"] for row in services} == {"active"}
        assert not any("assured_date" in row for row in services)
        hours = [row for service in services for row in service["schedules"]]
        assert hours
        assert {row["description"] for row in hours} == {
            "Beispiel: erfunden, um zu zeigen, wie dieses Portal funktioniert."
        }
        found = get("service_at_locations?postcode=21357&full=true")["contents"]
        assert {row["location"]["name"] for row in found} == {"Sozialraumbüro Bardowick"}
