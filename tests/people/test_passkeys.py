"""Passkeys 通行密钥: a fresh proof by the own device, and by nothing else."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from coordination import db
from coordination.people import passkeys
from coordination.people.account_actions import close_account
from coordination.people.askers import Asker, ProveFirst
from coordination.people.counter_actions import remove_second_factor
from coordination.people.passkeys import NoPasskeyProof
from coordination.people.sessions import look_up, open_session
from coordination.people.sign_in_actions import Visit
from coordination.people.tables import RoleKind
from coordination.settings import Settings, settings
from tests.builders import DURING, a_person, a_role, an_estate
from tests.people.authenticator import Device

HOST = "vote.example"
LATER = DURING + timedelta(hours=1)
VISIT = Visit("203.0.113.7", "Firefox")


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The service is reached by a name over HTTPS."""
    held = replace(settings(), public_url=f"https://{HOST}")
    monkeypatch.setattr(passkeys, "settings", lambda: held)
    return held


async def an_asker(at=DURING, *, stepped_up: bool = True, name: str = "李秀英") -> Asker:
    return await signed_in((await a_person(name)).id, at, stepped_up=stepped_up)


async def signed_in(person, at, *, stepped_up: bool = False) -> Asker:
    asker = await look_up(await open_session(person, at, stepped_up=stepped_up), at)
    assert asker
    return asker


async def enrolled(asker: Asker, device: Device, at=DURING):
    asked = await passkeys.asked_of(asker, at)
    return await passkeys.enrol_passkey(
        asker, device.create(asked.challenge), asked.challenge, "我的手机", at
    )


async def proves(asker: Asker, device: Device, at=LATER) -> None:
    asked = await passkeys.asked_of(asker, at)
    await passkeys.prove_with_passkey(
        asker, device.get(asked.challenge), asked.challenge, VISIT, at
    )


async def proven_at(asker: Asker):
    """When this session last proved itself, and by a second factor."""
    found = await db.row(
        "select stepped_up_at, second_factor_at from sign_in where id = $1", asker.session
    )
    assert found
    return found["stepped_up_at"], found["second_factor_at"]


async def test_the_own_device_is_a_fresh_proof_and_a_second_factor(database, named):
    device = Device(HOST)
    asker = await an_asker()
    await enrolled(asker, device)
    later = await signed_in(asker.id, LATER)
    assert not later.has_stepped_up(LATER) and later.has_second_factor

    await proves(later, device)

    assert await proven_at(later) == (LATER, LATER)


@pytest.mark.parametrize(
    "wrong",
    ["another's device", "another site", "a device that asks nobody", "nonsense"],
)
async def test_no_other_answer_proves_anything(database, named, wrong):
    device, other = Device(HOST), Device(HOST)
    asker, neighbour = await an_asker(), await an_asker(name="王五")
    await enrolled(asker, device)
    await enrolled(neighbour, other)
    later = await signed_in(asker.id, LATER)
    asked = await passkeys.asked_of(later, LATER)
    if wrong == "another site":
        device.origin = "https://vote.examp1e"
    if wrong == "a device that asks nobody":
        device.flags = 0x01
    answer = {"another's device": other.get, "nonsense": lambda _: "{]"}.get(wrong, device.get)

    with pytest.raises(NoPasskeyProof):
        await passkeys.prove_with_passkey(
            later, answer(asked.challenge), asked.challenge, VISIT, LATER
        )

    assert await proven_at(later) == (None, None)


async def test_an_answer_counts_once_even_twice_at_once_and_in_its_own_session(database, named):
    device = Device(HOST)
    asker = await an_asker()
    await enrolled(asker, device)
    one, two = await signed_in(asker.id, LATER), await signed_in(asker.id, LATER)
    asked = await passkeys.asked_of(one, LATER)
    answer = device.get(asked.challenge)

    with pytest.raises(NoPasskeyProof):
        await passkeys.prove_with_passkey(two, answer, asked.challenge, VISIT, LATER)
    said = await asyncio.gather(
        *(passkeys.prove_with_passkey(one, answer, asked.challenge, VISIT, LATER) for _ in "ab"),
        return_exceptions=True,
    )

    assert [type(one) for one in said if one] == [NoPasskeyProof]
    with pytest.raises(NoPasskeyProof):
        await passkeys.prove_with_passkey(
            one, device.get(asked.challenge), asked.challenge, VISIT,
            LATER + passkeys.CHALLENGE_LASTS + timedelta(seconds=1),
        )  # fmt: skip


async def test_who_has_not_just_proven_themselves_adds_and_ends_none(database, named):
    asker = await an_asker(stepped_up=False)

    with pytest.raises(ProveFirst):
        await enrolled(asker, Device(HOST))
    with pytest.raises(ProveFirst):
        await passkeys.end_passkey(asker, asker.id, DURING)


@pytest.mark.parametrize("way", ["ended", "removed at the counter", "account closed"])
async def test_an_ended_passkey_proves_nothing(database, named, way):
    device = Device(HOST)
    asker = await an_asker()
    key = await enrolled(asker, device)
    later = await signed_in(asker.id, LATER, stepped_up=True)
    if way == "ended":
        await passkeys.end_passkey(later, key.id, LATER)
    elif way == "account closed":
        await close_account(later, LATER)
    else:
        operator = await a_role(RoleKind.OPERATOR, None)
        token = await open_session(operator.id, LATER, stepped_up=True, second_factor=True)
        clerk = await look_up(token, LATER)
        assert clerk
        await remove_second_factor(clerk, asker.id, "手机丢失，当面核验", LATER)

    with pytest.raises(NoPasskeyProof):
        await proves(later, device)


async def test_an_office_opens_by_passkey_alone(database, named):
    person = await a_role(RoleKind.COMMUNITY_WORKER, await an_estate())
    asker = await signed_in(person.id, DURING, stepped_up=True)
    assert not asker.roles and asker.waiting
    device = Device(HOST)
    await enrolled(asker, device)
    token = await open_session(person.id, LATER)
    later = await look_up(token, LATER)
    assert later and not later.roles

    await proves(later, device)

    working = await look_up(token, LATER)
    assert working and [role.kind for role in working.roles] == [RoleKind.COMMUNITY_WORKER]


async def test_reached_by_a_number_it_is_not_offered_and_says_why(browser, named, monkeypatch):
    numbered = replace(named, public_url="http://192.0.2.8:8000")
    monkeypatch.setattr(passkeys, "settings", lambda: numbered)
    await browser.sign_in(await a_person())

    own, page = await browser.open("/me/passkeys"), await browser.open("/step-up")

    assert "数字地址" in own.text and not own.select("form[data-passkey]")
    assert "data-passkey" not in str(page)
