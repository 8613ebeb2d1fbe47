"""Facts as objects of Open Referral's Human Services Data Specification (HSDS) 3.0: plain dicts, in one language.

An offer is a service, its provider the organization, its office the location; the space is its service area, and with
the kind of help and the fixed vocabularies one of the taxonomies' terms. What HSDS has no term for stands in
`attributes`. What is a fact has the fact's own uuid as its id; every other id follows from that of the fact to which
the object belongs. So ids are the same in all languages and processes.

HSDS cannot say that something is not known. What is not known is left out, and a list without entries means the same.
https://docs.openreferral.org/en/3.0/
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.languages import DEFAULT_CODE
from portal.translation import translation_state
from portal.tree import Node as TreeNode
from portal.tree import Tree
from spaces import hours
from spaces.models import Change, Mandate, Offer, Office, Provider
from spaces.models.fact import Fact
from spaces.models.pages import ProviderPage
from spaces.models.pages.service import who_gives
from spaces.open_now import Facts, Opening, public_holidays, reason_label
from spaces.vocabulary import (
    Booking,
    Building,
    ClosureReason,
    Cost,
    Known,
    ProviderKind,
    Setting,
    SpokenLanguage,
    TargetGroup,
    Way,
)

VERSION = "3.0"

Node = dict[str, Any]

#: What belongs to no fact is named from here, in every portal alike: the taxonomies and their fixed words.
_VOCABULARY = uuid5(NAMESPACE_URL, "urn:sozialraum-portal:hsds")

#: Whoever gives an offer of which it is not known who does. HSDS wants each service to have an organization.
NOBODY_KNOWN = str(uuid5(_VOCABULARY, "organization not known"))

#: The kinds of changes that may show in a service; and of these, the facts that point at an offer or its office: when
#: one is gone, nothing says any more at which.
_KINDS = ("offer", "service", "office", "space", "provider", "mandate", "timetable", "schoolholiday", "page")
_LOOSE = ("mandate", "timetable")


class Entry(NamedTuple):
    """A service in full, and what lists are narrowed by. `modified`: when it or anything around it last changed."""

    node: Node
    at_location: Node
    space: str
    modified: datetime | None

    @property
    def terms(self) -> set[str]:
        return {attribute["taxonomy_term_id"] for attribute in self.node["attributes"]}

    @property
    def taxonomies(self) -> set[str]:
        return {attribute["taxonomy_term"]["taxonomy_id"] for attribute in self.node["attributes"]}


class Directory:
    """Everything that is told in one language, in full, by id and in a fixed order. Nobody may change it."""

    def __init__(
        self,
        entries: Iterable[Entry],
        organizations: Iterable[Node],
        taxonomies: Iterable[Node],
        terms: Iterable[Node],
    ) -> None:
        self.services: dict[str, Entry] = {entry.node["id"]: entry for entry in entries}
        self.at_locations: dict[str, Entry] = {e.at_location["id"]: e for e in self.services.values()}
        self.organizations: dict[str, Node] = {node["id"]: node for node in organizations}
        self.taxonomies: dict[str, Node] = {node["id"]: node for node in taxonomies}
        self.terms: dict[str, Node] = {node["id"]: node for node in terms}


def single(node: Node) -> Node:
    """An object with its one-to-one fields only, as lists hold it."""
    return {
        name: single(value) if isinstance(value, dict) else value
        for name, value in node.items()
        if not isinstance(value, list)
    }


_latest: tuple[Facts, Tree, dict[str, Directory]] | None = None


def directory(facts: Facts, tree: Tree, language: str) -> Directory:
    """What there is, as these facts and these public pages say it, in this language. No query where it is made already;
    making it costs some, once for each version of the journal.
    """
    global _latest
    if _latest is None or _latest[0] is not facts or _latest[1] is not tree:
        _latest = (facts, tree, {})
    kept = _latest[2]
    if language not in kept:
        with translation.override(language):
            kept[language] = _Maker(facts, tree, language).directory()
    return kept[language]


def identity(of: UUID, role: str) -> str:
    """The id of an object that is no fact itself: from the fact to which it belongs, and what it is of it."""
    return str(uuid5(of, role))


class _Words(NamedTuple):
    """A page as its reader sees it: where it stands, and in which state its words are."""

    page: Any
    url: str
    language: str
    state: tuple[str, ...]


class _Maker:
    """Makes a directory, in the language that is active."""

    def __init__(self, facts: Facts, tree: Tree, language: str) -> None:
        self.facts, self.tree, self.language = facts, tree, language
        self.changed_at: dict[UUID, datetime] = {}
        #: When something changed that may show in any offer.
        self.all_changed_at: list[datetime] = []
        changes = Change.objects.filter(kind__in=_KINDS).values_list("uuid", "kind", "deleted")
        for uuid, kind, deleted, at in changes.annotate(Max("at")).order_by():
            if kind == "schoolholiday" or (deleted and kind in _LOOSE):
                self.all_changed_at.append(at)
            self.changed_at[uuid] = max(at, self.changed_at.get(uuid, at))
        self.runs = {space: mandate.provider for space, mandate in facts.mandates.items()}
        self.taxonomies = {key: self._taxonomy(key, *said) for key, said in _taxonomies().items()}
        self.terms: dict[tuple[str, str], Node] = {}
        self.pages: dict[int, _Words | None] = {}
        self._fill_vocabularies()
        closed = {holiday: reason_label(hours.PUBLIC_HOLIDAY, holiday) for holiday in self._holidays()}
        self.words = {
            "closed": _("closed"),
            **{str(way): str(way.label) for way in Way},
            **{str(reason): str(reason.label) for reason in ClosureReason},
            **closed,
        }

    def directory(self) -> Directory:
        offers = [
            (offer, office, words)
            for of_space in self.facts.offices.values()
            for office in of_space
            for offer in self.facts.offers.get(office.pk, ())
            if (words := self._words_of_service(offer.service_id))
        ]
        offers.sort(key=lambda row: (row[1].space.name, not row[1].is_main, row[1].name, row[0].service.key))
        for offices in self.facts.offices.values():
            space = offices[0].space
            self._term("space", space.key, space.name, space.uuid)
        for offer, _office, words in sorted(offers, key=lambda row: row[0].service.key):
            self._term("service", offer.service.key, words.page.title, offer.service.uuid, words.page.lead)
        organizations = {str(node["id"]): node for node in self._organizations()}
        entries = [self._entry(offer, office, words, organizations) for offer, office, words in offers]
        for entry in entries:
            organization = organizations[entry.node["organization_id"]]
            # HSDS's schema of an organization has no list of its services.
            organization["attributes"].append(self._service_of(organization, entry.node["id"]))
        if not any(entry.node["organization_id"] == NOBODY_KNOWN for entry in entries):
            del organizations[NOBODY_KNOWN]
        terms = [
            {**term, "taxonomy_detail": self.taxonomies[key]} for (key, _code), term in self.terms.items()
        ]
        return Directory(entries, organizations.values(), self.taxonomies.values(), terms)

    # Services

    def _entry(self, offer: Offer, office: Office, words: _Words, organizations: Mapping[str, Node]) -> Entry:
        provider = who_gives(offer, self.runs.get(office.space_id))
        opening = self.facts.opening(offer)
        own = self.facts.of_offer.get(offer.pk)
        closure = self._closure(opening)
        node: Node = {
            "id": str(offer.uuid),
            "organization_id": str(provider.uuid) if provider else NOBODY_KNOWN,
            "name": words.page.title,
            **_filled(description=words.page.lead, url=words.url),
            **_filled(email="" if office.is_example else office.email),
            "status": "inactive" if offer.is_example else "temporarily closed" if closure else "active",
            **_filled(
                interpretation_services=_interpretation(offer),
                application_process=_listed(Booking, offer.booking),
                fees_description="" if offer.cost == Cost.UNKNOWN else str(Cost(offer.cost).label),
                eligibility_description=_listed(TargetGroup, offer.target_groups),
                assured_date=_confirmed_on(offer),
                alert=_told(offer) if offer.is_example else closure,
            ),
        }
        of = offer.uuid
        modified = self._modified(offer, office, provider, opening, words)
        if modified:
            node["last_modified"] = modified.isoformat(timespec="milliseconds")
        at_location_id = identity(of, "service_at_location")
        at_location: Node = {
            "id": at_location_id,
            "service_id": node["id"],
            "location_id": str(office.uuid),
            "schedules": self._schedules(own, UUID(at_location_id), service_at_location_id=at_location_id),
            "location": self._location(office),
            "attributes": [
                *self._state_of_hours("service_at_location", UUID(at_location_id), own),
            ],
        }
        organization = organizations[node["organization_id"]]
        # Its locations and its other services are told with the organization itself.
        organization = {**single(organization), "attributes": list(organization["attributes"])}
        node |= {
            "phones": self._phones(office, of, service_id=node["id"]),
            "schedules": self._schedules(opening, of, service_id=node["id"]),
            "service_areas": [self._service_area(offer, office)],
            "service_at_locations": [at_location],
            "languages": _languages(offer.languages, of, service_id=node["id"]),
            "organization": organization,
            "cost_options": _cost_options(offer),
            "required_documents": [],
            "attributes": [
                *self._classified(offer, office),
                *self._told_of("service", offer),
                *self._told_of_words("service", of, words),
                *self._state_of_hours("service", of, opening),
            ],
        }
        return Entry(node, at_location, office.space.key, modified)

    def _classified(self, offer: Offer, office: Office) -> Iterator[Node]:
        of = offer.uuid
        yield _attribute(of, "service", "service_type", self._term("service", offer.service.key))
        yield _attribute(of, "service", "service_area", self._term("space", office.space.key))
        for taxonomy, link_type, codes in (
            ("target_group", "intended_audience", offer.target_groups),
            ("setting", "setting", offer.settings),
            ("booking", "booking", offer.booking),
        ):
            for code in codes:
                yield _attribute(of, "service", link_type, self._term(taxonomy, code))

    def _service_area(self, offer: Offer, office: Office) -> Node:
        of = UUID(identity(offer.uuid, "service_area"))
        return {
            "id": str(of),
            "service_id": str(offer.uuid),
            "name": office.space.name,
            "uri": f"urn:uuid:{office.space.uuid}",
            "attributes": [
                _attribute(of, "service_area", "service_area", self._term("space", office.space.key))
            ],
        }

    def _modified(
        self,
        offer: Offer,
        office: Office,
        provider: Provider | None,
        opening: Opening | None,
        words: _Words,
    ) -> datetime | None:
        """The last of all moments that changed what is told: of the facts and the page, and of days that came."""
        mandate = self.facts.mandates.get(office.space_id)
        around: list[Fact | None] = [offer, offer.service, office, office.space, provider, mandate]
        uuids = [fact.uuid for fact in around if fact] + [words.page.translation_key]
        if mandate:
            uuids.append(mandate.provider.uuid)
        days: list[date | None] = [mandate.valid_from if mandate else None]
        if opening:
            uuids.append(opening.fact.uuid)
            # The schedules are told anew each year, and a closure begins and ends by itself.
            days.append(self._first_day())
            for closure in opening.closures:
                days += [closure.first, closure.last + timedelta(days=1)]
        moments = [self.changed_at.get(uuid) for uuid in uuids]
        moments += [_midnight(day) for day in days if day and day <= self.facts.day]
        known = [moment for moment in (*moments, *self.all_changed_at) if moment]
        return max(known).astimezone(UTC) if known else None

    # Locations

    def _location(self, office: Office) -> Node:
        of, key = office.uuid, str(office.uuid)
        mandate = self.facts.mandates.get(office.space_id)
        node: Node = {
            "id": key,
            "location_type": "physical",
            **({"organization_id": str(mandate.provider.uuid)} if mandate else {}),
            "name": office.name,
            **_filled(description=_told(office)),
        }
        is_real = not office.is_example
        if is_real:
            node |= _filled(transportation=self._transportation(office))
            if office.latitude is not None and office.longitude is not None:
                node |= {"latitude": float(office.latitude), "longitude": float(office.longitude)}
        opening = self.facts.of_office.get(office.pk)
        return node | {
            "languages": _languages(office.languages if is_real else (), of, location_id=key),
            "addresses": _addresses(office) if is_real else [],
            "accessibility": _accessibility(office) if is_real else [],
            "phones": self._phones(office, of, location_id=key),
            "schedules": self._schedules(opening, of, location_id=key),
            "attributes": [
                _attribute(of, "location", "service_area", self._term("space", office.space.key)),
                *self._told_of("location", office),
                *(self._state_of_mandate(of, mandate) if mandate else ()),
                *self._state_of_hours("location", of, opening),
            ],
        }

    def _transportation(self, office: Office) -> str:
        said = []
        for stop in self.facts.stops.get(office.pk, ()):
            details = [stop.lines] if stop.lines else []
            if stop.minutes is not None:
                walk = ngettext("%(counter)s minute on foot", "%(counter)s minutes on foot", stop.minutes)
                details.append(walk % {"counter": stop.minutes})
            said.append(f"{stop.name} ({', '.join(details)})" if details else stop.name)
        return "; ".join(said)

    def _phones(self, office: Office, of: UUID, **link: str) -> list[Node]:
        # An invented number never looks real to a program that dials.
        if office.is_example or not office.telephone:
            return []
        return [{"id": identity(of, "phone"), **link, "number": office.telephone, "type": "voice"}]

    # Hours

    def _first_day(self) -> date:
        # Whole years, so that the ids of schedules stay the same from day to day.
        return date(self.facts.day.year, 1, 1)

    def _holidays(self) -> set[str]:
        return set(public_holidays(self.facts.day.year, self.facts.day.year + 1).values())

    def _schedules(self, opening: Opening | None, of: UUID, **link: str) -> list[Node]:
        """From today to the end of next year. What nobody has confirmed says so itself."""
        if not opening or not opening.has_hours:
            return []
        first = self._first_day()
        days = (date(first.year + 2, 1, 1) - first).days
        told = hours.hsds_schedules(opening.table, of, first, days, self.words)
        note = _filled(description=_told(opening.fact))
        today = self.facts.day.isoformat()
        return [{**schedule, **link, **note} for schedule in told if str(schedule["valid_to"]) >= today]

    def _closure(self, opening: Opening | None) -> str:
        """What is said of a closure that goes on today; empty where there is none."""
        for closure in opening.closures if opening else ():
            if closure.first <= self.facts.day <= closure.last:
                days = closure.first.isoformat()
                if closure.last != closure.first:
                    days = f"{days} – {closure.last.isoformat()}"
                return f"{_('closed')}: {days} ({reason_label(closure.reason)})"
        return ""

    # Organizations

    def _organizations(self) -> Iterator[Node]:
        found = ProviderPage.objects.filter(pk__in=self._public_pages()).select_related("locale")
        # The one in the reader's language comes last, and stays.
        ordered = sorted(found, key=lambda page: page.locale.language_code == self.language)
        pages = {page.provider_id: page for page in ordered}
        for provider in Provider.objects.all():
            page = pages.get(provider.pk)
            yield self._organization(provider, self._words_of(page) if page else None)
        yield {
            "id": NOBODY_KNOWN,
            "name": _("not known yet"),
            "description": _("It is not known yet who gives these services."),
            "locations": [],
            "attributes": [],
        }

    def _organization(self, provider: Provider, words: _Words | None) -> Node:
        of = provider.uuid
        kind = self._term("provider_kind", provider.kind)
        lead = words.page.lead if words else ""
        website = "" if provider.is_example else provider.website
        return {
            "id": str(of),
            "name": provider.name,
            # HSDS wants a description of every organization.
            "description": lead or (_told(provider) if provider.is_example else kind["name"]),
            **_filled(website=website),
            "locations": [
                self._location(office)
                for space, runs in self.runs.items()
                if runs.pk == provider.pk
                for office in self.facts.offices.get(space, ())
            ],
            "attributes": [
                _attribute(of, "organization", "organization_type", kind),
                *self._told_of("organization", provider),
                *(self._told_of_words("organization", of, words) if words else ()),
            ],
        }

    def _service_of(self, organization: Node, service: str) -> Node:
        term = self._term("statement", "service")
        attribute = _attribute(UUID(organization["id"]), "organization", "service", term, service)
        return {**attribute, "id": identity(UUID(organization["id"]), f"attribute service {service}")}

    # Pages

    def _public_pages(self) -> list[int]:
        return [
            node.pk
            for node in self.tree.nodes.values()
            if not node.is_private and node.language in (self.language, DEFAULT_CODE)
        ]

    def _words_of_service(self, service: int) -> _Words | None:
        """The public page of a service, in the reader's language or else in German."""
        if service not in self.pages:
            found = (
                self._words_of(page)
                for code in (self.language, DEFAULT_CODE)
                if (page := self.facts.service_pages.get((code, service)))
            )
            self.pages[service] = next((words for words in found if words), None)
        return self.pages[service]

    def _words_of(self, page: Any) -> _Words | None:
        node: TreeNode | None = self.tree.nodes.get(page.pk)
        if node is None or node.is_private:
            return None
        url = f"{settings.BASE_URL}{node.url(self.language)}"
        return _Words(page, url, node.language, translation_state(page, self.language).codes)

    # Terms and attributes

    def _taxonomy(self, key: str, name: str, description: str) -> Node:
        return {"id": identity(_VOCABULARY, f"taxonomy {key}"), "name": name, "description": description}

    def _fill_vocabularies(self) -> None:
        for key, vocabulary in (
            ("target_group", TargetGroup),
            ("setting", Setting),
            ("booking", Booking),
            ("provider_kind", ProviderKind),
        ):
            for word in vocabulary:
                self._term(key, str(word.value), str(word.label))
        for key, words in (("state", _states()), ("statement", _statements())):
            for code, name in words.items():
                self._term(key, code, name)

    def _term(
        self, taxonomy: str, code: str, name: str = "", of: UUID | None = None, description: str = ""
    ) -> Node:
        """A term, which is made where it is named for the first time."""
        if (taxonomy, code) not in self.terms:
            kept = self.taxonomies[taxonomy]
            self.terms[taxonomy, code] = {
                "id": str(of) if of else identity(_VOCABULARY, f"taxonomy_term {taxonomy} {code}"),
                "code": code,
                "name": name,
                "description": description or kept["description"],
                "taxonomy": kept["name"],
                # ISO 639 knows no simple German.
                "language": self.language.partition("-")[0],
                "taxonomy_id": kept["id"],
            }
        return self.terms[taxonomy, code]

    def _told_of(self, entity: str, fact: Fact) -> Iterator[Node]:
        """How sure a fact is, and who says so."""
        yield _attribute(fact.uuid, entity, "state", self._term("state", fact.state))
        for code, value in (
            ("source", fact.source),
            ("as_of", fact.as_of),
            ("confirmed_on", _confirmed_on(fact)),
            ("confirmed_by", fact.confirmed_by),
        ):
            if value:
                yield _attribute(fact.uuid, entity, code, self._term("statement", code), value)

    def _told_of_words(self, entity: str, of: UUID, words: _Words) -> Iterator[Node]:
        for code, value in (("text_language", words.language), ("translation", " ".join(words.state))):
            yield _attribute(of, entity, code, self._term("statement", code), value)

    def _state_of_hours(self, entity: str, of: UUID, opening: Opening | None) -> Iterator[Node]:
        if opening and opening.has_hours:
            yield _attribute(of, entity, "state_of_schedules", self._term("state", opening.fact.state))

    def _state_of_mandate(self, of: UUID, mandate: Mandate) -> Iterator[Node]:
        yield _attribute(of, "location", "state_of_organization", self._term("state", mandate.state))


def _taxonomies() -> dict[str, tuple[str, str]]:
    """Name and description of each taxonomy, by its key."""
    return {
        "space": (_("Social spaces"), _("The areas into which the county divides its help for families.")),
        "service": (_("Kinds of help"), _("What is offered, whoever gives it and wherever.")),
        "target_group": (_("For whom"), _("The people for whom an offer is.")),
        "setting": (_("Where"), _("Where an offer takes place.")),
        "booking": (_("How to come"), _("What somebody does first who needs an offer.")),
        "provider_kind": (_("Kinds of organisations"), _("What kind of organisation gives an offer.")),
        "state": (
            _("How sure is this?"),
            _("Whether somebody responsible has confirmed a fact, or whether it is only an example."),
        ),
        "statement": (_("Further details"), _("What the standard has no field for; the value says it.")),
    }


def _states() -> dict[str, str]:
    return {
        "confirmed": _("confirmed"),
        "unconfirmed": _("not confirmed yet"),
        "example": _("Example"),
    }


def _statements() -> dict[str, str]:
    return {
        "source": _("source"),
        "as_of": _("state of the source"),
        "confirmed_on": _("confirmed on"),
        "confirmed_by": _("confirmed by"),
        "text_language": _("language of the text"),
        "translation": _("state of the translation"),
        "service": _("a service of this organisation"),
    }


def _attribute(of: UUID, entity: str, link_type: str, term: Node, value: str = "") -> Node:
    """A link from an object to a term; `link_type` says in what way."""
    return {
        "id": identity(of, f"attribute {link_type} {term['id']}"),
        "link_id": str(of),
        "taxonomy_term_id": term["id"],
        "link_type": link_type,
        "link_entity": entity,
        **_filled(value=value),
        "taxonomy_term": term,
    }


def _addresses(office: Office) -> list[Node]:
    """HSDS wants all fields of an address; an empty one is not known."""
    if not office.place:
        return []
    country, state = settings.PUBLIC_HOLIDAYS
    return [
        {
            "id": identity(office.uuid, "address"),
            "location_id": str(office.uuid),
            "address_1": office.street_line,
            "city": office.place,
            "state_province": state,
            "postal_code": office.postcode,
            "country": country,
            "address_type": "physical",
        }
    ]


def _accessibility(office: Office) -> list[Node]:
    return [
        {
            "id": identity(office.uuid, f"accessibility {feature.value}"),
            "location_id": str(office.uuid),
            "description": f"{feature.label}: {Known(known).label}",
        }
        for feature in Building
        if (known := getattr(office, feature.value)) != Known.UNKNOWN
    ]


def _languages(codes: Iterable[str], of: UUID, **link: str) -> list[Node]:
    return [
        {
            "id": identity(of, f"language {code}"),
            **link,
            "name": str(SpokenLanguage(code).label),
            "code": code,
        }
        for code in codes
    ]


def _cost_options(offer: Offer) -> list[Node]:
    if offer.cost == Cost.UNKNOWN:
        return []
    # What a contribution amounts to is not known.
    amount = {"currency": "EUR", "amount": 0} if offer.cost == Cost.FREE else {}
    return [
        {
            "id": identity(offer.uuid, "cost_option"),
            "service_id": str(offer.uuid),
            "option": str(Cost(offer.cost).label),
            **amount,
        }
    ]


def _interpretation(offer: Offer) -> str:
    said = [
        (_("Interpreter"), offer.interpreter),
        (_("Sign-language interpreter"), offer.sign_language_interpreter),
    ]
    return "; ".join(f"{what}: {Known(known).label}" for what, known in said if known != Known.UNKNOWN)


def _told(fact: Fact) -> str:
    """What has to be said of a fact that is not sure; empty for a confirmed one."""
    if fact.state == "example":
        return _("Example: made up to show how this portal works.")
    return _("Nobody has confirmed this yet.") if fact.state == "unconfirmed" else ""


def _confirmed_on(fact: Fact) -> str:
    return fact.confirmed_on.isoformat() if fact.state == "confirmed" and fact.confirmed_on else ""


def _listed(vocabulary: Any, codes: Iterable[str]) -> str:
    return ", ".join(str(vocabulary(code).label) for code in codes)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def _filled(**values: str) -> Node:
    """Only what is known: an empty value would say that there is none."""
    return {name: value for name, value in values.items() if value}
