"""What every deployment begins with: the items of the six shelves, their rhythm and their source.

Where a law says 定期 and no more, the rhythm is the house's; a local rule is a row of its own.
"""

import json
from uuid import UUID, uuid5

from coordination.disclosures.tables import Rhythm, Shelf
from coordination.people.tables import BodyKind

SPACE = UUID("6f0d8a50-3b7e-4d1e-9a55-0c7b1d2f4e10")
COMPANY, COMMITTEE, RESIDENTS = (
    BodyKind.PROPERTY_COMPANY, BodyKind.OWNERS_COMMITTEE, BodyKind.RESIDENTS_COMMITTEE,
)  # fmt: skip
READING = "建筑物区分所有权司法解释（法释〔2020〕17号）第十三条"
GUIDE = "业主大会和业主委员会指导规则（建房〔2009〕274号）"
PARTY = "中国共产党党务公开条例（试行）；周期按本地规定"
RESIDENTS_LAW = "城市居民委员会组织法（收支账目应当及时公布，接受居民监督）；周期按本地规定"
IN_OUT = "项目 收入* 支出* 说明"  # a star: money

# code, shelf, title, says, who answers, rhythm, days, working days, basis, columns
ITEMS = (
    ("party-affairs", Shelf.PARTY, "党组织工作情况", "党组织活动、承诺事项和完成情况",
     RESIDENTS, Rhythm.QUARTERLY, 10, True, PARTY, ""),
    ("party-funds", Shelf.PARTY, "党组织服务群众经费", "服务群众经费的项目和支出",
     RESIDENTS, Rhythm.HALF_YEARLY, 10, True, PARTY, "项目 金额* 说明"),
    ("residents-affairs", Shelf.RESIDENTS, "居民委员会工作情况", "办理的事项、结果和下一步安排",
     RESIDENTS, Rhythm.QUARTERLY, 10, True, RESIDENTS_LAW, "事项 结果"),
    ("residents-accounts", Shelf.RESIDENTS, "居民委员会收支账目", "公益事业经费的收入、支出和结余",
     RESIDENTS, Rhythm.HALF_YEARLY, 10, True, RESIDENTS_LAW, IN_OUT),
    ("common-income", Shelf.FINANCE, "公共收益收支",
     "广告、停车、场地等共有部分的收入，合理成本，结余和存放账户",
     COMPANY, Rhythm.QUARTERLY, 30, False,
     f"民法典第二百八十二条、第九百四十三条；{READING}第三项", IN_OUT),
    ("maintenance-fund", Shelf.FINANCE, "维修资金筹集和使用", "维修资金的账户余额、筹集和使用情况",
     COMMITTEE, Rhythm.HALF_YEARLY, 30, False,
     f"民法典第二百八十一条第一款；{READING}第一项", IN_OUT),
    ("committee-funds", Shelf.FINANCE, "业主委员会工作经费收支", "工作经费的来源和用途",
     COMMITTEE, Rhythm.HALF_YEARLY, 30, False, f"{GUIDE}第三十六条、第四十二条", IN_OUT),
    ("service-performance", Shelf.SERVICE, "物业服务履行情况",
     "保洁、保安、绿化、维修各做了什么，与合同约定的质量要求对照",
     COMPANY, Rhythm.QUARTERLY, 15, False, "民法典第九百四十三条", "服务 约定 完成情况"),
    ("equipment", Shelf.SERVICE, "电梯、消防等设施设备维护", "检验结论、维护次数和待修的问题",
     COMPANY, Rhythm.YEARLY, 30, False, "民法典第九百四十二条、第九百四十三条",
     "设施 检验结论 待修问题"),
    ("owners-rules", Shelf.COMMITTEE, "管理规约和议事规则", "现行的管理规约、业主大会议事规则全文",
     COMMITTEE, Rhythm.ONCE, 30, False, f"{READING}第二项；{GUIDE}第三十六条", ""),
    ("committee-register", Shelf.COMMITTEE, "业主委员会成员和备案",
     "成员分工、任期、备案情况和联系方式",
     COMMITTEE, Rhythm.ONCE, 30, False, f"{GUIDE}第三十六条", "职务 任期 分工"),
    ("committee-decisions", Shelf.COMMITTEE, "业主大会、业主委员会的决定",
     "本期作出的决定和会议记录",
     COMMITTEE, Rhythm.QUARTERLY, 15, False, f"{READING}第二项；{GUIDE}第三十六条",
     "决定 日期 表决结果"),
    ("service-contract", Shelf.PROPERTY, "物业服务合同", "现行的物业服务合同全文",
     COMPANY, Rhythm.ONCE, 30, False, f"{READING}第三项", ""),
    ("service-fees", Shelf.PROPERTY, "收费项目和标准", "每个收费项目、标准和依据",
     COMPANY, Rhythm.YEARLY, 30, False, "民法典第九百四十三条", "项目 标准 依据"),
    ("service-staff", Shelf.PROPERTY, "服务事项和负责人员", "各项服务由哪个岗位负责，怎样联系",
     COMPANY, Rhythm.YEARLY, 30, False, "民法典第九百四十三条", "服务 岗位 值班电话"),
    ("parking", Shelf.PROPERTY, "车位、车库处分情况",
     "规划车位的出售、附赠、出租，占用共有道路的车位",
     COMPANY, Rhythm.YEARLY, 30, False, f"{READING}第四项", "位置 个数 处分方式 收入*"),
)  # fmt: skip


def item_id(code: str) -> UUID:
    return uuid5(SPACE, code)


def item_rows() -> list[tuple]:
    """The rows, in the order of the columns that the migration names."""
    return [
        (item_id(code), code, sort, shelf.value, title, says, answers.value, rhythm.value, days,
         in_working_days, basis, json.dumps(_columns(columns), ensure_ascii=False),
         columns == IN_OUT)
        for sort, (code, shelf, title, says, answers, rhythm, days, in_working_days, basis, columns)
        in enumerate(ITEMS)
    ]  # fmt: skip


def _columns(words: str) -> list[dict[str, object]]:
    return [{"name": one.rstrip("*"), "money": one.endswith("*")} for one in words.split()]
