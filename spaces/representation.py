"""Facts and the words about them as plain dicts, in the shapes that programs are promised (`spaces.shapes`)."""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple, TypedDict
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from portal.languages import DEFAULT_CODE
from spaces import changes, models, shapes
from spaces.figures import Shown
from spaces.models.fact import Fact
from spaces.models.pages.service import who_gives
from spaces.open_now import Facts, Now, Opening, facts
from spaces.open_now import Span as OpenSpan
from spaces.register import Register, register
from spaces.texts import Text, Texts, texts


class Known(NamedTuple):
    """Everything that is told, as of one version of the journal and one moment, to somebody who reads in a language.

    `root`: the portal's address as the one who asks knows it, without a slash at the end.
    """

    register: Register
    facts: Facts
    texts: Texts
    at: datetime
    language: str
    root: str

    def text(self, about: str, key: int) -> Text | None:
        """The page about a fact."""
        return self.texts.about.get((f"{about}_id", key))


def known(request: HttpRequest) -> Known:
    """What is known now, for a request. No query where it is in memory, or one where nobody has read the version."""
    version: int | None = getattr(request, "facts_version", None)
    if version is None:
        request.facts_version = version = changes.version()  # type: ignore[attr-defined]
    language = get_language() or DEFAULT_CODE
    return Known(
        register(version),
        facts(version),
        texts(request, language),
        timezone.now(),
        language,
        request.build_absolute_uri("/").rstrip("/"),
    )


# Facts ----------------------------------------------------------------------------------------------------------------


def space_json(space: models.Space, k: Known) -> shapes.Space:
    text = k.text("space", space.pk)
    mandate = k.facts.mandates.get(space.pk)
    has_town_hall = space.town_hall_street or space.town_hall_place
    return {
        **fact_json(space),
        "key": space.key,
        "name": space.name,
        "town_hall": {
            "street": space.town_hall_street,
            "postcode": space.town_hall_postcode,
            "place": space.town_hall_place,
        }
        if has_town_hall
        else None,
        "run_by": {
            **confirmed_json(mandate),
            "provider": named(mandate.provider),
            "valid_from": _day(mandate.valid_from),
            "valid_until": _day(mandate.valid_until),
        }
        if mandate
        else None,
        "page": text_json(text, k) if text else None,
        "offices": [office_json(office, k) for office in k.facts.offices.get(space.pk, ())],
    }


def contact_json(office: models.Office) -> shapes.OfficeContact:
    return {
        "uuid": str(office.uuid),
        "name": office.name,
        "street": office.street,
        "house_number": office.house_number,
        "postcode": office.postcode,
        "place": office.place,
        "telephone": office.telephone,
        "email": office.email,
        **confirmed_json(office),
    }


def office_json(office: models.Office, k: Known) -> shapes.Office:
    return {
        **contact_json(office),
        "space": named(office.space),
        "is_main": office.is_main,
        "position": position_json(office),
        "languages": list(office.languages),
        "building": {
            "step_free": office.step_free,
            "lift": office.lift,
            "accessible_toilet": office.accessible_toilet,
            "hearing_loop": office.hearing_loop,
            "parking": office.parking,
        },
        "stops": [
            {"name": stop.name, "lines": stop.lines, "minutes": stop.minutes}
            for stop in k.facts.stops.get(office.pk, ())
        ],
        "services": [
            {"key": offer.service.key, "name": text.page.title} for offer, text in offers_of(office, k)
        ],
        "hours": hours_json(k.facts.opening(office), k),
    }


def offers_of(office: models.Office, k: Known) -> list[tuple[models.Offer, Text]]:
    """What an office offers, with the page that names it, by key. What has no public page has no name."""
    found = [
        (offer, text)
        for offer in k.facts.offers.get(office.pk, ())
        if (text := k.text("service", offer.service_id))
    ]
    return sorted(found, key=lambda pair: pair[0].service.key)


def service_json(service: models.Service, k: Known) -> shapes.Service | None:
    """None where it has no public page, and so no name."""
    text = k.text("service", service.pk)
    if text is None:
        return None
    return {
        **fact_json(service),
        "key": service.key,
        "name": text.page.title,
        "page": text_json(text, k),
        "spaces": [
            named(space)
            for space in k.register.spaces
            if any(
                offer.service_id == service.pk
                for office in k.facts.offices.get(space.pk, ())
                for offer in k.facts.offers.get(office.pk, ())
            )
        ],
    }


def offer_json(offer: models.Offer, office: models.Office, text: Text, k: Known) -> shapes.Offer:
    mandate = k.facts.mandates.get(office.space_id)
    provider = who_gives(offer, mandate.provider if mandate else None)
    return {
        **fact_json(offer),
        "service": {"key": offer.service.key, "name": text.page.title},
        "office": {"uuid": str(office.uuid), "name": office.name},
        "space": named(office.space),
        "provider": named(provider) if provider else None,
        "target_groups": list(offer.target_groups),
        "settings": list(offer.settings),
        "booking": list(offer.booking),
        "cost": offer.cost,
        "languages": list(offer.languages),
        "interpreter": offer.interpreter,
        "sign_language_interpreter": offer.sign_language_interpreter,
        "has_own_hours": offer.pk in k.facts.of_offer,
        "hours": hours_json(k.facts.opening(offer), k),
    }


def provider_json(provider: models.Provider, k: Known) -> shapes.Provider:
    text = k.text("provider", provider.pk)
    return {
        **fact_json(provider),
        "key": provider.key,
        "name": provider.name,
        "kind": provider.kind,
        "website": provider.website,
        "page": text_json(text, k) if text else None,
        "spaces": [named(space) for space in k.register.spaces if runs(provider, space, k)],
    }


def runs(provider: models.Provider, space: models.Space, k: Known) -> bool:
    """Whether a provider runs a space today."""
    mandate = k.facts.mandates.get(space.pk)
    return mandate is not None and mandate.provider_id == provider.pk


def helpline_json(line: models.Helpline, k: Known) -> shapes.Helpline:
    return {
        **fact_json(line),
        "key": line.key,
        "name": line.name,
        "telephone": line.telephone,
        "website": line.website,
        "audience": line.audience,
        "languages": list(line.languages),
        "languages_count": line.languages_count,
        "is_emergency": line.is_emergency,
        "hours": hours_json(k.facts.opening(line), k),
    }


def school_json(school: models.School, space: models.Space | None) -> shapes.School:
    return {
        **fact_json(school),
        "name": school.name,
        "street": school.street,
        "house_number": school.house_number,
        "postcode": school.postcode,
        "place": school.place,
        "municipality": municipality_json(school.municipality),
        "space": named(space) if space else None,
        "sites": [
            {"name": site.name, "street": site.street, "postcode": site.postcode, "place": site.place}
            for site in school.sites.all()
        ],
    }


def event_json(event: models.Event, k: Known) -> shapes.Event | None:
    """None where it has no public page, and so no name."""
    text = k.text("event", event.pk)
    if text is None:
        return None
    return {
        **fact_json(event),
        "key": event.key,
        "name": text.page.title,
        "kind": event.kind,
        "starts": moment(event.starts_at),
        "ends": moment(event.ends_at),
        "space": named(event.space) if event.space else None,
        "office": {"uuid": str(event.office.uuid), "name": event.office.name} if event.office else None,
        "venue": event.venue,
        "street": event.street,
        "postcode": event.postcode,
        "place": event.place,
        "page": text_json(text, k),
        "calendar": k.root + reverse("event-calendar", args=[event.key]),
    }


def figure_json(figure: Shown, k: Known) -> shapes.Figure:
    fact = figure.fact
    return {
        **fact_json(fact),
        "year": fact.year,
        "kind": fact.kind,
        "space": named(fact.space) if fact.space else None,
        "precision": None if figure.hidden else fact.precision,
        "value": _number(figure.value),
        "value_to": _number(figure.value_to),
        "hidden": figure.hidden or None,
        "text": figure.text,
    }


def _number(value: Decimal | None) -> float | None:
    """Whole where it is."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def partner_json(partner: models.Partner, space: models.Space) -> shapes.Partner:
    return {
        **fact_json(partner),
        "name": partner.name,
        "kind": partner.kind,
        "space": named(space),
        "street": partner.street,
        "postcode": partner.postcode,
        "place": partner.place,
        "telephone": partner.telephone,
        "website": partner.website,
    }


def authority_json(authority: models.Authority) -> shapes.Authority:
    return {
        "key": authority.key,
        "name": authority.name,
        "kind": authority.kind,
        "telephone": authority.telephone,
        "website": authority.website,
        "state": authority.state,
    }


def municipality_json(municipality: models.Municipality) -> shapes.MunicipalityName:
    return {"ags": municipality.ags, "name": municipality.name}


def named(fact: models.Space | models.Provider) -> shapes.Named:
    return {"key": fact.key, "name": fact.name}


def position_json(office: models.Office) -> shapes.Position | None:
    if office.latitude is None or office.longitude is None:
        return None
    return {"latitude": float(office.latitude), "longitude": float(office.longitude)}


def fact_json(fact: Fact) -> shapes.Fact:
    return {"uuid": str(fact.uuid), **confirmed_json(fact)}


def confirmed_json(fact: Fact) -> shapes.Confirmed:
    return {
        "state": fact.state,
        "confirmed_on": _day(fact.confirmed_on),
        "source": fact.source,
        "as_of": fact.as_of,
    }


# Words ----------------------------------------------------------------------------------------------------------------


def text_json(text: Text, k: Known) -> shapes.PageText:
    state = text.translation
    is_translation = state.language != DEFAULT_CODE
    return {
        "uuid": str(text.node.key),
        "title": text.page.title,
        "lead": text.lead,
        "url": k.root + text.node.url(k.language),
        "translation": {
            "language": state.language,
            "states": list(state.codes),
            "original_changed": moment(state.changed) if state.changed else None,
            "translated": moment(state.translated) if state.translated and is_translation else None,
        },
    }


# Hours ----------------------------------------------------------------------------------------------------------------


class _Days(TypedDict):
    """What of the hours is the same the whole day."""

    week: list[shapes.WeekDay]
    announced: list[shapes.Announced]


#: The days of each timetable, by language and its uuid, as of these facts, which are those of one version and day.
_days: tuple[Facts | None, dict[tuple[str, UUID], _Days]] = (None, {})


def hours_json(opening: Opening | None, k: Known) -> shapes.Hours | None:
    """None where no hours are known."""
    global _days
    if opening is None or not opening.has_hours:
        return None
    of_facts, made = _days
    if of_facts is not k.facts:
        made = {}
        _days = k.facts, made
    key = k.language, opening.fact.uuid
    if key not in made:
        made[key] = _days_json(opening, k.facts.day)
    return {**confirmed_json(opening.fact), "now": now_json(opening.now(k.at)), **made[key]}


def _days_json(opening: Opening, today: date) -> _Days:
    return {
        "week": [
            {
                "day": row.day.isoformat(),
                "spans": _spans(row.spans),
                "usual": _spans(row.usual),
                "reason": row.reason,
            }
            for row in opening.week(today)
        ],
        "announced": [
            {
                "first": row.first.isoformat(),
                "last": row.last.isoformat(),
                "spans": _spans(row.spans),
                "reason": row.reason,
            }
            for row in opening.ahead(today)
        ],
    }


def now_json(now: Now) -> shapes.Now:
    until = moment(now.until) if now.until else None
    return {"open": now.open, "ways": list(now.ways), "until": until, "reason": now.reason}


def _spans(spans: Iterable[OpenSpan]) -> list[shapes.Span]:
    return [{"opens": _clock(one.opens), "closes": _clock(one.closes), "way": one.way} for one in spans]


def _clock(at: time) -> str:
    return at.strftime("%H:%M")


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def moment(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")
