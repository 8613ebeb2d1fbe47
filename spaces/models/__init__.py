"""What there is: facts (who, where, since when) and the pages that speak about them."""

from .change import Change
from .geography import Authority, Municipality, OutsidePlace, Place
from .network import Event, Figure, Partner
from .office import Office, Stop
from .pages import SpaceIndexPage, SpacePage
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
    "Place",
    "Provider",
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
