"""What a deployment begins with: categories, the 居委会's duty list, lines of the table.

The seven matters 房屋出租、垃圾清运、违建拆除、治安管理、道路维护、管网疏通、绿化养护 and the
departments 城乡建设、城管、公安、水务、园林 are Jiangxia's; who answers for which is not in that
source, so the pairing here is a start to be edited.
"""

from uuid import UUID, uuid5

NAMESPACE = UUID("6f1ad1a4-7f0e-5a55-9d1c-2b7a4c1f3e80")

# code, name, icon, priority, tags; then those below it: code, name, priority, tags
CATEGORIES = (
    (
        ("danger", "危险紧急", "warn", "p0", "危险 紧急 救命"),
        ("lift-trapped", "电梯困人", "p0", "困梯 电梯 被困 关人"),
        ("gas-leak", "燃气泄漏", "p0", "煤气 天然气 漏气 气味"),
        ("fire", "火情", "p0", "着火 起火 冒烟 火灾 浓烟"),
        ("falling-object", "高空坠物", "p0", "掉砖 墙皮 脱落 抛物"),
        ("electric-leak", "漏电", "p0", "触电 电线掉落 电线裸露 打火"),
    ),
    (
        ("supply", "水电气暖、电梯", "drop", "p1", "停水 停电 停气 停暖 电梯"),
        ("water-cut", "停水", "p1", "没水 水压 二次供水 水质"),
        ("power-cut", "停电", "p1", "没电 跳闸 电力"),
        ("heating-cut", "停气停暖", "p1", "暖气 供暖 不热 停气 煤气"),
        ("lift-out", "电梯停运", "p1", "电梯 电梯坏 电梯停 停梯 轿厢 异响"),
        ("sewage", "污水外溢", "p1", "下水道 返水 堵塞 化粪池 满溢"),
    ),
    (
        ("surroundings", "环境绿化", "leaf", "p2", "保洁 卫生 绿化"),
        ("cleaning", "楼道保洁", "p2", "卫生 打扫 脏 楼道 堆物 小广告"),
        ("waste", "垃圾清运", "p2", "垃圾 清运 异味 分类 建筑垃圾"),
        ("greening", "绿化养护", "p2", "树 草坪 修剪 枯死 虫害"),
        ("pests", "消杀除害", "p2", "老鼠 蟑螂 白蚁 蚊虫"),
    ),
    (
        ("order", "秩序停车", "car", "p2", "停车 噪音 门禁 治安"),
        ("parking", "停车", "p2", "车位 占位 堵车 充电 电动车"),
        # No fire, but nothing that can wait for the next working day either.
        ("fire-lane", "消防通道堵塞", "p1", "消防通道 通道堵塞 占用 疏散 安全出口 登高面"),
        ("noise", "噪音", "p2", "噪声 吵 装修 扰民 广场舞"),
        ("gates", "门禁道闸", "p2", "门禁 刷卡 大门 单元门 监控"),
        ("security", "治安管理", "p2", "治安 偷盗 打架 保安 陌生人"),
        ("pets", "养犬养宠", "p2", "狗 犬 猫 宠物 遛狗 咬人"),
    ),
    (
        ("building", "房屋设施", "home", "p2", "房屋 漏水 道路 管网 违建"),
        ("leaking", "渗漏", "p2", "漏水 渗水 外墙 屋顶 发霉"),
        ("lighting", "照明设施", "p2", "路灯 楼道灯 灯不亮 灯坏 灯灭 没灯 声控灯"),
        ("roads", "道路维护", "p2", "路面 坑 井盖 破损 无障碍"),
        ("pipes", "管网疏通", "p2", "管道 排水 堵 雨水 积水"),
        ("illegal-building", "违建拆除", "p3", "违建 违章 搭建 私搭 圈占"),
        ("defects", "房屋质量", "p3", "质量 开裂 保修 沉降"),
    ),
    (
        ("affairs", "服务事务", "person", "p2", "物业 收费 出租 邻里 资金 其他"),
        ("property-service", "物业服务收费", "p2", "物业费 服务 态度 收费 公示"),
        ("renting", "房屋出租", "p2", "出租 群租 租客 民宿"),
        ("neighbours", "邻里纠纷", "p2", "邻居 纠纷 调解 矛盾"),
        ("community-service", "社区便民服务", "p2", "证明 助老 低保 便民"),
        ("works-fund", "动用维修资金", "p4", "维修资金 大修 更换电梯 改造"),
        ("documents", "申请公开资料", "p4", "公开 查阅 账目 合同 资料"),
        ("other", "其他", "p2", "其他 别的"),
    ),
)

ORGANIC_LAW = "《城市居民委员会组织法》"
# category, self_governed 依法自治 or assisted 依法协助, by which text
DUTIES = (
    ("neighbours", "self_governed", f"{ORGANIC_LAW}第三条第（三）项：调解民间纠纷"),
    ("community-service", "self_governed", f"{ORGANIC_LAW}第四条：开展便民利民的社区服务活动"),
    ("security", "assisted", f"{ORGANIC_LAW}第三条第（四）项：协助维护社会治安"),
    ("surroundings", "assisted", f"{ORGANIC_LAW}第三条第（五）项：协助做好公共卫生等工作"),
    ("renting", "assisted", f"{ORGANIC_LAW}第三条第（四）项：协助维护社会治安"),
    ("pets", "assisted", f"{ORGANIC_LAW}第三条第（五）项：协助做好公共卫生等工作"),
)

# category, which kind of body leads: everywhere, until somebody says otherwise
LEADS = (
    ("neighbours", "residents_committee"),
    ("community-service", "residents_committee"),
)

# department, the matters it leads
DEPARTMENTS = (
    ("城乡建设局", ("renting", "defects", "works-fund")),
    ("城市管理执法局", ("waste", "illegal-building", "roads")),
    ("公安分局", ("security",)),
    ("水务局", ("pipes",)),
    ("园林局", ("greening",)),
)


def category_id(code: str) -> UUID:
    """The same in every database."""
    return uuid5(NAMESPACE, code)


def category_rows() -> list[tuple]:
    """id, code, parent, name, icon, priority, tags, sort."""
    found: list[tuple] = []
    for (code, name, icon, priority, tags), *below in CATEGORIES:
        main = category_id(code)
        found.append((main, code, None, name, icon, priority, tags, len(found)))
        for under, called, urgency, words in below:
            found.append(
                (category_id(under), under, main, called, None, urgency, words, len(found))
            )
    return found
