"""The outbox: told with the transaction, sent once, at a decent hour, and never lost."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from coordination import db
from coordination.people import sending
from coordination.people.channels import Handed, NotNow, Parcel, Recorder, Undeliverable
from coordination.people.outbox import tell, tell_address
from coordination.people.rules import is_quiet
from coordination.people.sending import send_due
from coordination.people.tables import Channel, Person
from coordination.settings import read
from tests.builders import DURING  # 09:00 in Shanghai
from tests.people.accounts import PHONE, an_account

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NIGHT = DURING + 13 * HOUR  # 22:00


class Carrier:
    """Takes what it is given; fails as often as it is told to."""

    def __init__(self, *failures: Exception, slow: float = 0) -> None:
        self.failures, self.slow = list(failures), slow
        self.taken: list[Parcel] = []

    async def send(self, parcel: Parcel) -> Handed:
        await asyncio.sleep(self.slow)
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(parcel)
        return Handed(proof="ok", delivered=True, cost_fen=5)

    @property
    def texts(self) -> list[str]:
        return [parcel.text for parcel in self.taken]


@pytest.fixture
def use(monkeypatch):
    def put(carrier):
        both = {Channel.SMS: carrier, Channel.EMAIL: carrier}
        monkeypatch.setattr(sending, "carriers", lambda: both)
        return carrier

    return put


async def an_sms(person: Person, text: str, at=DURING, **kw) -> None:
    await tell(person.id, "e", "t", text, at=at, channels=(Channel.SMS,), **kw)


async def states() -> list[tuple]:
    found = await db.rows(
        """select channel, sent_at is not null as sent, failed_at is not null as failed, tries
             from message order by queued_at, channel"""
    )
    return [tuple(row) for row in found]


async def test_what_is_sent_is_noted_with_its_proof_and_cost(database, use):
    person, carrier = await an_account(), use(Carrier())
    await an_sms(person, "请看公告")

    await send_due(DURING + MINUTE)
    await send_due(DURING + 2 * MINUTE)

    row = await db.row("select * from message")
    assert row
    assert (row["sent_at"], row["proof"], row["cost_fen"]) == (DURING + MINUTE, "ok", 5)
    assert [(parcel.address, parcel.text) for parcel in carrier.taken] == [(PHONE, "请看公告")]


async def test_two_workers_at_once_send_each_message_once(database, use):
    carrier = use(Carrier(slow=0.02))
    for n in range(30):
        await tell_address(f"+8613812340{n:03d}", "e", "t", f"第{n}条", at=DURING)

    await asyncio.gather(*(send_due(DURING) for _ in range(4)))

    assert sorted(carrier.texts) == sorted(f"第{n}条" for n in range(30))


async def test_two_messages_to_one_person_claimed_by_two_workers_are_still_an_hour_apart(
    database, use
):
    carrier, person = use(Carrier(slow=0.02)), await an_account()
    for n in range(4):
        await an_sms(person, f"第{n}条", DURING + n * timedelta(seconds=1))

    await asyncio.gather(*(send_due(DURING + MINUTE) for _ in range(4)))

    assert carrier.texts == ["第0条"]


async def test_one_ordinary_push_an_hour_and_urgent_ones_at_once(database, use):
    carrier, person = use(Carrier()), await an_account()
    other = await an_account(phone="+8613912345678")
    await an_sms(person, "一")
    await an_sms(person, "二", DURING + MINUTE)
    await an_sms(person, "急", DURING + 2 * MINUTE, urgent=True)
    await an_sms(other, "别人的", DURING + 3 * MINUTE)

    await send_due(DURING + 5 * MINUTE)
    at_first = sorted(carrier.texts)
    await send_due(DURING + 64 * MINUTE)
    still = len(carrier.taken)
    await send_due(DURING + 65 * MINUTE)

    assert at_first == sorted(["一", "急", "别人的"])
    assert still == 3
    assert carrier.texts[3:] == ["二"]


async def test_the_night_is_quiet_except_for_what_is_urgent(database, use):
    carrier, person = use(Carrier()), await an_account()
    await an_sms(person, "公告", NIGHT)
    await an_sms(person, "验证码", NIGHT, urgent=True)

    await send_due(NIGHT)
    at_night = carrier.texts.copy()
    await send_due(NIGHT + 9 * HOUR - timedelta(seconds=1))
    before_seven = carrier.texts.copy()
    await send_due(NIGHT + 9 * HOUR)

    assert at_night == before_seven == ["验证码"]
    assert carrier.texts == ["验证码", "公告"]


def test_the_quiet_hours_are_shanghais():
    assert not is_quiet(NIGHT - timedelta(seconds=1), 22, 7)
    assert is_quiet(NIGHT, 22, 7)
    assert is_quiet(NIGHT + 9 * HOUR - timedelta(seconds=1), 22, 7)
    assert not is_quiet(NIGHT + 9 * HOUR, 22, 7)


async def test_a_busy_carrier_is_tried_again_ever_later_and_then_given_up(database, use):
    use(Carrier(*[NotNow("busy")] * 9))
    await an_sms(await an_account(), "公告")
    at, gaps = DURING, []

    while not await db.value("select failed_at is not null from message"):
        await send_due(at)
        due = await db.value("select due_at from message")
        gaps.append((due - at) // MINUTE)
        at = DURING + timedelta(days=len(gaps))  # by day, each time

    assert gaps == [1, 4, 16, 64, 256, 1024]
    assert (await states())[0][1:] == (False, True, 6)
    assert await db.value("select failure from message") == "busy"


async def test_a_refusal_is_final(database, use):
    use(Carrier(Undeliverable("HTTP 400")))
    await an_sms(await an_account(), "公告")

    await send_due(DURING)
    await send_due(DURING + HOUR)

    assert (await states())[0][1:] == (False, True, 1)


async def test_a_worker_that_dies_while_sending_leaves_the_message_to_another(database, use):
    class Dying(Carrier):
        async def send(self, parcel):
            if parcel.text == "公告":
                raise RuntimeError("killed")
            return await super().send(parcel)

    dying = use(Dying())
    await an_sms(await an_account(), "公告")
    await an_sms(await an_account(phone="+8613912345678"), "已发")
    with pytest.raises(RuntimeError):
        await send_due(DURING)

    carrier = use(Carrier())
    await send_due(DURING + MINUTE)
    too_soon = carrier.texts.copy()
    await send_due(DURING + 2 * MINUTE)

    assert dying.texts == ["已发"]
    assert too_soon == []
    assert carrier.texts == ["公告"]


async def test_a_code_leaves_sealed_and_is_then_forgotten(database, use):
    carrier = use(Carrier())
    await tell_address(PHONE, "code", "验证码", "验证码246810", at=DURING, urgent=True, secret=True)
    before = await db.row("select text, text_sealed from message")

    await send_due(DURING)

    after = await db.row("select text, text_sealed from message")
    assert carrier.texts == ["验证码246810"]
    assert before and after
    assert "246810" not in repr(dict(before)) and before["text_sealed"]
    assert after["text_sealed"] is None


async def test_a_code_that_has_expired_is_not_sent(database, use):
    carrier = use(Carrier())
    await tell_address(PHONE, "code", "验证码", "验证码246810", at=DURING, urgent=True, secret=True)

    await send_due(DURING + 11 * MINUTE)

    assert carrier.taken == []
    assert (await states())[0][1:] == (False, True, 1)
    assert await db.value("select text_sealed from message") is None


@pytest.mark.parametrize(("demo", "kept"), [("1", True), ("0", False)])
async def test_the_recorder_keeps_a_codes_words_in_the_demo_alone(
    database, monkeypatch, demo, kept
):
    monkeypatch.setattr(sending, "carriers", lambda: {Channel.SMS: Recorder()})
    monkeypatch.setattr(sending, "settings", lambda: read({"COORDINATION_DEMO": demo}))
    await tell_address(PHONE, "code", "验证码", "验证码246810", at=DURING, urgent=True, secret=True)

    await send_due(DURING)

    assert await db.value("select text_sealed is not null from message") is kept
    assert await db.value("select delivered_at from message") is None, "nobody has it"


async def test_the_number_in_force_is_the_one_it_goes_to(database, use):
    carrier, person = use(Carrier()), await an_account()
    await an_sms(person, "公告")
    await db.execute("update person set phone_sealed = null where id = $1", person.id)

    await send_due(DURING)

    assert carrier.taken == []
    assert await db.value("select failure from message") == "no address"


async def test_a_link_leads_to_the_public_address(database, use, monkeypatch):
    carrier = use(Carrier())
    public = read({"COORDINATION_PUBLIC_URL": "https://wutong.example"})
    monkeypatch.setattr(sending, "settings", lambda: public)
    await an_sms(await an_account(), "公告", link="/ballots")

    await send_due(DURING)

    [parcel] = carrier.taken
    assert parcel.link == "https://wutong.example/ballots"
    assert isinstance(parcel.id, UUID)
