"""What made meetings were about over two years, and how what they asked for went."""

from dataclasses import dataclass

KINDS = (
    "three_party", "talk", "three_party", "committee", "three_party", "mediation", "three_party",
    "appraisal", "three_party", "hearing",
)  # fmt: skip
EACH = len(KINDS)  # meetings of one estate over MONTHS; 60 together, with 300 tasks
DAYS = 715  # how long ago the first of them was
ROOM = "社区二楼会议室"


@dataclass(frozen=True, slots=True)
class About:
    """One topic: what was said of it, resolved, and asked of whom."""

    title: str
    text: str
    resolved: str


ABOUTS = (
    About("道闸早晚常开", "外来车随意进出，多次有人反映。", "物业两周内修好道闸，恢复早晚值守。"),
    About("楼道堆物", "几栋楼的消防通道被占。", "先劝后清，两周内清完，楼组长复查。"),
    About("垃圾清运不及时", "周末桶满外溢。", "周末加收一次，站点每日冲洗。"),
    About("电梯维保", "两台电梯常停。", "维保单位每半月到场，停梯两小时内贴告示。"),
    About("夜间施工噪音", "装修超时。", "物业登记时告知时段，超时的当场制止。"),
    About("绿化补种", "东侧绿地裸露。", "春季补种，养护期半年。"),
    About("充电桩收费", "计费不清。", "电价和服务费分列，上墙公布。"),
    About("汛期排水", "地下车库进过水。", "汛前清淤，沙袋和水泵到位。"),
    About("公共收益公示", "季度公示晚了。", "每季首月十五日前公示，社区核对。"),
    About("消防水压不足", "顶层消火栓压力低。", "月内检修加压泵，结果公示。"),
)  # fmt: skip
TASKS = (
    "现场查看，列出清单", "联系维修单位，约定时间", "张贴告知，通知到户", "组织施工，恢复现场",
    "回访住户，记下意见", "结果上墙，拍照留存", "汇总经费，报业委会核对",
)  # fmt: skip
RESULTS = ("已办，附现场照片。", "完成，住户认可。", "办结，已张贴。", "已回访，无新意见。")
BACK, EXTENDED, DROPPED = "照片看不清，请补。", "配件未到，顺延。", "由专项整治统一办理。"
EVIDENCE = ("现场照片", "签收记录", "")
