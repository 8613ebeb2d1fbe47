"""What there is: facts (who, where, since when) and the pages that speak about them."""

from .change import Change
from .geography import Authority, Municipality, OutsidePlace, Place
from .office import Office
from .pages import SpaceIndexPage, SpacePage
from .provider import Mandate, Provider
from .school import School
from .space import Space

__all__ = [
    "Authority",
    "Change",
    "Mandate",
    "Municipality",
    "Office",
    "OutsidePlace",
    "Place",
    "Provider",
    "School",
    "Space",
    "SpaceIndexPage",
    "SpacePage",
]
