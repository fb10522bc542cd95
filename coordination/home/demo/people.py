"""Who is who in the made estate 梧桐苑: the same names, phones and secrets each time."""

import base64
import hashlib
import random
from dataclasses import dataclass

SEED = 278
PASSWORD = "wutongyuan-2026"
SURNAMES = "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (
    "秀兰桂英志强建华丽娟海燕国庆晓东文静玉梅春生明辉雪梅俊杰淑芬立新红霞永福"
    "思远佳怡子轩美玲德胜金凤卫东小红振宇月娥少华静怡天佑瑞雪长江慧敏家豪素珍"
)


@dataclass(frozen=True, slots=True)
class Made:
    """Somebody made up. `number` is their 证件号, `phone` as people write it."""

    name: str
    phone: str
    number: str

    @property
    def totp_secret(self) -> str:
        """The same at each start, so that an authenticator app can be set up once."""
        digest = hashlib.sha256(f"coordination demo {self.phone}".encode()).digest()
        return base64.b32encode(digest[:20]).decode()


def made(name: str, index: int) -> Made:
    """A person with a phone and a 证件号 that belong to no series in use."""
    return Made(name, f"1990000{index:04d}", f"42011519{50 + index % 50:02d}0101{index:04d}")


# Those who hold an office; some of them own a home here as well.
OPERATOR = made("周维", 1)
WORKER = made("陈静", 2)
CHAIR = made("王建国", 3)
MEMBER = made("刘芳", 4)
PREPARING = made("郑宏", 5)
MANAGER = made("赵鹏", 6)
SUPERVISOR = made("孙敏", 7)
SUBDISTRICT = made("吴刚", 8)
LEAD = made("黄桂兰", 9)

# Owners with a story, and those who own nothing.
OWNER = made("李秀英", 11)
WIFE = made("林晓燕", 12)
HUSBAND = made("张伟", 13)
THREE_UNITS = made("何志强", 14)
VOTED = made("徐磊", 15)
TENANT = made("谢婷", 16)
UNBOUND = made("马文斌", 17)

NAMED = (
    OPERATOR, WORKER, CHAIR, MEMBER, PREPARING, MANAGER, SUPERVISOR, SUBDISTRICT, LEAD,
    OWNER, WIFE, HUSBAND, THREE_UNITS, VOTED, TENANT, UNBOUND,
)  # fmt: skip


def neighbours(count: int, first: int = 100, seed: int = SEED) -> list[Made]:
    """So many more people, none with a name of those above; at most 1,200, all different."""
    drawn = random.Random(seed)
    taken = {person.name for person in NAMED}
    found: list[Made] = []
    while len(found) < count:
        name = drawn.choice(SURNAMES) + _given(drawn)
        if name not in taken:
            taken.add(name)
            found.append(made(name, first + len(found)))
    return found


def _given(drawn: random.Random) -> str:
    start = 2 * drawn.randrange(len(GIVEN) // 2)
    return GIVEN[start : start + 2]
