"""Published votes rebuilt: as many owners and as much area as printed, one unit each.

Which owner has how much area is not published; the shares here are even, and no count depends
on them.
"""

import csv
import json
from pathlib import Path

from coordination.ballots.tally_command import main
from coordination.law.areas import format_area, parse_area
from coordination.law.classes import MatterClass

PUBLISHED = Path(__file__).parent / "published"
ROLL = ["楼栋", "单元", "房号", "专有部分面积", "业主姓名", "证件号", "性质", "联系电话"]
BALLOTS = ["楼栋", "单元", "房号", "事项", "选择", "渠道", "送达", "时间"]
UNDELIVERED = "未送达"


def published(name):
    """The votes of one file, by id."""
    votes = json.loads((PUBLISHED / f"{name}.json").read_text("utf-8"))
    return {vote["id"]: vote for vote in votes}


def matter_of(vote):
    return list(MatterClass)[vote["item"] - 1] if vote["item"] else MatterClass.OTHER


def option(question, choice):
    return next(told for told in question["options"] if told["choice"] == choice)


def persons(vote, *names):
    return sum(vote[name]["persons"] for name in names)


def weight(printed):
    return printed["persons"], parse_area(printed["area_m2"])


def shares(persons, area_cm2):
    """The area in as many parts, even but for the last cm²."""
    even, rest = divmod(area_cm2, persons)
    return [even + (i < rest) for i in range(persons)]


def write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def rebuild(folder, groups):
    """Roll and ballots of `groups`, {choice: (persons, area_cm2)}; 未送达 has no ballot."""
    roll, ballots = [], []
    for choice, (persons, area_cm2) in groups.items():
        for area in shares(persons, area_cm2) if persons else []:
            room = f"{len(roll) + 1:05d}"
            roll.append(["1栋", "", room, format_area(area), "", f"ID{room}", "住宅", ""])
            if choice != UNDELIVERED:
                ballots.append(["1幢", "", room, "", choice, "", "是", ""])
    return write(folder / "roll.csv", ROLL, roll), write(folder / "ballots.csv", BALLOTS, ballots)


def counted(folder, capsys, groups, matter, *flags):
    """What `coordination tally` prints for the rebuilt vote, its one question."""
    roll, ballots = rebuild(folder, groups)
    asked = ["--roll", str(roll), "--ballots", str(ballots), "--matter", matter]
    assert main([*asked, "--on", "2026-03-01", "--json", *flags]) == 0
    (question,) = json.loads(capsys.readouterr().out)["questions"]
    return question
