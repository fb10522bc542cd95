"""The parties' own keys, and what the service takes from them: nothing that is not theirs."""

from base64 import b64encode
from datetime import timedelta

import asyncpg
import pytest

from coordination.ballots.checkpoints import (
    COSIGNED,
    cosignature,
    public_key,
    read_note,
    verifier_key,
    witness_name,
)
from coordination.ballots.witnessing.cosigning import (
    SmallerThanSigned,
    UnknownKey,
    WrongSignature,
    WrongTime,
    take_cosignature,
)
from coordination.ballots.witnessing.key_files import key_text, prove, read_key, witness_vkey
from coordination.ballots.witnessing.keys import KeyKnown, NoKey, end_key, register_key
from coordination.ballots.witnessing.queries import (
    cosigned_before,
    cosigned_note,
    parties_of,
    witnesses_of,
)
from coordination.ballots.witnessing.tables import Cosignature, WitnessKey
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.people.askers import ProveFirst
from coordination.people.tables import RoleKind
from tests.ballots.a_vote import a_vote, a_voter
from tests.ballots.test_casting_actions import a_paper, sent
from tests.ballots.witnesses import a_keyless_body, a_witness, proved
from tests.builders import DURING, an_estate

pytestmark = pytest.mark.usefixtures("database")
SEED, OTHER = bytes([7]) * 32, bytes([8]) * 32


async def a_community(name: str = "梧桐社区居民委员会"):
    """An estate, its residents' committee without a key, and who holds office there."""
    estate = await an_estate()
    body, person = await a_keyless_body(estate, RoleKind.COMMUNITY_WORKER, name)
    return estate, body, person


async def test_an_office_registers_its_bodys_key_and_a_new_one_ends_the_old():
    _, body, person = await a_community()
    asker = await proved(person, DURING)

    await register_key(asker, body.id, witness_vkey(SEED), prove(SEED, body.id), DURING)
    await register_key(asker, body.id, witness_vkey(OTHER), prove(OTHER, body.id), DURING)

    keys = await WitnessKey.objects().order_by(WitnessKey.ended_at)
    assert [(key.public_key, key.end_reason) for key in keys] == [
        (public_key(SEED), "换用新的钥匙"), (public_key(OTHER), None),
    ]  # fmt: skip


async def test_a_key_needs_an_office_a_fresh_proof_and_its_private_half():
    estate, body, person = await a_community()
    asker = await proved(person, DURING)
    _, stranger = await a_keyless_body(estate, RoleKind.PROPERTY_MANAGER, "阳光物业")
    operator, who_runs_it = await a_keyless_body(estate, RoleKind.OPERATOR, "运营方")
    vkey, proof = witness_vkey(SEED), prove(SEED, body.id)

    with pytest.raises(NotAllowed):
        await register_key(await proved(stranger, DURING), body.id, vkey, proof, DURING)
    with pytest.raises(NotAllowed):
        mine = prove(SEED, operator.id)
        await register_key(await proved(who_runs_it, DURING), operator.id, vkey, mine, DURING)
    with pytest.raises(ProveFirst):
        await register_key(asker, body.id, vkey, proof, DURING + timedelta(minutes=11))
    with pytest.raises(Invalid):  # of another body
        await register_key(asker, body.id, vkey, prove(SEED, estate.id), DURING)
    with pytest.raises(Invalid):  # of another key
        await register_key(asker, body.id, vkey, prove(OTHER, body.id), DURING)
    with pytest.raises(Invalid):  # under a made-up name
        odd = verifier_key("coordination/witness/x", public_key(SEED), COSIGNED)
        await register_key(asker, body.id, odd, proof, DURING)
    with pytest.raises(Invalid):
        await register_key(asker, body.id, "", "", DURING)
    assert await WitnessKey.count() == 0


async def test_no_key_serves_two_bodies_and_none_comes_back():
    estate, body, person = await a_community()
    other, manager = await a_keyless_body(estate, RoleKind.PROPERTY_MANAGER, "阳光物业")
    asker = await proved(person, DURING)
    await register_key(asker, body.id, witness_vkey(SEED), prove(SEED, body.id), DURING)
    await end_key(asker, body.id, "电脑遗失", DURING)

    with pytest.raises(KeyKnown):
        await register_key(asker, body.id, witness_vkey(SEED), prove(SEED, body.id), DURING)
    with pytest.raises(KeyKnown):
        mine = await proved(manager, DURING)
        await register_key(mine, other.id, witness_vkey(SEED), prove(SEED, other.id), DURING)
    with pytest.raises(NoKey):
        await end_key(asker, body.id, "再停一次", DURING)


async def test_the_service_can_change_neither_a_key_nor_a_cosignature():
    vote = await a_vote()
    witness = await a_witness(vote.estate, 1, DURING)
    await witness.cosign(vote, 1, DURING)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await WitnessKey.update({WitnessKey.public_key: bytes(32)}, force=True)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await Cosignature.update({Cosignature.size: 7}, force=True)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await Cosignature.delete(force=True)


async def test_a_cosigned_checkpoint_says_who_saw_it_and_when():
    vote = await a_vote()
    witness = await a_witness(vote.estate, 1, DURING)

    await witness.cosign(vote, 1, DURING)
    await witness.cosign(vote, 1, DURING)  # a retry
    await witness.cosign(vote, 1, DURING + timedelta(hours=20))  # the next day, nothing new

    note = await cosigned_note(vote.poll.id, 1)
    assert read_note(note).cosigned_by(witness.vkey) == [
        int(DURING.timestamp()), int((DURING + timedelta(hours=20)).timestamp()),
    ]  # fmt: skip
    assert await Cosignature.count() == 2
    [known] = await witnesses_of(vote.poll.id, vote.estate)
    assert (known.name, known.party) == (witness.name, "梧桐社区居民委员会")


async def test_a_signature_by_a_key_that_may_not_witness_here_is_refused():
    vote = await a_vote()
    elsewhere = await a_witness(await an_estate("桂花苑"), 2, DURING)
    gone = await a_witness(vote.estate, 1, DURING)
    stranger = cosignature("a\n1\nb\n", witness_name(public_key(OTHER)), OTHER, 0)
    asker = await proved(gone.office, DURING)
    await end_key(asker, gone.body.id, "换届", DURING)

    for line in (
        stranger, await elsewhere.line(vote, 1, DURING), await gone.line(vote, 1, DURING),
    ):  # fmt: skip
        with pytest.raises(UnknownKey, match="没有登记过这把见证钥匙"):
            await take_cosignature(vote.poll.id, 1, line, DURING)
    assert await Cosignature.count() == 0


async def test_a_signature_of_something_else_is_refused():
    vote, other = await a_vote(), await a_vote(estate=await an_estate("桂花苑"))
    witness = await a_witness(vote.estate, 1, DURING)
    of_the_other = await witness.line(other, 1, DURING)
    forged = (await witness.line(vote, 1, DURING)).split()
    forged[2] = b64encode(bytes(76)).decode()

    for line in (of_the_other, "", "你好", f"{' '.join(forged)}\n"):
        with pytest.raises((WrongSignature, UnknownKey, NotFound)):
            await take_cosignature(vote.poll.id, 1, line, DURING)
    for late in (timedelta(minutes=11), timedelta(minutes=-11)):
        with pytest.raises(WrongTime):
            line = await witness.line(vote, 1, DURING)
            await take_cosignature(vote.poll.id, 1, line, DURING + late)
    with pytest.raises(NotFound):  # no such size is shown
        await take_cosignature(vote.poll.id, 9, await witness.line(vote, 1, DURING), DURING)
    assert await Cosignature.count() == 0


async def test_nobody_signs_a_smaller_board_after_a_larger(as_owner):
    vote = await a_vote()
    voter = await a_voter(vote)
    witness = await a_witness(vote.estate, 1, DURING)
    assert isinstance(await sent(await a_paper(vote, voter), voter), list)
    await as_owner.execute("update board set shown_size = size")

    await witness.cosign(vote, 2, DURING)
    with pytest.raises(SmallerThanSigned):
        await witness.cosign(vote, 1, DURING)

    assert await cosigned_before(vote.poll.id, 3) == [await cosigned_note(vote.poll.id, 2)]


async def test_what_the_public_may_not_see_yet_is_not_cosigned():
    """A witness's signature would tell how far the board has grown."""
    vote = await a_vote()
    voter = await a_voter(vote)
    witness = await a_witness(vote.estate, 1, DURING)
    assert isinstance(await sent(await a_paper(vote, voter), voter), list)

    with pytest.raises(NotFound):
        await witness.cosign(vote, 2, DURING)


async def test_the_parties_of_an_estate_are_named_also_those_without_a_key():
    vote = await a_vote()
    witness = await a_witness(vote.estate, 1, DURING)
    await a_keyless_body(vote.estate, RoleKind.PROPERTY_MANAGER, "阳光物业")
    await a_keyless_body(await an_estate("桂花苑"), RoleKind.PROPERTY_MANAGER, "月光物业")
    await a_keyless_body(vote.estate, RoleKind.OPERATOR, "运营方")

    parties = {one.name: one for one in await parties_of(vote.poll, DURING)}

    assert set(parties) == {"梧桐苑业主委员会", "梧桐社区居民委员会", "阳光物业"}
    assert parties["梧桐社区居民委员会"].vkey == witness.vkey
    assert parties["阳光物业"].key is None
    overdue = parties["阳光物业"].overdue(DURING)
    assert overdue and {duty.kind.value for duty in overdue} <= {"opening", "daily"}


def test_a_key_file_is_read_again_and_a_damaged_one_refused():
    text = key_text(SEED)

    assert read_key(text) == SEED
    assert text.startswith(f"PRIVATE+KEY+{witness_name(public_key(SEED))}+")
    for damaged in ("", text[:-5], text.replace("+B", "+C", 1), text + text, "x" * 10**6):
        with pytest.raises(ValueError, match="私钥"):
            read_key(damaged)
