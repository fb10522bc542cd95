"""Phone numbers as people write them, and as we keep and show them."""

import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

HOME = "CN"
MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def read_phone(text: str) -> str | None:
    """A number written with or without +86, spaces, dashes or full-width digits, as +86…;
    None: no number that anyone could have."""
    found = _parsed(text)
    return found and phonenumbers.format_number(found, PhoneNumberFormat.E164)


def is_mobile(text: str) -> bool:
    """Whether a code can be sent there."""
    found = _parsed(text)
    return found is not None and phonenumbers.number_type(found) in MOBILE


def tail(phone: str) -> str:
    """The last four digits: all that is shown to anybody but its owner."""
    return phone[-4:]


def masked(phone: str) -> str:
    """138****5678."""
    found = phonenumbers.parse(phone, HOME)
    digits = phonenumbers.national_significant_number(found)
    return f"{digits[:3]}****{digits[-4:]}"


def _parsed(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        found = phonenumbers.parse(unicodedata.normalize("NFKC", text).strip(), HOME)
    except phonenumbers.NumberParseException:
        return None
    return found if phonenumbers.is_valid_number(found) else None
