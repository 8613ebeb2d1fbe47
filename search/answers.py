"""An outcome of the lookup as the JSON that the API promises, in the reader's language."""

from typing import Any, Literal, TypedDict
from uuid import UUID

from django.utils.translation import gettext as _

from search.lookup import Index
from search.routing import OTHER_STREET, Choice, Elsewhere, Found, Option, Outcome
from spaces import shapes
from spaces.models import Office
from spaces.representation import authority_json, contact_json


class Understood(TypedDict):
    """What was made of the words; empty where there was nothing."""

    street: str
    house_number: str
    postcode: str
    place: str


class WayOn(TypedDict):
    """One way on from a question: show `label`, post `address`. `space` is null where it leads elsewhere."""

    label: str
    space: shapes.Named | None
    address: str


class Answer(TypedDict):
    """What the lookup answers. `outcome` says which members speak; `reason` says what kind of question, elsewhere or
    unknown it is; `level` how much of the address decided, `ground` on which ground.
    """

    outcome: Literal["found", "choice", "elsewhere", "unknown"]
    space: shapes.Named | None
    office: shapes.OfficeContact | None
    level: str | None
    ground: str | None
    understood: Understood
    options: list[WayOn]
    authority: shapes.Authority | None
    reason: str | None


def as_json(outcome: Outcome, index: Index) -> dict[str, Any]:
    """The answer of `POST /api/v1/lookup/`, an `Answer`; a page adds to it."""
    answer: dict[str, Any] = {
        "outcome": type(outcome).__name__.lower(),
        "space": None,
        "office": None,
        "level": None,
        "ground": None,
        "understood": outcome.understood._asdict(),
        "options": [],
        "authority": None,
        "reason": None,
    }
    if isinstance(outcome, Found):
        office = office_of(outcome, index)
        answer["space"] = space_json(outcome.answer.space, index)
        answer["office"] = contact_json(office) if office else None
        answer["level"], answer["ground"] = outcome.level, outcome.ground
    elif isinstance(outcome, Choice):
        answer["options"] = [option_json(option, index) for option in outcome.options]
        answer["reason"] = outcome.question
    elif isinstance(outcome, Elsewhere):
        authority = index.authorities.get(outcome.authority)
        answer["authority"] = authority_json(authority) if authority else None
        answer["reason"] = outcome.reason
    else:
        answer["reason"] = outcome.reason
    return answer


def office_of(found: Found, index: Index) -> Office | None:
    """The office that was decided for the address, or else the main one of its space."""
    if found.answer.office:
        return index.offices.get(UUID(found.answer.office))
    return index.main_offices.get(found.answer.space)


def space_json(key: str, index: Index) -> shapes.Named:
    return {"key": key, "name": index.spaces[key].name}


def option_json(option: Option, index: Index) -> WayOn:
    space = space_json(option.space, index) if option.space else None
    label = option.label.replace(OTHER_STREET, _("another street")) or group_label(option, space)
    return {"label": label, "space": space, "address": option.address}


def group_label(option: Option, space: shapes.Named | None) -> str:
    """ "Ostheide: Barendorf, Neetze, Vastorf …" """
    names = ", ".join(option.places[:3]) + (" …" if len(option.places) > 3 else "")
    # In a name of its own: the collector of texts does not look into f-strings.
    heading = space["name"] if space else _("Elsewhere")
    return f"{heading}: {names}"
