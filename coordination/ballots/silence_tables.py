"""What an estate's own rules say of ballots that were delivered and never came back."""

from piccolo.columns import UUID
from piccolo.constraints import Check
from piccolo.table import Table

from coordination.db import DB, Day, MaybeMoment, MaybeProse, MaybeRef, Moment, Prose, Ref, Words
from coordination.people.tables import Person
from coordination.places.tables import Place


class SilenceRule(Table, db=DB):
    """What an estate's own rules say of ballots delivered and unreturned 未表决票的规定, quoted.

    Never changed: a rule that was amended gets a new row, and the old one its end.
    """

    id = UUID(primary_key=True)
    estate = Ref(Place, index=True)
    source = Words(120, help_text="议事规则 or 管理规约, with its article")
    text = Prose(help_text="the operative words")
    takes_part_words = MaybeProse(help_text="the words in it by which delivery is taking part")
    adopted_on = Day(help_text="when the owners' assembly adopted it")
    document = Words(64, help_text="sha256 of the stored file")
    recorded_by = Ref(Person)
    recorded_at = Moment()
    ended_at = MaybeMoment()
    ended_by = MaybeRef(Person)  # most stay in force

    silence_rule_words = Check((source != "") & (text != "") & (takes_part_words != ""))
