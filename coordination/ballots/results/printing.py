"""The A4 print of a result: notice and package, nothing counted anew."""

from datetime import datetime
from typing import Any

from coordination.ballots.ballot_tables import Result
from coordination.ballots.package_election import elected_words, standing_words
from coordination.ballots.package_tables import (
    CHANNELS,
    FORMS,
    REACHED,
    REASONS,
    aside_words,
    invalid_parts,
    valid_of,
)
from coordination.ballots.results.announcing import CHECKS, OUTCOMES
from coordination.ballots.results.queries import objections_to
from coordination.law.remedies import REVOCATION
from coordination.notices.printing import notice_data
from coordination.notices.queries import read_notice
from coordination.web.pdf import render

WORDS = {
    "outcomes": OUTCOMES,
    "checks": CHECKS,
    "channels": CHANNELS,
    "reached": REACHED,
    "forms": FORMS,
    "reasons": REASONS,
    "revocation": REVOCATION,
}


async def result_pdf(result: Result, package: dict[str, Any], at: datetime) -> bytes:
    """The notice of this result as it hangs on the board."""
    notice = notice_data(await read_notice(result.notice))
    objected = await objections_to(result.poll)
    data = {"notice": notice, "package": package, "words": words_of(package), "objected": objected}
    return await render("result", data, at)


def words_of(package: dict[str, Any]) -> dict[str, Any]:
    """What `result.typ` calls the figures of the package, and says of them by question."""
    elections = {
        str(one["position"]): {
            "said": elected_words(one),
            "standing": [standing_words(each, one["election"]) for each in
                         one["election"]["candidates"]],
        }
        for one in package["questions"]
        if one["election"]
    }  # fmt: skip
    counted = {
        str(one["position"]): {
            "valid": valid_of(one),
            "invalid": [[words, each] for words, each in invalid_parts(one)],
            **{name: aside_words(one, name) for name in ("duplicates", "conflicts")},
        }
        for one in package["questions"]
    }
    return {**WORDS, "elections": elections, "counted": counted}
