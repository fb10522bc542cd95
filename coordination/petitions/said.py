"""What the notices of a petition say: figures by persons and by area, the bar, who must answer."""

from datetime import datetime

from coordination.notices.rules import Facts, Section
from coordination.petitions.queries import Counted, PetitionRead
from coordination.web.formats import grouped, local_time, percent, square_metres


def result_words(read: PetitionRead, found: Counted) -> str:
    """The result in one sentence."""
    signed, whole = found.signed, found.whole
    return (
        f"业主联名提议召开{read.rule.wording}：{grouped(signed.persons)} 人签名，"
        f"占 {percent(signed.persons, whole.persons)}；面积 {square_metres(signed.area_cm2)}，"
        f"占 {percent(signed.area_cm2, whole.area_cm2)}，已达到比例"
    )


def result_facts(read: PetitionRead, found: Counted, due: datetime) -> Facts:
    """The notice of the result."""
    signed, whole, it = found.signed, found.whole, read.petition
    figures = (
        ("签名人数", f"{grouped(signed.persons)} / {grouped(whole.persons)} 人，"
                     f"{percent(signed.persons, whole.persons)}"),
        ("签名面积", f"{square_metres(signed.area_cm2)} / {square_metres(whole.area_cm2)}，"
                     f"{percent(signed.area_cm2, whole.area_cm2)}"),
        ("比例要求", f"人数和面积都{read.rule.persons.wording}（{read.rule.source}）"),
        ("由谁答复", f"{read.answerer_name}，{local_time(due)} 前"),
    )  # fmt: skip
    if found.gaps:
        missing = f"{found.gaps} 处（最多列 200 处）没有面积或者业主，没有计入总数"
        figures = (*figures, ("名册缺项", missing))
    data = {
        "persons": signed.persons, "area_cm2": signed.area_cm2,
        "of_persons": whole.persons, "of_area_cm2": whole.area_cm2, "due": due.isoformat(),
    }  # fmt: skip
    return Facts((Section("提议", (it.title, it.text)), Section("结果", (), figures)), data)


def answer_facts(words: str) -> Facts:
    """The notice of the answer."""
    return Facts((Section("", tuple(line for line in words.splitlines() if line.strip())),))
