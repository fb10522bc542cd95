"""A notice 公告/公示: numbered, with a check code; where it hangs and since when."""

from enum import StrEnum

from piccolo.columns import JSONB, UUID, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.db import (
    DB,
    MaybeMoment,
    MaybeRef,
    MaybeWords,
    Moment,
    Prose,
    Ref,
    Whole,
    Words,
)
from coordination.people.tables import Body, Person
from coordination.places.tables import Place


class NoticeKind(StrEnum):
    ROLL = "roll"  # 业主名册公示
    BALLOT = "ballot"  # 投票公告
    CANDIDATES = "candidates"  # 候选人报名、公示
    EXTENSION = "extension"  # 延期公示
    PRELIMINARY = "preliminary"  # 初步统计结果（询异）公示
    RESULT = "result"  # 结果公告
    WITHDRAWAL = "withdrawal"  # 撤回公告
    MEETING = "meeting"  # 会议通知
    RESOLUTION = "resolution"  # 决议公示
    EXECUTION = "execution"  # 执行结果公示
    MINUTES = "minutes"  # 会议纪要
    DISCLOSURE = "disclosure"  # 公开事项
    PLAIN = "plain"  # 通知公告


class NoticeSeries(Table, db=DB):
    """The last number given in an estate's year; its row is the lock."""

    id = UUID(primary_key=True)
    estate = Ref(Place)
    year = Whole()
    last = Whole()

    notice_series_once = Unique([estate, year])


class Notice(Table, db=DB):
    """What was published, as it was published: `facts` is what page and print show."""

    id = UUID(primary_key=True)
    estate = Ref(Place, index=True)
    kind = Words(20, choices=NoticeKind)
    number = Words(60, help_text="e.g. 〔2026〕第3号, one series per estate and year")
    title = Words(200)
    text = Prose()
    facts = JSONB(null=False, default=None)
    issuer = Ref(Body)
    published_at = Moment(index=True)
    until = MaybeMoment(help_text="the last moment of posting or of objecting")
    contact = Varchar(length=200)
    how_to_object = Varchar(length=300)
    check_code = Words(8, unique=True)
    link = Varchar(length=200, help_text="the page it speaks of")
    subject = UUID(null=True, default=None, help_text="the poll …, without a foreign key upward")
    matter = UUID(null=True, default=None, help_text="likewise; not each belongs to a matter")

    notice_number_once = Unique([estate, number])


class Posting(Table, db=DB):
    """Proof that a notice hung somewhere 张贴: where, since when, by whom, photo."""

    id = UUID(primary_key=True)
    notice = Ref(Notice, index=True)
    where = Words(100)
    posted_at = Moment()
    by = Ref(Person)
    photo = MaybeWords(64, help_text="sha256 of the stored file")
    taken_down_at = MaybeMoment()
    taken_down_by = MaybeRef(Person)


class StampUse(Table, db=DB):
    """印章: which stamp a body put under a notice, with the number of its book. Only added."""

    id = UUID(primary_key=True)
    notice = Ref(Notice, index=True)
    body = Ref(Body)
    stamp = Words(60, help_text="its name, e.g. 梧桐苑业主委员会章")
    year = Whole()
    number = Whole(help_text="用印编号, one series per body and year")
    copies = Whole()
    at = Moment()
    by = Ref(Person)
    office = Words(60, help_text="as what that person acted, in words")

    stamp_use_numbered = Unique([body, year, number])
    stamp_use_copies = Check((copies >= 1) & (copies <= 10_000))
    stamp_use_named = Check(stamp != "")
