"""/settings and /places/{place}/settings: what holds where, since when, by whom, and why."""

from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, NotFound
from coordination.home.deployment.pages import TENDING, place_tended
from coordination.people.askers import Asker
from coordination.people.tables import Person
from coordination.places.actions import change_setting
from coordination.places.named_settings import SETTINGS, Form, NamedSetting, Value
from coordination.places.permits import may_set, may_tend
from coordination.places.queries import Change, history
from coordination.places.tables import Place
from coordination.places.values import settings_in_force
from coordination.web.forms import Form as Filled
from coordination.web.forms import Reader, form_from

YES_NO = [("yes", "是", ""), ("no", "否", "")]


@dataclass
class SettingFields:
    value: str = ""
    inherit: str = ""  # the place gives its own value up
    reason: str = ""


class SettingPages(Controller):
    """Of the whole deployment."""

    path = "/settings"
    guards = TENDING

    @get()
    async def settings(self, asker: NamedDependency[Asker]) -> Template:
        return await _list(asker, None)

    @get("/{name:str}")
    async def setting(self, asker: NamedDependency[Asker], name: FromPath[str]) -> Template:
        return await _page(asker, None, name)

    @post("/{name:str}")
    async def change(
        self,
        asker: NamedDependency[Asker],
        name: FromPath[str],
        data: URLEncodedBody[SettingFields],
    ) -> Response:
        return await _change(asker, None, name, data)


class PlaceSettingPages(Controller):
    """Of one place and all in it."""

    path = "/places/{place_id:uuid}/settings"
    guards = TENDING

    @get()
    async def settings(self, asker: NamedDependency[Asker], place_id: FromPath[UUID]) -> Template:
        return await _list(asker, await place_tended(asker, place_id))

    @get("/{name:str}")
    async def setting(
        self, asker: NamedDependency[Asker], place_id: FromPath[UUID], name: FromPath[str]
    ) -> Template:
        return await _page(asker, await place_tended(asker, place_id), name)

    @post("/{name:str}")
    async def change(
        self,
        asker: NamedDependency[Asker],
        place_id: FromPath[UUID],
        name: FromPath[str],
        data: URLEncodedBody[SettingFields],
    ) -> Response:
        return await _change(asker, await place_tended(asker, place_id), name, data)


def _where(place: Place | None) -> str:
    return f"/places/{place.id}/settings" if place else "/settings"


async def _list(asker: Asker, place: Place | None) -> Template:
    _refuse_stranger(asker, place)
    held = await settings_in_force(place)
    groups = groupby(held.values(), key=lambda each: each.setting.group)
    context = {
        "place": place,
        "here": _where(place),
        "groups": [(label, list(settings)) for label, settings in groups],
        "may": {name: may_set(asker, place, each) for name, each in SETTINGS.items()},
    }
    return Template("places/settings.html", context=context)


def _refuse_stranger(asker: Asker, place: Place | None) -> None:
    if not may_tend(asker, place):
        raise NotFound("没有这个页面，或者不由您管理。")


async def _change(asker: Asker, place: Place | None, name: str, data: SettingFields) -> Response:
    _refuse_stranger(asker, place)
    setting = _named(name)
    try:
        new = None if data.inherit else _read(setting, data)
        await change_setting(asker, place, name, new, data.reason, clock.now())
    except Invalid as refusal:
        return await _page(asker, place, name, form_from(refusal, data))
    return Redirect(f"{_where(place)}/{name}", status_code=303)


def _named(name: str) -> NamedSetting:
    if name not in SETTINGS:
        raise NotFound("没有这项设置。")
    return SETTINGS[name]


def _read(setting: NamedSetting, data: SettingFields) -> Value:
    """What was typed, as a value. Invalid: it is none; its bounds the action looks at."""
    read = Reader(data)
    if setting.form is Form.YES_NO:
        value: Value = read.one_of("value", setting.label, ["yes", "no"]) == "yes"
    elif setting.form is Form.CHOICE:
        value = read.one_of("value", setting.label, dict(setting.choices))
    else:
        value = read.whole("value", setting.label, least=setting.least, most=setting.most)
    read.settle()
    return value


def _typed(setting: NamedSetting, value: Value) -> str:
    return {True: "yes", False: "no"}[bool(value)] if setting.form is Form.YES_NO else str(value)


async def _page(
    asker: Asker, place: Place | None, name: str, form: Filled | None = None
) -> Template:
    _refuse_stranger(asker, place)
    setting = _named(name)
    held = (await settings_in_force(place, name))[name]
    changes = await history(place, name)
    choices = YES_NO if setting.form is Form.YES_NO else [(*each, "") for each in setting.choices]
    context = {
        "place": place,
        "here": _where(place),
        "setting": setting,
        "held": held,
        "is_own": held.since is not None and held.place == (place.id if place else None),
        "may": may_set(asker, place, setting),
        "choices": choices,
        "changes": changes,
        "names": await _names(changes),
        "form": form or Filled({"value": _typed(setting, held.value)}),
    }
    status = 422 if form else 200
    return Template("places/setting.html", context=context, status_code=status)


async def _names(changes: list[Change]) -> dict[UUID, str]:
    """Who changed it: staff act under their names."""
    ids = {each.by for each in changes if each.by}
    if not ids:
        return {}
    found = await Person.select(Person.id, Person.name).where(Person.id.is_in(list(ids)))
    return {each["id"]: each["name"] for each in found}
