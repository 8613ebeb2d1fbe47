"""The roles of those who run the portal, as groups with Wagtail's own permissions.

- The county: every fact, page, picture and file, and what readers say; it approves what the teams write.
- Administrators: all of that, and the technics: accounts, groups, sites, languages, collections, workflows.
- A team for each space: its own facts and consents (`spaces.permissions`), the words of its own pages, which go to
  the county for approval, and a collection of its own.
- Translators of a language: the pages in that language, and nothing else.

`set_up` makes and mends them and runs after every `migrate`. It gives these groups exactly what stands here; whoever
needs another role makes a group of another name.
"""

from collections import defaultdict
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from babel import Locale as Tongue
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_migrate, post_save
from wagtail import hooks
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from home.models import BarrierReport, Feedback, HomePage
from portal.languages import BY_CODE, DEFAULT_CODE, SERVED_CODES
from search.models import MissedWord
from spaces.models import Consent, Event, Space, SpacePage, SpaceTeam
from spaces.models.fact import Recorded
from spaces.models.pages.event import EventIndexPage, EventPage

COUNTY = "Landkreis"
ADMINISTRATORS = "Administration"
APPROVAL = "Freigabe durch den Landkreis"

#: What Wagtail brings along, and nobody here is meant to use.
_WAGTAILS_GROUPS = ("Editors", "Moderators")
_WAGTAILS_WORKFLOW = "Moderators approval"

_ALL_OF_PAGES = ("add", "change", "publish", "bulk_delete", "lock", "unlock")
_FILES = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")
_COLLECTIONS = ("add_collection", "change_collection", "delete_collection")


def team_name(space: Space) -> str:
    """The name of the group of a space's team: Redaktion Ilmenau."""
    return f"Redaktion {space.name}"


def translators_name(code: str) -> str:
    """The name of the group of a language's translators: Übersetzung Arabisch."""
    language = BY_CODE[code]
    if language.cldr == BY_CODE[DEFAULT_CODE].cldr:
        return f"Übersetzung {language.name}"
    return f"Übersetzung {Tongue.parse(language.cldr, sep='_').get_language_name(DEFAULT_CODE)}"


@transaction.atomic
def set_up() -> None:
    """Make the groups and what belongs to them, and mend what was changed. May run any number of times."""
    is_first_time = not Group.objects.filter(name=COUNTY).exists()
    county, _ = Group.objects.get_or_create(name=COUNTY)
    administrators, _ = Group.objects.get_or_create(name=ADMINISTRATORS)
    registered = _registered()
    kinds: list[type[Model]] = [model for model in apps.get_models() if issubclass(model, Recorded)]
    kinds += [Feedback, BarrierReport, MissedWord, Consent]
    types = ContentType.objects.get_for_models(*kinds).values()
    county.permissions.set(
        [
            *registered.filter(content_type__in=types),
            *registered.filter(codename__in=("access_admin", "submit_translation")),
        ]
    )
    administrators.permissions.set(registered)
    for code in _translated():
        group, _ = Group.objects.get_or_create(name=translators_name(code))
        group.permissions.set(registered.filter(codename="access_admin"))
    if root := Page.get_first_root_node():
        for group in (county, administrators):
            _give_pages({group.pk: {(root.pk, action) for action in _ALL_OF_PAGES}})
        _set_up_approval(root, county, administrators)
    if top := Collection.get_first_root_node():
        _give_collection(county, top, _FILES)
        _give_collection(administrators, top, _FILES + _COLLECTIONS)
    for space in Space.objects.all():
        set_up_team(space)
    give_pages_to_teams()
    give_pages_to_translators()
    if is_first_time:
        Group.objects.filter(name__in=_WAGTAILS_GROUPS, user__isnull=True).delete()


def set_up_team(space: Space) -> SpaceTeam:
    """The team of a space, made where there is none yet."""
    team = SpaceTeam.objects.filter(space=space).select_related("group", "collection").first()
    if team is None:
        group, _ = Group.objects.get_or_create(name=team_name(space))
        team = SpaceTeam.objects.create(group=group, space=space)
    # The facts need no permission: the team itself is one.
    team.group.permissions.set(_registered().filter(codename="access_admin"))
    top = Collection.get_first_root_node()
    if team.collection is None and top:
        team.collection = top.add_child(name=space.name)
        team.save()
    if team.collection:
        _give_collection(team.group, team.collection, _FILES)
    return team


def give_pages_to_teams() -> None:
    """Each team may edit the German pages of its space and of its events, and add pages of events; publish none."""
    groups = dict(SpaceTeam.objects.values_list("space", "group"))
    if not groups:
        return
    wanted: dict[int, set[tuple[int, str]]] = {group: set() for group in groups.values()}
    german = {"locale__language_code": DEFAULT_CODE}
    for page, space in SpacePage.objects.filter(**german).values_list("pk", "space"):
        if space in groups:
            wanted[groups[space]].add((page, "change"))
    for page, space in EventPage.objects.filter(**german).values_list("pk", "event__space"):
        if space in groups:
            wanted[groups[space]].add((page, "change"))
    for page in EventIndexPage.objects.filter(**german).values_list("pk", flat=True):
        for actions in wanted.values():
            actions.add((page, "add"))
    _give_pages(wanted)


def give_pages_to_translators() -> None:
    """The translators of a language may edit and publish what stands in its tree."""
    groups = {
        code: Group.objects.filter(name=translators_name(code)).values_list("pk", flat=True).first()
        for code in _translated()
    }
    wanted: dict[int, set[tuple[int, str]]] = {group: set() for group in groups.values() if group}
    for page, code in HomePage.objects.values_list("pk", "locale__language_code"):
        if group := groups.get(code):
            wanted[group] |= {(page, "change"), (page, "publish")}
    _give_pages(wanted)


def connect() -> None:
    """Called once, when the apps are ready."""
    # The last app with models: then the permissions of all of them are there.
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    post_migrate.connect(_migrated, sender=last)
    post_save.connect(_space_saved, sender=Space)
    post_delete.connect(_team_deleted, sender=SpaceTeam)
    for model in (Event, SpacePage, EventPage, EventIndexPage):
        post_save.connect(_pages_changed, sender=model)
    post_save.connect(_home_page_saved, sender=HomePage)


def _migrated(**kwargs: Any) -> None:
    try:
        # Somebody may have migrated back to before there were teams.
        kwargs["apps"].get_model("spaces", "SpaceTeam")
    except LookupError:
        return
    set_up()


def _space_saved(instance: Space, created: bool, **kwargs: Any) -> None:
    if created:
        set_up_team(instance)
        give_pages_to_teams()


def _team_deleted(instance: SpaceTeam, **kwargs: Any) -> None:
    Group.objects.filter(pk=instance.group_id).delete()


def _pages_changed(**kwargs: Any) -> None:
    give_pages_to_teams()


def _home_page_saved(**kwargs: Any) -> None:
    give_pages_to_translators()


def _translated() -> list[str]:
    return [code for code in SERVED_CODES if code != DEFAULT_CODE]


def _registered() -> Any:
    """The permissions that can be given in the admin."""
    # Its views register theirs when they are first asked for.
    import_module("wagtail.admin.urls")
    found = Permission.objects.none()
    for register in hooks.get_hooks("register_permissions"):
        found = found | register()
    return Permission.objects.filter(pk__in=found.values("pk"))


def _permissions_for(model: type[Model], codenames: Iterable[str]) -> dict[str, Permission]:
    kind = ContentType.objects.get_for_model(model)
    found = Permission.objects.filter(content_type=kind, codename__in=codenames)
    return {permission.codename: permission for permission in found}


def _give_pages(wanted: dict[int, set[tuple[int, str]]]) -> None:
    """Give groups, by primary key, exactly these permissions for pages: of each a page's primary key and the action."""
    permissions = _permissions_for(Page, [f"{action}_page" for action in _ALL_OF_PAGES])
    there: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for given in GroupPagePermission.objects.filter(group__in=wanted).select_related("permission"):
        key = (given.page_id, given.permission.codename.removesuffix("_page"))
        if key in wanted[given.group_id]:
            there[given.group_id].add(key)
        else:
            given.delete()
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group_id=group, page_id=page, permission=permissions[f"{action}_page"])
        for group, keys in wanted.items()
        for page, action in sorted(keys - there[group])
    )


def _give_collection(group: Group, collection: Collection, codenames: Iterable[str]) -> None:
    """Give a group exactly these permissions for a collection and what lies in it, and none for another one."""
    permissions = Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs", "wagtailcore"), codename__in=codenames
    )
    given = GroupCollectionPermission.objects.filter(group=group)
    given.exclude(collection=collection, permission__in=permissions).delete()
    for permission in permissions.exclude(pk__in=given.values("permission")):
        GroupCollectionPermission.objects.create(group=group, collection=collection, permission=permission)


def _set_up_approval(root: Page, *groups: Group) -> None:
    workflow, _ = Workflow.objects.get_or_create(name=APPROVAL)
    task, _ = GroupApprovalTask.objects.get_or_create(name=APPROVAL)
    task.groups.set(groups)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task)
    used = WorkflowPage.objects.filter(page=root).select_related("workflow").first()
    if used is None:
        WorkflowPage.objects.create(page=root, workflow=workflow)
    elif used.workflow.name == _WAGTAILS_WORKFLOW:
        used.workflow.active = False
        used.workflow.save()
        used.workflow = workflow
        used.save()
