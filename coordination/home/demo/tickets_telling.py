"""The life of one made ticket, told step by step: report-in, dispatch, reply, visit, close."""

import math
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from coordination.home.demo import tickets_words as words
from coordination.home.demo.tickets_cast import Cast, Deed, Hand, Life
from coordination.tickets.kinds import EventKind

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class Teller:
    """Tells one life: each step is a deed some time after the one before."""

    def __init__(self, drawn: random.Random, cast: Cast, life: Life, took: timedelta) -> None:
        self.drawn, self.cast, self.life, self.took = drawn, cast, life, took
        self.end = life.at + took
        by_community = life.subject.code in cast.led_by_community
        self.hand = drawn.choice(cast.community if by_community else cast.staff)
        self.visitor = drawn.choice([one for one in cast.community if one != self.hand])

    def tell(self) -> None:
        ways: tuple[tuple[float, Callable[[], None]], ...] = (
            (0.02, self._withdrawn), (0.012, self._refused), (0.968, self._worked_on),
        )  # fmt: skip
        self.drawn.choices([way for _, way in ways], [share for share, _ in ways])[0]()

    def _do(
        self, at: datetime, kind: EventKind, by: Hand | UUID | None, said: str = "", **facts: Any
    ) -> None:
        """Never before what came before it."""
        at = max(at, self.life.deeds[-1].at + timedelta(seconds=1))
        public = not said or isinstance(by, Hand) or self.life.is_public
        self.life.deeds.append(Deed(at, kind, by, said, facts, public))

    def _withdrawn(self) -> None:
        by = self.life.whistled_by or self.visitor
        self._do(self.life.at + self.drawn.randrange(20, 90) * MINUTE, EventKind.WITHDRAW, by)

    def _refused(self) -> None:
        reason = "没有说清具体地点和情况，问过以后仍然无法核实"
        self._do(self.life.at + 2 * HOUR, EventKind.PROPOSE_REFUSAL, self.hand, reason,
                 reason="no_facts")  # fmt: skip
        self._do(self.end, EventKind.CLOSE, self.visitor, f"{reason}。有新的情况可以再吹哨。",
                 outcome="refused")  # fmt: skip

    def _worked_on(self) -> None:
        self._reported()
        self._joined()
        to = self.cast.departments.get(self.life.subject.to)
        if to and self.drawn.random() < 0.4:
            self._handed_over(to)
        else:
            self._dispatched()
        self._on_the_way()
        if self.drawn.random() < 0.07:
            self._replied(0.5)
            self._rejected()
        self._replied(self.drawn.uniform(0.72, 0.88))
        self._ended()

    def _reported(self) -> None:
        patience = self.drawn.lognormvariate(math.log(1.1), 1.2)
        at = self.life.at + min(patience * HOUR, self.took * 0.35)
        if self.drawn.random() < 0.03 and self.life.whistled_by:
            self._do(self.life.at + 6 * MINUTE, EventKind.ASK_INFO, self.hand,
                     "请补充具体楼层和能联系上的时间。",
                     until=(self.life.at + 3 * DAY).isoformat())  # fmt: skip
            self._do(self.life.at + self.took * 0.1, EventKind.ANSWER_INFO, self.life.whistled_by,
                     "在三楼，白天都在家。")  # fmt: skip
        self._do(at, EventKind.REPORT_IN, self.hand)

    def _joined(self) -> None:
        """我也遇到: of some things, several."""
        if self.drawn.random() < 0.09:
            count = min(len(self.cast.residents) - 1, int(self.drawn.expovariate(0.4)) + 1)
            others = [one for one in self.cast.residents if one != self.life.whistled_by]
            for person in self.drawn.sample(others, count):
                self.life.cosigners.append(person)
                self._do(self.life.deeds[-1].at + 7 * MINUTE, EventKind.CO_SIGN, person)

    def _dispatched(self) -> None:
        self._do(self.life.deeds[-1].at + self.drawn.randrange(3, 25) * MINUTE, EventKind.DISPATCH,
                 self.hand, dispatch="direct")  # fmt: skip

    def _handed_over(self, to: Hand) -> None:
        basis = f"谁主管、谁负责：属于{self.life.subject.to}的职责。"
        self._do(self.life.deeds[-1].at + 20 * MINUTE, EventKind.TRANSFER, self.hand, basis,
                 holder=str(to.body), basis=basis)  # fmt: skip
        self.hand = to
        self._do(self.life.at + self.took * 0.4, EventKind.ACCEPT, to)

    def _on_the_way(self) -> None:
        if self.took > 3 * DAY and self.drawn.random() < 0.6:
            self._do(self.life.at + self.took * 0.42, EventKind.NOTE, self.hand,
                     self.drawn.choice(words.NOTES))  # fmt: skip
        if self.took > 4 * DAY and self.drawn.random() < 0.16:
            self._held()

    def _held(self) -> None:
        blocker, unblocker = self.drawn.choice(words.BLOCKERS)
        facts = {"blocker": blocker, "unblocker": unblocker,
                 "until": (self.life.at + self.took * 0.68).isoformat()}  # fmt: skip
        self._do(self.life.at + self.took * 0.45, EventKind.ASK_HOLD, self.hand, blocker, **facts)
        self._do(self.life.at + self.took * 0.48, EventKind.HOLD, self.visitor, blocker, **facts)
        self._do(self.life.at + self.took * 0.68, EventKind.RESUME, None)

    def _replied(self, part: float) -> None:
        outcome = self.drawn.choices(("solved", "explained", "partly"), (86, 8, 6))[0]
        said = {
            "solved": self.drawn.choice(self.life.subject.replies),
            "explained": self.drawn.choice(words.EXPLAINED),
            "partly": words.PARTLY,
        }[outcome]
        evidence = [] if outcome == "explained" else [self.cast.evidence]
        self._do(self.life.at + self.took * part, EventKind.REPLY, self.hand, said,
                 outcome=outcome, evidence=evidence)  # fmt: skip

    def _rejected(self) -> None:
        at = self.life.at + self.took * 0.56
        by = self.life.whistled_by
        if by:
            self._do(at, EventKind.REJECT, by, self.drawn.choice(words.SAID_UNSOLVED))
        else:
            self._do(at, EventKind.VISIT, self.visitor, "反映人说没有修好。", reached=True,
                     solved=False)  # fmt: skip
        self._do(at, EventKind.REOPEN, by or self.visitor)
        self._do(self.life.at + self.took * 0.6, EventKind.TAKE_UP, self.hand)

    def _ended(self) -> None:
        """The close comes at the very end; before it the resident's word, or a return visit."""
        [reply] = [deed for deed in self.life.deeds if deed.kind is EventKind.REPLY][-1:]
        outcome = reply.facts["outcome"]
        confirmed = self.life.whistled_by and outcome == "solved" and self.drawn.random() < 0.3
        if confirmed:
            self._do(self.end - timedelta(seconds=2), EventKind.CONFIRM, self.life.whistled_by,
                     self.drawn.choice(words.SAID_SOLVED))  # fmt: skip
            self._do(self.end, EventKind.CLOSE, self.life.whistled_by, outcome="solved")
        else:
            self._visited(reply, outcome)
        self._rated()

    def _visited(self, reply: Deed, outcome: str) -> None:
        gap = self.end - reply.at
        if gap > 1.2 * DAY and self.drawn.random() < 0.3:
            self._do(reply.at + 2 * HOUR, EventKind.VISIT, self.visitor, "没有人接听。",
                     reached=False)  # fmt: skip
            if self.drawn.random() < 0.4:
                self._do(self.end - 10 * MINUTE, EventKind.VISIT, self.visitor, "仍没有人接听。",
                         reached=False)  # fmt: skip
                self._do(self.end, EventKind.CLOSE, self.visitor, "两次回访没有联系上。",
                         outcome="unreachable")  # fmt: skip
                return
        self._do(reply.at + gap * 0.8, EventKind.VISIT, self.visitor, "电话回访，已核对结果。",
                 reached=True, solved=outcome == "solved")  # fmt: skip
        said = reply.words if outcome == "explained" else ""
        self._do(self.end, EventKind.CLOSE, self.visitor, said, outcome=outcome)

    def _rated(self) -> None:
        by = self.life.whistled_by
        if by and self.life.deeds[-1].facts["outcome"] != "unreachable":
            rating = self.drawn.choices(
                ("satisfied", "fairly", "dissatisfied", ""), (33, 13, 6, 48)
            )[0]
            if rating:
                self._do(self.end + self.drawn.randrange(1, 1500) * MINUTE, EventKind.RATE, by,
                         self.drawn.choice(words.COMMENTS[rating]), rating=rating)  # fmt: skip
