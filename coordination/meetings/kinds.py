"""The kinds of meeting there are 会议类型, as data: who takes part, who calls it, how it decides.

A new kind is one more row of `_ALL`; nothing else knows how many there are. Sources: 四方联席会议
"业委会、物业公司、共建单位和社区议事会四方联席会议"（全省城乡社区治理答复）; 三方联动
"社区居委会、业委会、物业服务企业三方联动服务机制…联动巡察、联动分析、联动处置"; 物业管理联席会议
convened by the 街道: 指导规则 art. 61, 山东 74, 青岛 82; 业委会会议: `law.committee`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from coordination.clock import SHANGHAI
from coordination.law import committee
from coordination.law.periods import day_of, first_opening_day
from coordination.meetings.room_tables import VotesBy
from coordination.meetings.tables import ItemKind
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.tables import PlaceKind
from coordination.web.formats import local_day


@dataclass(frozen=True, slots=True)
class Part:
    """A part that bodies of these kinds take; `required`: without it there is no meeting."""

    label: str
    bodies: tuple[BodyKind, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class MeetingKind:
    """One kind. `late_decisions`: what was moved after the notice may be decided all the same.
    `members_sign`: each member who was there signs, and not one person of each party."""

    code: str
    name: str
    levels: tuple[PlaceKind, ...]
    conveners: tuple[RoleKind, ...]
    parts: tuple[Part, ...]
    votes_by: VotesBy
    notice_days: int
    publish_days: int
    source: str
    agenda: tuple[ItemKind, ...]
    late_decisions: bool = True
    members_sign: bool = False

    @property
    def is_committee_session(self) -> bool:
        """Held to the rules of `law.committee`."""
        return self.votes_by is VotesBy.MEMBERS

    def title(self, place_name: str, starts_at: datetime) -> str:
        """What such a meeting is called where nobody names it."""
        day = starts_at.astimezone(SHANGHAI)
        return f"{place_name.replace(' ', '')}{day.year}年{day.month}月{self.name}"[:100]

    def first_day(self, at: datetime) -> date:
        """The first day on which it may be held if its notice goes out now."""
        return first_opening_day(day_of(at), self.notice_days)

    def too_short(self, at: datetime) -> str:
        """Why an earlier day will not do."""
        return (
            f"{self.name}要提前{self.notice_days}天通知（通知当日不计）。今天发通知，"
            f"最早{local_day(self.first_day(at))}开会。"
        )

    def part_of(self, body: BodyKind) -> Part | None:
        """What a body of this kind is here, if it has a part."""
        return next((part for part in self.parts if body in part.bodies), None)


COMMITTEE = Part("业委会", (BodyKind.OWNERS_COMMITTEE, BodyKind.PREPARATORY_GROUP))
PROPERTY = Part("物业公司", (BodyKind.PROPERTY_COMPANY,))
RESIDENTS = Part("居委会", (BodyKind.RESIDENTS_COMMITTEE,))
PARTNERS = Part("共建单位", (BodyKind.PARTNER,))
COUNCIL = Part("社区议事会", (BodyKind.RESIDENTS_COUNCIL,))
OFFICE = Part("街道办事处", (BodyKind.SUBDISTRICT_OFFICE,))
DEPARTMENTS = Part("有关部门和专业经营单位", (BodyKind.DEPARTMENT,), required=False)
WATCHING = Part(
    "监督委员会", (BodyKind.SUPERVISORY, BodyKind.ENVIRONMENT_COMMITTEE), required=False
)


def _maybe(part: Part) -> Part:
    return Part(part.label, part.bodies, required=False)


DEFAULT_AGENDA = (
    ItemKind.CARRIED, ItemKind.TICKETS, ItemKind.TOPIC, ItemKind.DISCLOSURE, ItemKind.OTHER,
)  # fmt: skip
TOPICS = (ItemKind.CARRIED, ItemKind.TOPIC, ItemKind.OTHER)
COMMUNITY = (RoleKind.COMMUNITY_WORKER,)
ESTATE = (PlaceKind.ESTATE,)
SOON = 2  # full days between: called on Monday, held on Thursday; no law says how many
HOUSE = "本系统默认值，法律法规未规定"
FOUR_TALKS = "“四会”制度：对涉及物业服务管理的重大事项组织居民事前、事中、事后协商"

_ALL = (
    MeetingKind(
        "three_party", "三方联动例会", ESTATE, COMMUNITY, (RESIDENTS, COMMITTEE, PROPERTY),
        VotesBy.CONSENSUS, SOON, 3, "三方联动巡察、联动分析、联动处置", DEFAULT_AGENDA,
    ),
    MeetingKind(
        "four_party", "四方联席会议", (PlaceKind.ESTATE, PlaceKind.COMMUNITY), COMMUNITY,
        (COMMITTEE, PROPERTY, PARTNERS, COUNCIL, _maybe(RESIDENTS), WATCHING),
        VotesBy.PARTY, SOON, 3,
        "社区定期召开业委会、物业公司、共建单位和社区议事会四方联席会议", DEFAULT_AGENDA,
    ),
    MeetingKind(
        "property_joint", "物业管理联席会议", (PlaceKind.SUBDISTRICT, PlaceKind.ESTATE),
        (RoleKind.SUBDISTRICT_OFFICER,),
        (OFFICE, RESIDENTS, COMMITTEE, PROPERTY, DEPARTMENTS), VotesBy.CONSENSUS, SOON, 3,
        "指导规则第六十一条；山东第七十四条、青岛第八十二条：由街道办事处召集", DEFAULT_AGENDA,
    ),
    MeetingKind(
        "residents", "居民议事会", ESTATE, COMMUNITY,
        (COUNCIL, _maybe(RESIDENTS), _maybe(COMMITTEE), _maybe(PROPERTY)), VotesBy.PERSON, SOON, 3,
        HOUSE, DEFAULT_AGENDA,
    ),
    MeetingKind(
        "talk", "民情恳谈会", ESTATE, COMMUNITY, (RESIDENTS, _maybe(COMMITTEE), _maybe(PROPERTY)),
        VotesBy.CONSENSUS, SOON, 3, FOUR_TALKS, TOPICS,
    ),
    MeetingKind(
        "mediation", "事务协调会", ESTATE, COMMUNITY,
        (RESIDENTS, _maybe(COMMITTEE), _maybe(PROPERTY), DEPARTMENTS),
        VotesBy.CONSENSUS, 1, 3, FOUR_TALKS, TOPICS,
    ),
    MeetingKind(
        "hearing", "工作听证会", ESTATE, COMMUNITY,
        (RESIDENTS, _maybe(COMMITTEE), _maybe(PROPERTY), _maybe(COUNCIL)),
        VotesBy.PERSON, 7, 3, FOUR_TALKS, TOPICS, late_decisions=False,
    ),
    MeetingKind(
        "appraisal", "成效评议会", ESTATE, COMMUNITY,
        (RESIDENTS, PROPERTY, _maybe(COMMITTEE), _maybe(COUNCIL)),
        VotesBy.PERSON, SOON, 3, FOUR_TALKS, TOPICS,
    ),
    MeetingKind(
        "committee", "业主委员会会议", ESTATE,
        (RoleKind.COMMITTEE_MEMBER,),
        (Part("业委会", (BodyKind.OWNERS_COMMITTEE,)), _maybe(RESIDENTS)),
        VotesBy.MEMBERS, committee.NOTICE_DAYS, committee.PUBLISH_WITHIN_DAYS, committee.SOURCE,
        TOPICS, late_decisions=False, members_sign=True,
    ),
    MeetingKind(
        "building", "楼栋会", (PlaceKind.BUILDING,),
        (RoleKind.COMMUNITY_WORKER, RoleKind.BUILDING_LEAD),
        (RESIDENTS, _maybe(COMMITTEE), _maybe(PROPERTY)), VotesBy.PERSON, 1, 3, HOUSE, TOPICS,
    ),
    MeetingKind(
        "coordination", "专项协调会", (PlaceKind.ESTATE, PlaceKind.COMMUNITY),
        (RoleKind.COMMUNITY_WORKER, RoleKind.SUBDISTRICT_OFFICER),
        (RESIDENTS, _maybe(COMMITTEE), _maybe(PROPERTY), DEPARTMENTS, _maybe(OFFICE)),
        VotesBy.CONSENSUS, 1, 3, HOUSE, TOPICS,
    ),
)  # fmt: skip
KINDS = {kind.code: kind for kind in _ALL}

ITEM_TITLES = {
    ItemKind.CARRIED: "上次纪要与决议执行",
    ItemKind.TICKETS: "工单月度分析",
    ItemKind.TOPIC: "议题",
    ItemKind.DISCLOSURE: "公开事项",
    ItemKind.OTHER: "其他",
}
VOTES_WORDS = {
    VotesBy.CONSENSUS: "协商一致",
    VotesBy.PARTY: "每方一票",
    VotesBy.PERSON: "每人一票",
    VotesBy.MEMBERS: "委员每人一票，按全体委员计算",
}
