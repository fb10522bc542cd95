"""What the facts of an event say, in words. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from coordination.tickets.handling.actions import REFUSAL_WORDS, RefusalReason
from coordination.tickets.kinds import DispatchKind, Outcome, Rating
from coordination.tickets.words import (
    DISPATCH_WORDS,
    LEVEL_WORDS,
    OUTCOME_WORDS,
    PRIORITY_WORDS,
    RATING_WORDS,
    call_words,
    clock_words,
)
from coordination.web.formats import local_day, local_time

UNIT_WORDS = {"working_days": "个工作日", "seconds": "秒"}


def said(facts: Mapping[str, Any], names: Mapping[str, str]) -> Iterable[str]:
    """One line for each fact that a reader may want; `names` of bodies by id."""
    if "level" in facts:
        yield f"升到：{LEVEL_WORDS[facts['level']]}"
        if why := call_words(facts):
            yield f"原因：{why}"
        return
    for name, (label, words) in SAID.items():
        given = facts.get(name)
        if given is not None and given != "":
            yield f"{label}：{words(given, names)}"
    if "amount" in facts:
        yield f"延长：{_amount(int(facts['amount']), facts.get('unit', ''))}"


def _amount(amount: int, unit: str) -> str:
    if unit == "seconds":
        hours = amount // 3600
        return f"{hours // 24} 天" if hours % 24 == 0 else f"{hours} 小时"
    return f"{amount} {UNIT_WORDS.get(unit, unit)}"


def _body(given: Any, names: Mapping[str, str]) -> str:
    return names.get(str(given), "另一单位")


def _plain(given: Any, _: Mapping[str, str]) -> str:
    return str(given)


def _yes(given: Any, _: Mapping[str, str]) -> str:
    return "是" if given else "否"


def _moment(given: Any, _: Mapping[str, str]) -> str:
    """A moment, or a day where it was given as one."""
    try:
        at = datetime.fromisoformat(str(given))
    except ValueError:
        return str(given)
    return local_time(at) if len(str(given)) > 10 else local_day(at.date())


def _of(words: Mapping, kind: Callable[[Any], Any]) -> Callable[[Any, Mapping[str, str]], str]:
    def say(given: Any, _: Mapping[str, str]) -> str:
        try:
            return words[kind(given)]
        except ValueError:
            return str(given)

    return say


SAID: dict[str, tuple[str, Callable[[Any, Mapping[str, str]], str]]] = {
    "dispatch": ("方式", _of(DISPATCH_WORDS, DispatchKind)),
    "holder": ("责任单位", _body),
    "body": ("协办单位", _body),
    "proposed": ("建议责任单位", _body),
    "basis": ("依据", _plain),
    "blocker": ("难点", _plain),
    "unblocker": ("谁能解决", _plain),
    "until": ("日期", _moment),
    "due": ("期限", _moment),
    "outcome": ("结果", _of(OUTCOME_WORDS, Outcome)),
    "reached": ("接通", _yes),
    "solved": ("居民说已解决", _yes),
    "rating": ("评价", _of(RATING_WORDS, Rating)),
    "reason": ("原因", _of(REFUSAL_WORDS, RefusalReason)),
    "clock": ("时限", lambda given, _: clock_words(str(given))),
    "priority": ("等级", _of(PRIORITY_WORDS, str)),
    "milestone": ("节点", _plain),
}
