"""What stands around each page here: estate, tabs of residents, sections of staff, officer.

Nothing of it asks the database: who is asking stands in the request, the estates in memory, and
which of several estates one was last at in a cookie.
"""

from uuid import UUID

from litestar import Request
from litestar.datastructures import Cookie

from coordination.home.neighbourhood import Neighbour, estate_known, estates_known
from coordination.people.access import asker_of
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.settings import settings
from coordination.web.chrome import Chrome, Section, Tab
from coordination.web.security import ONE_YEAR, our_cookie

ESTATE_COOKIE = "estate"
FOOTER = (
    ("谁负责", "/responsible"), ("帮助", "/help"), ("个人信息", "/privacy"),
    ("无障碍", "/accessibility"), ("核对编码", "/v"),
)  # fmt: skip
SECOND_FACTOR = Section("工作台", (Tab("完成二次验证", "/second-factor?next=/work"),))
BOARD = Section("工作台", (Tab("待办", "/work"),))
INBOX = Tab("收件箱", "/desk/inbox")
LIST = Tab("全部工单", "/desk/tickets")
CALLS = Tab("回访清单", "/desk/visits")
FILING = Tab("代办吹哨", "/desk/filings/new", covers=("/desk/filings",))
HANDING_OVER = Tab("物业交接", "/desk/handovers")
PATROLS = Tab("联动巡察", "/tickets/patrols")
SHEETS = Tab("导入热线工单", "/tickets/imports")
KEYS = Tab("系统对接", "/tickets/keys")
ROSTERS = Tab("值班表", "/desk/rosters")
CLOCKS = Tab("时限", "/desk/policies")
ROUTES = Tab("责任表", "/desk/routes")
INCIDENTS = Tab("突发事件", "/incidents")
CAMPAIGNS = Tab("专项整治", "/campaigns")
DISCLOSING = Tab("办理公开", "/disclosures/desk")
CONSULTING = Tab("意见征询", "/consultations")
ROOMS = Tab("管理场地", "/rooms/desk", covers=("/rooms",))
REPORTS = Tab("统计与榜单", "/reports")
OVERVIEW = Tab("各小区一览", "/overview")
BOOKS = Tab("记录本和台账", "/books")
# The desk of each office, in the order of its day.
DESKS = {
    RoleKind.PROPERTY_MANAGER: (
        LIST, FILING, INCIDENTS, PATROLS, ROSTERS, KEYS, REPORTS, DISCLOSING, CONSULTING,
    ),
    RoleKind.PROPERTY_STAFF: (LIST, FILING, INCIDENTS, PATROLS, ROSTERS),
    RoleKind.COMMITTEE_MEMBER: (PATROLS, REPORTS, DISCLOSING, ROOMS, CONSULTING),
    RoleKind.COMMUNITY_WORKER: (
        INBOX, LIST, CALLS, FILING, INCIDENTS, CAMPAIGNS, PATROLS, ROSTERS, SHEETS, KEYS,
        HANDING_OVER, OVERVIEW, REPORTS, BOOKS, DISCLOSING, ROOMS,
        CONSULTING,
    ),
    RoleKind.SUBDISTRICT_OFFICER: (
        INBOX, LIST, CALLS, CAMPAIGNS, PATROLS, ROSTERS, CLOCKS, ROUTES, SHEETS, KEYS,
        HANDING_OVER, OVERVIEW, REPORTS, BOOKS,
    ),
    RoleKind.DEPARTMENT_OFFICER: (
        INBOX, LIST, CAMPAIGNS, ROSTERS, KEYS, OVERVIEW, REPORTS,
    ),
    RoleKind.SUPERVISOR: (LIST, PATROLS, OVERVIEW, REPORTS, BOOKS),
}  # fmt: skip
CONVENING = Section(
    "业主大会",
    (
        Tab("议事工作台", "/desk/matters"),
        Tab("我召集的表决", "/ballots/convening"),
        Tab("起草表决", "/ballots/new"),
        Tab("发布通知", "/notices/new"),
    ),
)
COMMUNITY = Section(
    "社区",
    (
        Tab("议事工作台", "/desk/matters"),
        Tab("名册与房屋", "/registry"),
        Tab("绑定码函送达", "/deliveries"),
        Tab("窗口办理", "/counter", covers=("/people",)),
        Tab("发布通知", "/notices/new"),
        Tab("小区与设置", "/places"),
    ),
)
DELIVERING = Section("楼组长", (Tab("绑定码函送达", "/deliveries"),))
OVERSEEING = Section("监督", (Tab("查阅记录", "/audit/look-ups"),))
OPERATING = Section(
    "运营",
    (
        Tab("地点", "/places"),
        Tab("设置", "/settings"),
        Tab("工作日历", "/calendar"),
        CLOCKS,
        ROUTES,
        Tab("单位", "/bodies"),
        Tab("人员与身份", "/people"),
        Tab("窗口办理", "/counter"),
        Tab("消息", "/outbox"),
        SHEETS,
        KEYS,
        Tab("审计日志", "/audit"),
        Tab("查阅记录", "/audit/look-ups"),
    ),
)
DEMO = Section("演示", (Tab("演示时钟", "/clock"), Tab("演示数据", "/demo")))
MEETING = Section("会议", (Tab("会议", "/meetings"), Tab("召集会议", "/meetings/new")))
MEETS = frozenset({
    RoleKind.COMMUNITY_WORKER, RoleKind.COMMITTEE_MEMBER, RoleKind.SUBDISTRICT_OFFICER,
    RoleKind.BUILDING_LEAD,
})  # fmt: skip
ELECTING = Section("业主大会", (Tab("筹备组", "/ballots/groups"),))
SECTIONS = {
    RoleKind.SUBDISTRICT_OFFICER: ELECTING,
    RoleKind.COMMITTEE_MEMBER: CONVENING,
    RoleKind.PREPARATORY_MEMBER: CONVENING,
    RoleKind.COMMUNITY_WORKER: COMMUNITY,
    RoleKind.BUILDING_LEAD: DELIVERING,
    RoleKind.SUPERVISOR: OVERSEEING,
    RoleKind.OPERATOR: OPERATING,
}


def chrome(request: Request) -> Chrome:
    """For `register_chrome`."""
    asker = asker_of(request)
    estate = estate_here(request, asker)
    return Chrome(
        person=asker.name if asker else None,
        estate=estate.name if estate else "社区协同",
        home=home_of(estate),
        tabs=_tabs(estate),
        sections=sections_of(asker),
        footer=FOOTER,
        sign_in="/sign-in",
        officer=estate.officer if estate else None,
    )


def home_of(estate: Neighbour | None) -> str:
    return f"/estates/{estate.id}" if estate else "/"


def estate_here(request: Request, asker: Asker | None) -> Neighbour | None:
    """The estate that a page speaks of: the one in its address, else the one last looked at, else
    the only one there is, or that the offices of the asker cover."""
    found = estate_known(_named_in(request.url.path)) or estate_known(
        _uuid(request.cookies.get(ESTATE_COOKIE))
    )
    if found:
        return found
    estates = estates_known()
    reach = [role for role in asker.roles if role.place_path is not None] if asker else []
    if len(estates) > 1:
        estates = [e for e in estates if any(role.covers_path(e.path) for role in reach)]
    return estates[0] if len(estates) == 1 else None


def remembered(estate: UUID) -> Cookie:
    """So that other pages know which estate one was at."""
    return our_cookie(ESTATE_COOKIE, str(estate), max_age=ONE_YEAR)


def sections_of(asker: Asker | None) -> tuple[Section, ...]:
    """The staff's pages, each once; none for who holds no office."""
    if asker is None:
        return ()
    found = [BOARD] if asker.roles else []
    found += [SECOND_FACTOR] if asker.waiting else []
    kinds = {role.kind for role in asker.roles}
    found += [Section("工单", tabs) for kind, tabs in DESKS.items() if kind in kinds]
    found += dict.fromkeys(section for kind, section in SECTIONS.items() if kind in kinds)
    if kinds & MEETS:
        found.append(MEETING)
    if asker.is_operator() and settings().demo:
        found.append(DEMO)
    return _each_once(found)


def _each_once(sections: list[Section]) -> tuple[Section, ...]:
    shown: set[str] = set()
    parts = []
    for section in sections:
        tabs = tuple(tab for tab in section.tabs if tab.href not in shown)
        shown |= {tab.href for tab in tabs}
        if tabs:
            parts.append(Section(section.label, tabs))
    return tuple(parts)


def _tabs(estate: Neighbour | None) -> tuple[Tab, ...]:
    of = f"?estate={estate.id}" if estate else ""
    return (
        Tab("首页", home_of(estate), "home", ("/", "/estates", "/help")),
        Tab("议事", f"/matters{of}", "vote", ("/matters", "/ballots", "/meetings", "/petitions")),
        Tab("吹哨", f"/tickets/new{of}", "whistle", ("/tickets", "/r"), prominent=True),
        Tab(
            "公开",
            f"/disclosures{of}",
            "open",
            (
                "/disclosures",
                "/notices",
                "/v",
                "/reports",
                "/campaigns",
                "/rooms",
                "/consultations",
                "/duty-reports",
                "/registers",
                "/responsible",
            ),  # fmt: skip
        ),
        Tab("我的", "/me", "person", ("/messages", "/bind", "/consent", "/sign-in", "/join")),
    )


def _named_in(path: str) -> UUID | None:
    root, _, rest = path.removeprefix("/").partition("/")
    return _uuid(rest.partition("/")[0]) if root in ("estates", "registry") else None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
