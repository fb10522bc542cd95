"""Starting, signing, taking back and answering a petition. Whoever makes it enough sets the clock
of the answer in motion: the result is announced, and the duty stands on the matter, in public.
"""

from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import row, rows, transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.law.periods import day_of, publicity_ends
from coordination.law.petition import PetitionKind, is_reached
from coordination.matters.actions import open_duty, settle_duty, write_line
from coordination.matters.raising import raise_matter
from coordination.matters.rules import quotes_a_person
from coordination.matters.tables import Door
from coordination.notices.actions import publish_notice
from coordination.notices.tables import NoticeKind
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.petitions.permits import may_answer
from coordination.petitions.queries import (
    Counted,
    PetitionRead,
    count,
    owners_acted_for,
    read_petition,
)
from coordination.petitions.said import answer_facts, result_facts, result_words
from coordination.petitions.tables import Petition, Signature
from coordination.places.tables import Place
from coordination.places.values import whole_setting, yes_no_setting

DUTY = "答复业主联名"
ANSWER_LONGEST = 2000
# Who owes the answer: for an assembly the owners' committee, else whoever calls it in its place.
ANSWERERS = {
    PetitionKind.ASSEMBLY: ["owners_committee", "preparatory_group", "residents_committee"],
    PetitionKind.MEETING: ["residents_committee"],
}


class NotCollecting(Conflict):
    """It was reached, it lapsed, or its days are over."""


class AlreadySigned(Conflict):
    """One owner signs once."""


class NotSigned(Conflict):
    """There is no signature to take back."""


class NobodyToAnswer(Conflict):
    """No body is known that would have to."""


class NothingToAnswer(Conflict):
    """It is not reached, or was answered."""


async def start_petition(
    asker: Asker, estate: Place, kind: PetitionKind, title: str, text: str, at: datetime
) -> Petition:
    """Begin to collect; it is a matter of its own from the start, and the starter signs.

    NotAllowed: no owner here; ProveFirst; Invalid; TooMany; NobodyToAnswer.
    """
    async with transaction():
        await _owners(asker, estate, at)
        answerer = await _answerer(estate, kind, at)
        matter = await raise_matter(asker, estate, title, text, at, door=Door.PETITION)
        days = await whole_setting("petition_days", estate, at)
        petition = Petition(
            id=uuid4(), estate=estate.id, kind=kind, title=title.strip(), text=text.strip(),
            matter=matter, started_by=asker.id, started_at=at, closes_at=publicity_ends(at, days),
            signed_persons=0, signed_area_cm2=0, persons=0, area_cm2=0, counted_at=at,
            answerer=answerer,
        )  # fmt: skip
        await petition.save()
        await audit.record(asker, "start_petition", petition, at=at, place=estate)
        await write_line(
            matter, "业主联名开始", at, link=f"/petitions/{petition.id}", person=asker.id
        )
        await _sign(await read_petition(petition.id), asker, at)
        return petition


async def sign_petition(asker: Asker, petition_id: UUID, at: datetime) -> None:
    """Sign for every owner one acts for. NotFound; NotAllowed: no owner here; ProveFirst;
    AlreadySigned, NotCollecting."""
    async with transaction():
        await _sign(await _locked(petition_id, at), asker, at)


async def withdraw_signature(asker: Asker, petition_id: UUID, at: datetime) -> None:
    """Take one's signatures back, until it is reached. NotFound; ProveFirst; NotSigned,
    NotCollecting."""
    async with transaction():
        read = await _locked(petition_id, at)
        asker.must_have_stepped_up(at)
        taken = await rows(
            """update signature set withdrawn_at = $3
                where petition = $1 and person = $2 and withdrawn_at is null returning id""",
            petition_id, asker.id, at,
        )  # fmt: skip
        if not taken:
            raise NotSigned("您没有签名，或者已经撤回。")
        await audit.record(asker, "withdraw_signature", read.petition, at=at, place=read.estate)
        await _count(read, at)


async def answer_petition(asker: Asker, petition_id: UUID, words: str, at: datetime) -> None:
    """Answer in public, by a notice. NotFound; NotAllowed: not of the body that owes it;
    NothingToAnswer; Invalid."""
    async with transaction():
        await row("select id from petition where id = $1 for no key update", petition_id)
        read = await read_petition(petition_id)
        it = read.petition
        if not may_answer(asker, read.estate, it.answerer):
            raise NotAllowed(f"由{read.answerer_name}的成员答复。")
        if it.reached_at is None or it.answered_at is not None:
            raise NothingToAnswer(f"这份联名现在“{read.label}”，不用答复。")
        _check_answer(words)
        it.answered_at, it.answered_by, it.answer = at, asker.id, words.strip()
        await it.save([Petition.answered_at, Petition.answered_by, Petition.answer])
        await settle_duty(it.matter, DUTY, at)
        notice = await publish_notice(
            read.estate, NoticeKind.PLAIN, f"关于业主联名“{it.title}”的答复", words.strip(),
            answer_facts(words), at, issuer=it.answerer, person=asker.id,
            contact=f"{read.answerer_name} {read.answerer_phone}".strip(),
            link=f"/petitions/{it.id}", subject=it.id, matter=it.matter,
        )  # fmt: skip
        await write_line(
            it.matter, f"业主联名已答复：{words.strip()}"[:300], at,
            link=f"/notices/{notice.id}", person=asker.id, body=it.answerer,
        )  # fmt: skip
        await _tell_signers(read, "您联名的事有答复", words.strip(), at)


async def lapse_petitions(at: datetime, limit: int = 100) -> int:
    """End those whose days are over and which too few signed; how many."""
    async with transaction():
        over = await rows(
            """update petition set lapsed_at = $1 where id in (
                 select id from petition where reached_at is null and lapsed_at is null
                    and closes_at <= $1 order by closes_at, id limit $2
                    for no key update skip locked)
               returning id, matter, signed_persons, persons""",
            at, limit,
        )  # fmt: skip
        for one in over:
            said = (
                f"业主联名期满，{one['signed_persons']} 人签名，共 {one['persons']} 人，未达到比例"
            )
            await write_line(one["matter"], said, at, link=f"/petitions/{one['id']}")
        return len(over)


async def _locked(petition_id: UUID, at: datetime) -> PetitionRead:
    """The petition under its lock, while it collects. NotFound, NotCollecting."""
    await row("select id from petition where id = $1 for no key update", petition_id)
    read = await read_petition(petition_id)
    it = read.petition
    if it.reached_at or it.lapsed_at or at >= it.closes_at:
        raise NotCollecting(f"这份联名现在“{read.label}”，不能再签名或撤回。")
    return read


async def _owners(asker: Asker, estate: Place, at: datetime) -> list[UUID]:
    owners = await owners_acted_for(asker.id, estate.id)
    if not owners:
        raise NotAllowed("联名要是这个小区的业主。请先绑定房屋。")
    asker.must_have_stepped_up(at)
    return owners


async def _sign(read: PetitionRead, asker: Asker, at: datetime) -> None:
    owners = await _owners(asker, read.estate, at)
    signed = await rows(
        "select owner from signature where petition = $1 and withdrawn_at is null", read.petition.id
    )
    left = [owner for owner in owners if owner not in {one["owner"] for one in signed}]
    if not left:
        raise AlreadySigned("您已经签过名了。")
    for owner in left:
        await Signature(
            id=uuid4(), petition=read.petition.id, owner=owner, person=asker.id, at=at
        ).save()
    await audit.record(asker, "sign_petition", read.petition, at=at, place=read.estate)
    await _count(read, at)


async def _count(read: PetitionRead, at: datetime) -> None:
    """Count anew, by the registry of this moment; the one who makes it enough starts the clock."""
    it = read.petition
    parking = await yes_no_setting("parking_counts", read.estate, at)
    found = await count(it.id, it.estate, parking_counts=parking)
    it.signed_persons, it.signed_area_cm2 = found.signed.persons, found.signed.area_cm2
    it.persons, it.area_cm2, it.counted_at = found.whole.persons, found.whole.area_cm2, at
    await it.save(
        [Petition.signed_persons, Petition.signed_area_cm2, Petition.persons, Petition.area_cm2,
         Petition.counted_at]
    )  # fmt: skip
    if is_reached(read.rule, found.signed, found.whole):
        await _reach(read, found, at)


async def _reach(read: PetitionRead, found: Counted, at: datetime) -> None:
    it = read.petition
    days = await whole_setting("petition_answer_days", read.estate, at)
    due = publicity_ends(at, days)
    said = result_words(read, found)
    notice = await publish_notice(
        read.estate, NoticeKind.PLAIN, f"业主联名“{it.title}”达到比例的公告", said,
        result_facts(read, found, due), at, issuer=await _announcer(read, at), person=None,
        until=due, contact=f"{read.answerer_name} {read.answerer_phone}".strip(),
        link=f"/petitions/{it.id}", subject=it.id, matter=it.matter,
    )  # fmt: skip
    it.reached_at, it.due_at, it.notice = at, due, notice.id
    await it.save([Petition.reached_at, Petition.due_at, Petition.notice])
    await open_duty(it.matter, DUTY, due)
    await write_line(it.matter, said[:300], at, link=f"/notices/{notice.id}")
    members = await rows(
        """select distinct person from role where body = $1 and since <= $2
              and (until is null or until > $2) order by person""",
        it.answerer, at,
    )  # fmt: skip
    await tell(
        [one["person"] for one in members], "petition", "有业主联名要答复", said, at=at,
        link=f"/petitions/{it.id}",
    )  # fmt: skip
    await _tell_signers(read, "您联名的事达到比例", said, at)


async def _answerer(estate: Place, kind: PetitionKind, at: datetime) -> UUID:
    found = await value(
        """select b.id from body b join place p on p.id = b.place
            where b.kind = any($2::text[]) and starts_with($1, p.path)
              and (b.until is null or b.until > $3)
            order by array_position($2::text[], b.kind::text), length(p.path) desc, b.id limit 1""",
        estate.path, ANSWERERS[kind], day_of(at),
    )  # fmt: skip
    if found is None:
        raise NobodyToAnswer("这里还没有登记业委会或居委会，没有人能答复联名。请联系街道。")
    return found


async def _announcer(read: PetitionRead, at: datetime) -> UUID:
    """In whose name the result is announced: the 居委会 that stands beside, else the answerer."""
    try:
        return await _answerer(read.estate, PetitionKind.MEETING, at)
    except NobodyToAnswer:
        return read.petition.answerer


async def _tell_signers(read: PetitionRead, title: str, text: str, at: datetime) -> None:
    found = await rows(
        """select distinct person from signature where petition = $1 and withdrawn_at is null
            order by person""",
        read.petition.id,
    )
    await tell(
        [one["person"] for one in found], "petition", title, text, at=at,
        link=f"/petitions/{read.petition.id}",
    )  # fmt: skip


def _check_answer(words: str) -> None:
    said = words.strip()
    if not 4 <= len(said) <= ANSWER_LONGEST:
        raise Invalid("请写明答复。", words=f"公开的答复，4 到 {ANSWER_LONGEST} 个字。")
    if quotes_a_person(said):
        raise Invalid("请去掉手机号和身份证号。", words="公众会看到，请去掉手机号和身份证号。")
