"""Owners 业主, what they own, the accounts bound to them, residents, and imports of the roll."""

from enum import StrEnum

from piccolo.columns import JSONB, UUID, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.db import (
    DB,
    Bytes,
    MaybeBytes,
    MaybeMoment,
    MaybeProse,
    MaybeRef,
    MaybeWords,
    Moment,
    Ref,
    Whole,
    Words,
)
from coordination.people.tables import Person
from coordination.places.tables import Place, Unit


class OwnerKind(StrEnum):
    """Who the register names as an owner."""

    PERSON = "person"  # 自然人
    COMPANY = "company"  # 单位
    DEVELOPER = "developer"  # 建设单位: all unsold units together are one


class Owner(Table, db=DB):
    """An owner 业主 of one estate, as the register names them; known by the ID's keyed hash."""

    id = UUID(primary_key=True)
    estate = Ref(Place)
    kind = Words(20, choices=OwnerKind)
    name = Words(100)
    id_hash = Bytes(help_text="keyed hash of 证件号; the developer's is of the word")
    id_last4 = Varchar(length=4)
    phone_sealed = MaybeBytes()
    phone_hash = MaybeBytes(index=True)
    phone_tail = Varchar(length=4)
    phone_since = MaybeMoment(help_text="when it took another's place; codes wait a while then")

    owner_known_once = Unique([estate, id_hash])
    owner_name_given = Check(name != "")


class RollImport(Table, db=DB):
    """One uploaded roll 名册导入: previewed, then confirmed, possibly undone."""

    id = UUID(primary_key=True)
    estate = Ref(Place, index=True)
    by = MaybeRef(Person)  # `coordination import-roll` is run at the machine itself
    file_name = Words(200)
    file_hash = Words(64)
    file_sealed = MaybeBytes(help_text="the file, for its error workbook; erased after days")
    uploaded_at = Moment()
    state = Words(20, help_text="checking, previewed, writing, done, failed, undone")
    total = Whole()
    progress = Whole()
    counts = JSONB(null=False, default=None, help_text="{new, changed, same, error, confirm}")
    failure = MaybeProse()
    confirmed_at = MaybeMoment()
    undone_at = MaybeMoment()


class ImportLine(Table, db=DB):
    """One row of an uploaded roll, what it would do, and what is wrong with it."""

    id = UUID(primary_key=True)
    batch = Ref(RollImport, index=True)
    number = Whole(help_text="row in the user's file")
    verdict = Words(20, help_text="new, changed, same, error, confirm")
    cells = JSONB(null=False, default=None)
    problems = JSONB(null=False, default=None, help_text="[{column, value, reason}]")
    before = JSONB(null=True, default=None, help_text="what it replaced, for undoing")
    unit = MaybeRef(Unit)  # a row in error made none

    import_line_once = Unique([batch, number])


class Ownership(Table, db=DB):
    """An owner's title 产权 to a unit, from a moment until another."""

    id = UUID(primary_key=True)
    unit = Ref(Unit, index=True)
    owner = Ref(Owner, index=True)
    since = Moment()
    until = MaybeMoment()
    batch = MaybeRef(RollImport)  # entered at the counter otherwise
    document = Varchar(length=200, help_text="what proved a sale 过户凭证")
    by = MaybeRef(Person)  # staff, when entered at the counter


class BindingProof(StrEnum):
    """What showed that the account is the owner's."""

    LETTER = "letter"  # 绑定码函
    PHONE = "phone"  # 登记手机验证码
    IN_PERSON = "in_person"  # 当面核验


class Binding(Table, db=DB):
    """An account bound to an owner 绑定. At most one account per owner at a time."""

    id = UUID(primary_key=True)
    person = Ref(Person, index=True)
    owner = Ref(Owner, index=True)
    proof = Words(20, choices=BindingProof)
    at = Moment()
    by = MaybeRef(Person)  # staff, when in person
    document = Varchar(length=200, help_text="what was seen in person 核验的证件")
    ended_at = MaybeMoment()
    ended_by = MaybeRef(Person)  # live bindings have none


class LetterCode(Table, db=DB):
    """The code printed for a unit 绑定码: 12 characters, single use."""

    id = UUID(primary_key=True)
    unit = Ref(Unit, index=True)
    code_hash = Bytes(unique=True)
    code_sealed = MaybeBytes(help_text="until printed; then only the hash remains")
    made_at = Moment()
    expires_at = Moment()
    by = Ref(Person)
    printed_at = MaybeMoment()
    delivered_at = MaybeMoment()
    delivered_by = MaybeRef(Person)  # not each letter has left the office
    delivered_how = Varchar(length=40, help_text="本人签收, 同住家人签收 …")
    used_at = MaybeMoment()
    used_by = MaybeRef(Person)
    revoked_at = MaybeMoment()


class Residency(Table, db=DB):
    """Someone who lives in a unit and owns nothing there 居民: tenant or family."""

    id = UUID(primary_key=True)
    person = Ref(Person, index=True)
    unit = Ref(Unit)
    kind = Words(20, help_text="tenant 租户, family 家人")
    proof = Words(200)
    asked_at = Moment()
    confirmed_at = MaybeMoment()
    confirmed_by = MaybeRef(Person)
    until = MaybeMoment()
    refused_at = MaybeMoment()
    refused_by = MaybeRef(Person)  # most are confirmed
    refused_reason = MaybeWords(300)


class Guardian(Table, db=DB):
    """Who acts for an owner who cannot 监护人, by which document; entered by staff."""

    id = UUID(primary_key=True)
    owner = Ref(Owner, index=True)
    person = Ref(Person)
    document = Words(200)
    at = Moment()
    by = Ref(Person)
    ended_at = MaybeMoment()
