"""The checklist 巡察清单 that a deployment begins with; the community edits it."""

from uuid import UUID, uuid5

from coordination.tickets.routing.seeds import NAMESPACE, category_id

# what to look at, a hint, the category of what is found
CHECKLIST = (
    ("消防通道与消防设施", "通道有无占用堵塞，灭火器、消火栓是否完好", "fire"),
    ("电动自行车停放充电", "有无进楼入户、飞线充电", "parking"),
    ("电梯运行", "年检标志、应急呼叫、有无异响", "lift-out"),
    ("外墙与高空坠物", "墙皮、空调架、阳台花盆", "falling-object"),
    ("楼道保洁与堆物", "楼道、天台有无堆放杂物、小广告", "cleaning"),
    ("垃圾投放与清运", "桶点是否满溢，有无异味、建筑垃圾", "waste"),
    ("绿化养护", "枯死、倒伏、虫害、毁绿种菜", "greening"),
    ("道路与井盖", "破损、积水、井盖缺失", "roads"),
    ("排水与化粪池", "有无堵塞、外溢", "pipes"),
    ("照明", "路灯、楼道灯是否正常", "lighting"),
    ("门禁与监控", "单元门、道闸、摄像头是否正常", "gates"),
    ("私搭乱建与圈占", "有无新增违建、圈占公共部位", "illegal-building"),
)


def item_id(text: str) -> UUID:
    """The same in every database."""
    return uuid5(NAMESPACE, f"patrol {text}")


def checklist_rows() -> list[tuple]:
    """id, text, hint, category, sort."""
    return [
        (item_id(text), text, hint, category_id(code), sort)
        for sort, (text, hint, code) in enumerate(CHECKLIST, 1)
    ]
