"""Entry zero of the board in a recount: what was laid down before the first ballot still holds.

It was cosigned before the opening, so that no bar, roll or rule can be changed afterwards, and no
witness be given another key.
"""

from collections.abc import Sequence
from typing import Any

from coordination.ballots.board import canonical
from coordination.ballots.findings import Findings
from coordination.ballots.reading import Unreadable, read_json


def check_entry_zero(findings: Findings, package: dict[str, Any]) -> None:
    """What was laid down before the first ballot is what the result says of itself."""
    below = findings.under("board.entry_zero", "公示票箱第零条")
    said = _entry_zero(below, package["board"]["entry_zero"])
    if said is None:
        return
    poll = package["poll"]
    below.same("poll", "编号", said.get("poll"), poll["id"])
    below.same("title", "标题", said.get("title"), poll["title"])
    below.same("opens_at", "开始", said.get("opens_at"), poll["opens_at"])
    if (
        said.get("closes_at") != poll["closes_at"]
        and str(said.get("closes_at")) < poll["closes_at"]
    ):
        below.stated("closes_at", "截止（后来延期，见公告）", said.get("closes_at"))
    else:
        below.same("closes_at", "截止", said.get("closes_at"), poll["closes_at"])
    laid = said.get("questions")
    laid = laid if isinstance(laid, list) else []
    questions = package["questions"]
    below.same("questions", "事项数", len(laid), len(questions))
    for place, (then, now) in enumerate(zip(laid, questions, strict=False)):
        part = below.under(f"questions[{place}]", f"事项{place + 1}")
        _check_question(part, then if isinstance(then, dict) else {}, now)
    _check_witnesses(below, said, package["board"]["witnesses"])


def laid_down_keys(text: str) -> set[str] | None:
    """The witnesses' keys of entry 0; None: it binds none, or cannot be read."""
    try:
        said: Any = read_json(text.encode())
        return {one["vkey"] for one in said["witnesses"] if one["vkey"]}
    except (Unreadable, UnicodeEncodeError, KeyError, TypeError):
        return None


def _check_witnesses(
    findings: Findings, said: dict[str, Any], listed: Sequence[dict[str, Any]]
) -> None:
    """Each key that was laid down is still its party's; what came later is named."""
    laid = said.get("witnesses")
    if laid is None and said.get("v") == 1:
        findings.stated("witnesses", "见证钥匙没有记在第零条里，请与各单位公布的核对", None)
        return
    if not isinstance(laid, list) or not all(map(_is_witness, laid)):
        findings.fits("witnesses", "见证单位", "单位和钥匙", "写法不对", False)
        return
    now = {one["vkey"]: one["party"] for one in listed}
    for place, one in enumerate(laid):
        _check_witness(findings, f"witnesses[{place}]", one, now)
    then = {one["vkey"] for one in laid}
    for vkey, party in now.items():
        if vkey not in then:
            name = f"witnesses.later.{vkey.partition('+')[0]}"
            findings.stated(name, "公告之后才登记的见证钥匙，请向该单位核对", party)


def _check_witness(
    findings: Findings, name: str, laid: dict[str, Any], now: dict[str, str]
) -> None:
    party, vkey = laid["party"], laid["vkey"]
    if vkey is None:
        findings.stated(name, "公告时还没有见证钥匙的单位", party)
        return
    holds = now.get(vkey) == party
    theirs = [key for key, whose in now.items() if whose == party]
    found = vkey if holds else theirs or "公示包里没有"
    findings.fits(name, f"{party}的见证钥匙与公告时相同", vkey, found, holds)


def _is_witness(one: object) -> bool:
    """As it is written: a party, and its key or null."""
    if not isinstance(one, dict) or set(one) != {"party", "vkey"}:
        return False
    party, vkey = one["party"], one["vkey"]
    return isinstance(party, str) and (vkey is None or isinstance(vkey, str))


def _entry_zero(findings: Findings, text: str) -> dict[str, Any] | None:
    try:
        said: Any = read_json(text.encode())
        holds = isinstance(said, dict) and canonical(said) == text.encode()
    except (Unreadable, UnicodeEncodeError, TypeError, ValueError):
        said, holds = None, False
    told = "规范写法" if holds else "不是规范写法的 JSON"
    findings.fits("form", "写法", "第零条", told, holds)
    return said if holds else None


def _check_question(findings: Findings, then: dict[str, Any], now: dict[str, Any]) -> None:
    rule, roll = now["rule"], now["roll"]
    silence = then.get("silence")
    silence = silence if isinstance(silence, dict) else {}
    election = now["election"] or {}
    for name, what, said, found in (
        *((name, what, then.get(name), now[name]) for name, what in _AS_IT_STANDS.items()),
        *((name, what, then.get(name), roll[name]) for name, what in _OF_THE_ROLL.items()),
        ("seats", "应选人数", then.get("seats"), election.get("seats")),
        ("tie_rule", "票数相同时的规则", then.get("tie_rule"), election.get("tie_rule")),
        ("precedence", "票数相同时的次序", then.get("precedence"), _precedence(election)),
        ("class", "事项类别", then.get("class"), rule["matter"]),
        ("quorum", "参与比例", then.get("quorum"), rule["quorum"]["share"]),
        ("approval", "同意比例", then.get("approval"), rule["approval"]["share"]),
        *(
            (f"silence.{name}", what, silence.get(name), now["silence"][name])
            for name, what in _OF_SILENCE.items()
        ),
    ):
        findings.same(name, what, said, found)


def _precedence(election: dict[str, Any]) -> list[int] | None:
    return [each["precedence"] for each in election["candidates"]] if election else None


_AS_IT_STANDS = {
    "id": "编号",
    "position": "序号",
    "title": "标题",
    "options": "选项",
    "changes_allowed": "允许改票次数",
    "invalid_takes_part": "无效票是否算参与",
}
_OF_THE_ROLL = {
    "roll_hash": "名册哈希",
    "rights_hash": "票权清册哈希",
    "rooms_hash": "房号面积清单哈希",
}
_OF_SILENCE = {
    "policy": "未表决票的处理",
    "rule": "未表决票计入的规约原文",
    "source": "未表决票计入的规约名称",
    "takes_part": "送达是否算参与",
}
