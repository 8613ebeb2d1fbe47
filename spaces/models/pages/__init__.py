"""The pages about what there is: words in one language, which point at facts."""

from .event import EventIndexPage, EventPage
from .figures import FiguresPage
from .provider import ProviderIndexPage, ProviderPage
from .service import ServiceIndexPage, ServicePage
from .space import SpaceIndexPage, SpacePage

__all__ = [
    "EventIndexPage",
    "EventPage",
    "FiguresPage",
    "ProviderIndexPage",
    "ProviderPage",
    "ServiceIndexPage",
    "ServicePage",
    "SpaceIndexPage",
    "SpacePage",
]
