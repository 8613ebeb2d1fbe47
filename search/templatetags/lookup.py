from django import template
from django.utils import timezone

from search.lookup import index
from spaces.models import Space

register = template.Library()


@register.simple_tag
def territory(space: Space) -> list[str]:
    """The names of the places for which a space answers today, without those it shares, in alphabetical order."""
    router = index().router
    plan, places = router.plan(timezone.localdate()), router.gazetteer.places
    return sorted(
        place.name for i, place in enumerate(places) if {d.answer.space for d in plan.base(i)} == {space.key}
    )
