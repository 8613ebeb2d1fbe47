"""What there is: facts (who, where, since when) and the pages that speak about them."""

from .change import Change
from .consent import Consent
from .geography import Authority, Municipality, OutsidePlace, Place
from .network import Event, Figure, Partner
from .office import Office, Stop
from .pages import SpaceIndexPage, SpacePage
from .picture import Picture, Rendition
from .provider import Confidentiality, Mandate, Provider
from .school import School, SchoolSite
from .service import Helpline, Offer, Service
from .space import Space
from .team import SpaceTeam
from .timetable import Closure, OpeningRule, SchoolHoliday, SpecialDay, Timetable

__all__ = [
    "Authority",
    "Change",
    "Closure",
    "Confidentiality",
    "Consent",
    "Event",
    "Figure",
    "Helpline",
    "Mandate",
    "Municipality",
    "Offer",
    "Office",
    "OpeningRule",
    "OutsidePlace",
    "Partner",
    "Picture",
    "Place",
    "Provider",
    "Rendition",
    "School",
    "SchoolHoliday",
    "SchoolSite",
    "Service",
    "Space",
    "SpaceIndexPage",
    "SpacePage",
    "SpaceTeam",
    "SpecialDay",
    "Stop",
    "Timetable",
]
