"""What made matters are about, and how far each came."""

from dataclasses import dataclass

from coordination.law.classes import MatterClass
from coordination.matters.tables import Door


@dataclass(frozen=True, slots=True)
class Topic:
    """Something to be talked over, and what came of it."""

    title: str
    text: str
    met: str
    resolved: str
    done: str
    reserved: MatterClass | None = None


TOPICS = (
    Topic("车库临时停车收费要公开", "三个月里涨了两次，想看看依据和收支，一起商量个标准。",
          "在社区会议室开四方联席会议，物业说明了成本。", "公开收费依据和每季收支，暂缓涨价。",
          "依据和收支已上墙上网。"),
    Topic("电动自行车充电棚建在哪里", "飞线充电太危险，请定个地方，大家都能用。",
          "各栋代表到会，比较了三个位置。", "在东门内侧建 40 个车位的充电棚。",
          "充电棚已建成，消防已看过。"),
    Topic("北门夜间关不关", "关了绕路，不关不放心，请听听两边的意见。",
          "居民议事会，晚归的和怕吵的都说了。", "晚 11 点后刷卡进出。", "门禁已装好。"),
    Topic("儿童活动区铺软垫", "孩子摔了几次，水泥地太硬。", "看了两家样品和报价。",
          "用公共收益铺 120 平方米软垫。", "软垫已铺好，家长验收。"),
    Topic("公共收益花在哪里", "电梯广告每年有收入，想知道怎么用。",
          "业委会公布了一年的账。", "每季公示一次，重大开支先征求意见。", "一、二季度已公示。"),
    Topic("楼道堆物专项清理", "消防通道堵了，劝过几次没有用。", "社区、物业、楼组长一起排了名单。",
          "先劝后清，两周内完成。", "三栋楼已清理完。"),
    Topic("遛狗不牵绳怎么管", "早晚都有人不牵绳，老人害怕。", "养狗的和不养狗的各来了八户。",
          "划定遛狗时段和区域，物业巡查提醒。", "提示牌已立，巡查有记录。"),
    Topic("屋顶漏水动用维修资金", "顶楼六户连着漏，修补管不住。", "施工方说明了两种做法。",
          "提请业主大会表决。", "", MatterClass.SPEND_FUND),
    Topic("门口绿地改停车位", "车没处停，想把门口那块绿地改成车位。", "赞成和反对的都不少。",
          "提请业主大会表决。", "", MatterClass.COMMON_USE),
    Topic("老人食堂设在哪里", "独居老人多，吃饭不方便。", "看了社区用房和会所两处。",
          "会所一楼每天供一餐午饭。", "食堂已开，每天约 60 人。"),
    Topic("快递柜挡住了单元门口", "门口太窄，轮椅过不去。", "快递公司也来了人。",
          "移到西侧车棚旁。", "已移走，地面已修平。"),
    Topic("装修时间要不要再短一点", "周末装修吵得没法休息。", "问了正在装修的五户。",
          "周末和午间不施工，物业登记时告知。", "新的装修承诺书已启用。"),
)  # fmt: skip

# How far the matters of an estate came, and how many days ago they were raised.
FARS = (
    ("collecting", 3, Door.RESIDENT),
    ("late", 22, Door.RESIDENT),
    ("screened", 9, Door.RESIDENT),
    ("discussed", 25, Door.TICKETS),
    ("decided", 40, Door.PARTY),
    ("done", 60, Door.RESIDENT),
    ("evaluated", 30, Door.RESIDENT),
    ("approved", 120, Door.PATROL),
    ("sent_back", 90, Door.RESIDENT),
    ("answered", 70, Door.RESIDENT),
    ("declined", 80, Door.RESIDENT),
    ("to_ticket", 50, Door.RESIDENT),
)
EACH = 7  # matters of one estate: 42 together, each stage several times
ANSWER = "已向街道核实：这件事由市里统一规定，本小区不能另定，依据张贴在公告栏。"
SCREENED = {
    "listed": "列入下次四方联席会议的议题。",
    "declined": "上月议事会已有决议，执行满三个月后再议。",
    "to_ticket": "责任清楚，不用再议，已转物业当工单办理。",
    "to_ballot": "利用共有部分和动用维修资金，要由业主共同决定。",
}
JUDGED_GOOD = ("办得实在", "比以前好", "", "说到做到")
JUDGED_POOR = ("没看到结果", "", "还差一点")
