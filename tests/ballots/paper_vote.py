"""A vote held on paper: its two files, and what `coordination tally` says of them."""

import csv
import io
import json

import openpyxl

from coordination.ballots.tally_command import main

ROLL = ["楼栋", "单元", "房号", "专有部分面积", "业主姓名", "证件号", "性质", "联系电话"]


BALLOTS = ["楼栋", "单元", "房号", "事项", "选择", "渠道", "送达", "时间"]


RULE_TEXT = "已送达而未表决的，计入已表决的多数票"


JOINS = ("--silence", "delivered_joins_majority", "--silence-rule", RULE_TEXT)


def a_unit(room, area="100", owner=None, kind="住宅", building="1栋", entrance="1单元"):
    return [
        building,
        entrance,
        room,
        area,
        "业主",
        f"ID{room}" if owner is None else owner,
        kind,
        "",
    ]


def a_ballot(room, choice, question="换电梯", delivered="", building="1栋", entrance="1单元"):
    return [building, entrance, room, question, choice, "纸质", delivered, ""]


THREE = [a_unit("101", "89.1234"), a_unit("102", "100.5"), a_unit("103", "80")]


SILENT = [
    a_ballot("101", "同意"),
    a_ballot("102", "同意"),
    a_ballot("103", "未表决", delivered="是"),
]


def as_csv(rows, encoding="utf-8"):
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows, sheet="数据"):
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = sheet
    for row in rows:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class Vote:
    """Two files in a folder and what the command says of them."""

    def __init__(self, folder, capsys):
        self.folder = folder
        self.capsys = capsys

    def files(self, roll, ballots, *, suffix=".csv", form=as_csv):
        for name, header, rows in (("roll", ROLL, roll), ("ballots", BALLOTS, ballots)):
            content = rows if isinstance(rows, bytes) else form([header, *rows])
            (self.folder / (name + suffix)).write_bytes(content)
        return [
            *("--roll", str(self.folder / f"roll{suffix}")),
            *("--ballots", str(self.folder / f"ballots{suffix}")),
        ]

    def run(self, roll, ballots, *flags, matter="spend_fund", **form):
        asked = [*self.files(roll, ballots, **form), "--matter", matter, "--on", "2026-03-01"]
        code = main([*asked, *flags])
        return code, *self.capsys.readouterr()

    def questions(self, roll, ballots, *flags, **form):
        code, out, err = self.run(roll, ballots, "--json", *flags, **form)
        assert (code, err) == (0, "")
        return json.loads(out)["questions"]

    def question(self, roll, ballots, *flags, **form):
        (question,) = self.questions(roll, ballots, *flags, **form)
        return question

    def refused(self, roll, ballots, *flags, **form):
        code, out, err = self.run(roll, ballots, "--json", *flags, **form)
        assert (code, out) == (2, "")
        return err.strip()


def weights(question):
    """Persons of every place an owner can end in."""
    places = {told["choice"]: told["persons"] for told in question["options"] if told["persons"]}
    for name in ("invalid", "delivered_unreturned", "undelivered"):
        places |= {name: question[name]["persons"]} if question[name]["persons"] else {}
    conflicts = sum(listed["persons"] for listed in question["conflicts"])
    return places | ({"conflicts": conflicts} if conflicts else {})
