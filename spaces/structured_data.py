"""Facts as JSON-LD in the words of schema.org: plain dicts, from what is known and nothing else.

A search engine takes what it reads for true. So an example never looks real to it: an event or a service that is
one is left out, and an office that is one has neither address nor telephone nor e-mail and says that it is an
example. What nobody has confirmed says so too.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from spaces.models.fact import Fact
    from spaces.models.network import Event
    from spaces.models.office import Office
    from spaces.models.provider import Provider
    from spaces.models.service import Offer, Service

Node = dict[str, Any]

#: The characters that could end the script element, or begin a comment in it: those of Django's `json_script`.
_ESCAPED = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def script(*nodes: Node | None) -> SafeString:
    """The data block of a page, ready for its head; empty where there is nothing to say.

    It is data, which no browser executes, so the content policy needs no exception for it.
    """
    graph = [node for node in nodes if node]
    if not graph:
        return SafeString("")
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    # Safe, since nothing in it is markup any more.
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(text.translate(_ESCAPED)),  # noqa: S308
    )


def breadcrumbs(steps: Sequence[tuple[str, str]]) -> Node | None:
    """The way to a page: names and whole addresses, from the front door on. One step is no way."""
    if len(steps) < 2:
        return None
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": url}
            for position, (name, url) in enumerate(steps, start=1)
        ],
    }


def office(
    office: "Office",
    *,
    url: str = "",
    provider: "Provider | None" = None,
    opening: Mapping[str, Any] | None = None,
) -> Node:
    """An office. `opening` is what `spaces.hours` says for schema.org; hand it in only where it is confirmed."""
    node = {
        **_named("GovernmentOffice", office, office.name, url),
        "areaServed": {"@type": "AdministrativeArea", "name": office.space.name},
    }
    if office.is_example:
        return node
    if office.latitude is not None and office.longitude is not None:
        node["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": float(office.latitude),
            "longitude": float(office.longitude),
        }
    if provider and not provider.is_example:
        node["parentOrganization"] = {"@type": "Organization", "name": provider.name}
    return {
        **node,
        **_filled(
            address=_address_of(office),
            telephone=office.telephone,
            email=office.email,
            knowsLanguage=list(office.languages),
        ),
        **_filled(**(opening or {})),
    }


def organisation(provider: "Provider") -> Node | None:
    """A provider, under its own address in the net."""
    if provider.is_example:
        return None
    return _named("Organization", provider, provider.name, provider.website)


def service(
    service: "Service",
    *,
    name: str,
    description: str = "",
    url: str = "",
    offers: Iterable[tuple["Offer", "Provider | None"]] = (),
) -> Node | None:
    """A service, with the offices where it is offered; of each offer the one who gives it, where that is known."""
    if service.is_example:
        return None
    real = [(offer, provider) for offer, provider in offers if not offer.is_example]
    providers = {
        provider.name: {"@type": "Organization", "name": provider.name}
        for _offer, provider in real
        if provider and not provider.is_example
    }
    areas = {offer.office.space.name: None for offer, _provider in real}
    return {
        **_named("Service", service, name, url),
        **_filled(
            description=description,
            provider=list(providers.values()),
            areaServed=[{"@type": "AdministrativeArea", "name": area} for area in areas],
            availableChannel=[_channel(offer) for offer, _provider in real],
        ),
    }


def event(event: "Event", *, name: str, description: str = "", url: str = "") -> Node | None:
    """An event; its times are those of the county's clocks, with their distance from UTC."""
    if event.is_example:
        return None
    at = event.office
    if at and at.is_example:
        place: Node = {"@type": "Place", "name": at.name}
    elif at:
        place = {"@type": "Place", "name": at.name, **_filled(address=_address_of(at))}
    else:
        address = _address(event.street, event.postcode, event.place)
        place = {"@type": "Place", **_filled(name=event.venue, address=address)}
    return {
        **_named("Event", event, name, url),
        **_filled(description=description),
        "startDate": timezone.localtime(event.starts_at).isoformat(),
        "endDate": timezone.localtime(event.ends_at).isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
        **({"location": place} if len(place) > 1 else {}),
    }


def _named(kind: str, fact: "Fact", name: str, url: str) -> Node:
    node: Node = {"@type": kind, "@id": f"urn:uuid:{fact.uuid}", "name": name}
    if url:
        node["url"] = url
    if fact.state == "example":
        node["disambiguatingDescription"] = _("Example: made up to show how this portal works.")
    elif fact.state == "unconfirmed":
        node["disambiguatingDescription"] = _("Nobody has confirmed this yet.")
    return node


def _channel(offer: "Offer") -> Node:
    place = {
        "@type": "GovernmentOffice",
        "@id": f"urn:uuid:{offer.office.uuid}",
        "name": offer.office.name,
    }
    return {
        "@type": "ServiceChannel",
        "serviceLocation": place,
        **_filled(availableLanguage=list(offer.languages)),
    }


def _address_of(office: "Office") -> Node | None:
    return _address(office.street_line, office.postcode, office.place)


def _address(street: str, postcode: str, place: str) -> Node | None:
    known = _filled(streetAddress=street, postalCode=postcode, addressLocality=place)
    return {"@type": "PostalAddress", **known, "addressCountry": "DE"} if known else None


def _filled(**values: Any) -> Node:
    """Only what is known: an empty value would say that there is none."""
    return {name: value for name, value in values.items() if value}
