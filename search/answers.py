"""An outcome of the lookup as the JSON that the API promises, in the reader's language."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from search.lookup import Index
from search.routing import OTHER_STREET, Choice, Elsewhere, Found, Option, Outcome
from spaces.models import Authority, Office

JSON = dict[str, Any]


def as_json(outcome: Outcome, index: Index) -> JSON:
    """The shape of `POST /api/v1/lookup/`. `reason` says what kind of question, elsewhere or unknown it is."""
    answer: JSON = {
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
        answer["office"] = office_json(office) if office else None
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


def space_json(key: str, index: Index) -> JSON:
    return {"key": key, "name": index.spaces[key].name}


def option_json(option: Option, index: Index) -> JSON:
    space = space_json(option.space, index) if option.space else None
    label = option.label.replace(OTHER_STREET, _("another street")) or group_label(option, space)
    return {"label": label, "space": space, "address": option.address}


def group_label(option: Option, space: JSON | None) -> str:
    """ "Ostheide: Barendorf, Neetze, Vastorf …" """
    names = ", ".join(option.places[:3]) + (" …" if len(option.places) > 3 else "")
    return f"{space['name'] if space else _('Elsewhere')}: {names}"


def office_json(office: Office) -> JSON:
    return {
        "uuid": str(office.uuid),
        "name": office.name,
        "street": office.street,
        "house_number": office.house_number,
        "postcode": office.postcode,
        "place": office.place,
        "telephone": office.telephone,
        "email": office.email,
        "state": office.state,
        "confirmed_on": office.confirmed_on.isoformat() if office.confirmed_on else None,
        "source": office.source,
        "as_of": office.as_of,
    }


def authority_json(authority: Authority) -> JSON:
    return {
        "key": authority.key,
        "name": authority.name,
        "kind": authority.kind,
        "telephone": authority.telephone,
        "website": authority.website,
        "state": authority.state,
    }
