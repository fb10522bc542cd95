"""The staff's menu: pages grouped by what they are about, each shown to the offices that use it."""

from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.settings import settings
from coordination.web.chrome import Section, Tab

MANAGER, STAFF = RoleKind.PROPERTY_MANAGER, RoleKind.PROPERTY_STAFF
MEMBER, PREPARING = RoleKind.COMMITTEE_MEMBER, RoleKind.PREPARATORY_MEMBER
WORKER, STREET = RoleKind.COMMUNITY_WORKER, RoleKind.SUBDISTRICT_OFFICER
DEPARTMENT, WATCHING = RoleKind.DEPARTMENT_OFFICER, RoleKind.SUPERVISOR
LEAD, OPERATOR = RoleKind.BUILDING_LEAD, RoleKind.OPERATOR
PROPERTY = (MANAGER, STAFF)
DECIDING = (WORKER, STREET, DEPARTMENT)
ABOVE = (WORKER, STREET, DEPARTMENT, WATCHING)

SECOND_FACTOR = Section("工作台", (Tab("完成二次验证", "/second-factor?next=/work"),))
# Subject → its pages, each with the offices that have it in their menu; in the order of a day.
MENU: tuple[tuple[str, tuple[tuple[Tab, tuple[RoleKind, ...]], ...]], ...] = (
    ("工作台", (
        (Tab("待办", "/work"), tuple(RoleKind)),
        (Tab("收件箱", "/desk/inbox"), DECIDING),
        (Tab("各小区一览", "/overview"), ABOVE),
    )),
    ("工单", (
        (Tab("全部工单", "/desk/tickets"), (*PROPERTY, *ABOVE)),
        (Tab("回访清单", "/desk/visits"), (WORKER, STREET)),
        (Tab("代办吹哨", "/desk/filings/new", covers=("/desk/filings",)), (*PROPERTY, WORKER)),
        (Tab("突发事件", "/incidents"), (*PROPERTY, WORKER)),
        (Tab("专项整治", "/campaigns"), DECIDING),
        (Tab("联动巡察", "/tickets/patrols"), (*PROPERTY, MEMBER, WORKER, STREET, WATCHING)),
        (Tab("值班表", "/desk/rosters"), (*PROPERTY, *DECIDING)),
        (Tab("时限", "/desk/policies"), (STREET, OPERATOR)),
        (Tab("责任表", "/desk/routes"), (STREET, OPERATOR)),
        (Tab("导入热线工单", "/tickets/imports"), (WORKER, STREET, OPERATOR)),
        (Tab("物业交接", "/desk/handovers"), (WORKER, STREET)),
    )),
    ("会议和议事", (
        (Tab("会议", "/meetings"), (WORKER, MEMBER, STREET, LEAD)),
        (Tab("召集会议", "/meetings/new"), (WORKER, MEMBER, STREET, LEAD)),
        (Tab("议事工作台", "/desk/matters"), (WORKER, MEMBER, PREPARING)),
    )),
    ("业主表决", (
        (Tab("我召集的表决", "/ballots/convening"), (MEMBER, PREPARING)),
        (Tab("起草表决", "/ballots/new"), (MEMBER, PREPARING)),
        (Tab("各小区的表决", "/ballots"), (WORKER, STREET)),
        (Tab("筹备组", "/ballots/groups"), (STREET,)),
    )),
    ("公开", (
        (Tab("办理公开", "/disclosures/desk"), (MANAGER, MEMBER, WORKER)),
        (Tab("管理场地", "/rooms/desk", covers=("/rooms",)), (MEMBER, WORKER)),
        (Tab("意见征询", "/consultations"), (MANAGER, MEMBER, WORKER)),
        (Tab("发布通知", "/notices/new"), (MEMBER, PREPARING, WORKER)),
    )),
    ("住户", (
        (Tab("名册与房屋", "/registry"), (WORKER,)),
        (Tab("绑定码函送达", "/deliveries"), (WORKER, LEAD)),
        (Tab("窗口办理", "/counter", covers=("/people",)), (WORKER,)),
    )),
    ("统计", (
        (Tab("统计与榜单", "/reports"), (MANAGER, MEMBER, *ABOVE)),
        (Tab("记录本和台账", "/books"), (WORKER, STREET, WATCHING)),
        (Tab("查阅记录", "/audit/look-ups"), (WATCHING,)),
    )),
    ("设置", (
        (Tab("小区与设置", "/places"), (WORKER,)),
        (Tab("系统对接", "/tickets/keys"), (MANAGER, *DECIDING)),
    )),
    ("运营", (
        (Tab("地点", "/places"), (OPERATOR,)),
        (Tab("设置", "/settings"), (OPERATOR,)),
        (Tab("工作日历", "/calendar"), (OPERATOR,)),
        (Tab("单位", "/bodies"), (OPERATOR,)),
        (Tab("人员与身份", "/people"), (OPERATOR,)),
        (Tab("窗口办理", "/counter"), (OPERATOR,)),
        (Tab("消息", "/outbox"), (OPERATOR,)),
        (Tab("系统对接", "/tickets/keys"), (OPERATOR,)),
        (Tab("审计日志", "/audit"), (OPERATOR,)),
        (Tab("查阅记录", "/audit/look-ups"), (OPERATOR,)),
    )),
)  # fmt: skip
DEMO = Section("演示", (Tab("演示时钟", "/clock"), Tab("演示数据", "/demo")))


def sections_of(asker: Asker | None) -> tuple[Section, ...]:
    """The staff's pages, each once; none for who holds no office."""
    if asker is None:
        return ()
    kinds, shown = {role.kind for role in asker.roles}, set[str]()
    found = [SECOND_FACTOR] if asker.waiting else []
    for subject, pages in MENU:
        tabs = [tab for tab, offices in pages if kinds & set(offices) and tab.href not in shown]
        shown |= {tab.href for tab in tabs}
        if tabs:
            found.append(Section(subject, tuple(tabs)))
    if asker.is_operator() and settings().demo:
        found.append(DEMO)
    return tuple(found)
