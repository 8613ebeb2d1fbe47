"""Facts and pages for tests: each function makes one, written the way the portal writes it.

What is not named is filled in with something that is right and unlike any other.
"""

from datetime import date
from io import BytesIO
from itertools import count
from typing import Any, TypeVar

from django.core.files.base import ContentFile
from PIL import Image
from wagtail.models import Page, Site

from home.models import HomePage, TextPage
from spaces.changes import record
from spaces.models import (
    Authority,
    Consent,
    Mandate,
    Municipality,
    Office,
    OutsidePlace,
    Picture,
    Place,
    Provider,
    School,
    Space,
    SpaceIndexPage,
    SpacePage,
)
from spaces.models.fact import Recorded

_numbers = count(1)

Row = TypeVar("Row", bound=Recorded)
AnyPage = TypeVar("AnyPage", bound=Page)


def _recorded(row: Row) -> Row:
    record(row)
    return row


def make_consent(**values: Any) -> Consent:
    """Holds for everything, and for no space in particular."""
    number = next(_numbers)
    defaults = {
        "name": f"Beispiel{number} Person{number}",
        "given_on": date(2026, 1, 1),
        "paper": f"Ordner {number}",
        "to_photograph": True,
        "to_name": True,
        "to_video": True,
    }
    return Consent.objects.create(**{**defaults, **values})


def make_picture(size: tuple[int, int] = (8, 6), **values: Any) -> Picture:
    """A picture in one colour, in which nobody can be seen."""
    file = BytesIO()
    Image.new("RGB", size, "teal").save(file, "PNG")
    defaults = {
        "title": f"Picture {next(_numbers)}",
        "description": "A teal field",
        "shows_people": False,
        "file": ContentFile(file.getvalue(), "picture.png"),
    }
    return Picture.objects.create(**{**defaults, **values})


def make_space(**values: Any) -> Space:
    number = next(_numbers)
    return _recorded(Space(**{"key": f"space-{number}", "name": f"Space {number}", **values}))


def make_provider(**values: Any) -> Provider:
    number = next(_numbers)
    defaults = {"key": f"provider-{number}", "name": f"Provider {number}", "kind": Provider.Kind.FREE}
    return _recorded(Provider(**{**defaults, **values}))


def make_mandate(**values: Any) -> Mandate:
    return _recorded(
        Mandate(
            space=values.pop("space", None) or make_space(),
            provider=values.pop("provider", None) or make_provider(),
            **values,
        )
    )


def make_office(space: Space | None = None, **values: Any) -> Office:
    """The main office of `space`; name `is_main=False` for another one."""
    return _recorded(Office(**{"space": space or make_space(), "name": f"Office {next(_numbers)}", **values}))


def make_authority(**values: Any) -> Authority:
    number = next(_numbers)
    defaults = {"key": f"authority-{number}", "name": f"Authority {number}", "kind": Authority.Kind.NEIGHBOUR}
    return _recorded(Authority(**{**defaults, **values}))


def make_municipality(**values: Any) -> Municipality:
    number = next(_numbers)
    defaults = {
        "ags": f"{number:08}",
        "ars": f"{number:012}",
        "name": f"Municipality {number}",
        "kind": Municipality.Kind.UNITARY,
    }
    return _recorded(Municipality(**{**defaults, **values}))


def make_place(municipality: Municipality | None = None, **values: Any) -> Place:
    defaults = {"municipality": municipality or make_municipality(), "name": f"Place {next(_numbers)}"}
    return _recorded(Place(**{**defaults, **values}))


def make_outside_place(**values: Any) -> OutsidePlace:
    return _recorded(OutsidePlace(**{"name": f"Outside {next(_numbers)}", "region": "far away", **values}))


def make_school(municipality: Municipality | None = None, **values: Any) -> School:
    defaults = {"municipality": municipality or make_municipality(), "name": f"School {next(_numbers)}"}
    return _recorded(School(**{**defaults, **values}))


def make_page(page: AnyPage, parent: Page) -> AnyPage:
    """Put a page into the tree and publish it."""
    page.live = False
    parent.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def make_home_page(**values: Any) -> HomePage:
    """A home page that the default site shows."""
    number = next(_numbers)
    home = make_page(
        HomePage(**{"title": f"Home {number}", "slug": f"home-{number}", **values}),
        Page.get_first_root_node(),
    )
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": home}
    )
    Site.clear_site_root_paths_cache()
    return home


def make_text_page(home: HomePage, **values: Any) -> TextPage:
    number = next(_numbers)
    return make_page(TextPage(**{"title": f"Text {number}", "slug": f"text-{number}", **values}), home)


def make_space_index_page(home: HomePage, **values: Any) -> SpaceIndexPage:
    return make_page(SpaceIndexPage(**{"title": "Spaces", "slug": "spaces", **values}), home)


def make_space_page(index: SpaceIndexPage, space: Space | None = None, **values: Any) -> SpacePage:
    space = space or make_space()
    return make_page(SpacePage(**{"title": space.name, "slug": space.key, "space": space, **values}), index)
