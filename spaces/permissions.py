"""Who may write which fact. `spaces.changes.record` asks here, whoever calls it, and so do the editors' views.

Who has Django's permission for a kind of fact may write every one of that kind: the county and the administrators have
it, by their groups. The team of a space has none; it may write what belongs to its own space.
"""

from typing import Any, Literal

from django.contrib.auth import get_permission_codename
from django.db.models import Model, Q, QuerySet
from modelcluster.fields import ParentalKey

from spaces.models import Consent, Event, Offer, Office, Partner, Space, Timetable
from spaces.models.fact import Recorded

Action = Literal["add", "change", "delete"]

#: How what a team may write leads to its space; the first way that leads anywhere counts.
OF_SPACES: dict[type[Model], tuple[str, ...]] = {
    Office: ("space",),
    Partner: ("space",),
    Event: ("space",),
    # No fact, but kept by the same people.
    Consent: ("space",),
    Offer: ("office__space",),
    Timetable: ("office__space", "offer__office__space"),
}


def may_write(user: Any, fact: Recorded, action: Action) -> bool:
    """Whether somebody may add, change or delete this fact, as it is now and as it stands in the database.

    So nobody takes a fact out of another's space, or puts one into it. A row belongs to its fact.
    """
    if may_write_all(user, type(fact), action):
        return True
    if parental := _parental_key(type(fact)):
        parents = [getattr(fact, parental.name)]
        if not fact._state.adding:
            parents.append(parental.related_model._default_manager.filter(**_child(parental, fact)).first())
        return all(parent is not None and may_write(user, parent, "change") for parent in parents)
    if type(fact) not in OF_SPACES:
        return False
    spaces = own_spaces(user)
    if _space_of(fact) not in spaces:
        return False
    return fact._state.adding or own(type(fact)._default_manager.filter(pk=fact.pk), user).exists()


def may_write_all(user: Any, model: type[Model], action: str) -> bool:
    """Whether somebody may do this with every fact of a kind. Also knows the action "view"."""
    return bool(user.has_perm(f"{model._meta.app_label}.{get_permission_codename(action, model._meta)}"))


def may_write_some(user: Any, model: type[Model], action: str) -> bool:
    """Whether there can be facts of a kind with which somebody may do this."""
    return may_write_all(user, model, action) or bool(model in OF_SPACES and own_spaces(user))


def may_speak_about(user: Any, fact: Recorded) -> bool:
    """Whether somebody may make a page point at this fact."""
    if may_write_all(user, type(fact), "change"):
        return True
    return own(type(fact)._default_manager.filter(pk=fact.pk), user).exists()


def own(facts: "QuerySet[Any]", user: Any) -> "QuerySet[Any]":
    """Those of the facts, of one kind, that belong to somebody's own spaces; of spaces, these themselves."""
    spaces = own_spaces(user)
    if facts.model is Space:
        return facts.filter(pk__in=spaces)
    if facts.model not in OF_SPACES:
        return facts.none()
    belongs = Q()
    for way in OF_SPACES[facts.model]:
        belongs |= Q(**{f"{way}__in": spaces})
    return facts.filter(belongs)


def is_of_team(user: Any) -> bool:
    """Whether somebody keeps facts as a member of a team, and not for the whole county."""
    return bool(own_spaces(user)) and not may_write_all(user, Office, "change")


def own_spaces(user: Any) -> frozenset[int]:
    """The primary keys of the spaces in whose teams somebody is. One query for each user object."""
    if not user.is_active or user.is_anonymous:
        return frozenset()
    if not hasattr(user, "_own_spaces"):
        user._own_spaces = frozenset(
            user.groups.filter(team__isnull=False).values_list("team__space", flat=True)
        )
    return frozenset(user._own_spaces)


def _space_of(fact: Any) -> int | None:
    for way in OF_SPACES[type(fact)]:
        found = fact
        for step in way.split("__"):
            found = getattr(found, step, None)
        if found is not None:
            return int(found.pk)
    return None


def _parental_key(model: type[Model]) -> Any:
    return next((field for field in model._meta.concrete_fields if isinstance(field, ParentalKey)), None)


def _child(parental: Any, row: Recorded) -> dict[str, Any]:
    return {parental.remote_field.get_accessor_name(): row.pk}
