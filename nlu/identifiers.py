"""What is a phone number, an identity number or one of our ticket numbers."""

import re
from collections.abc import Iterator
from datetime import date

from knowledge import identity_numbers
from nlu.quantities import Mark
from nlu.understanding import EntityName, IdNumber

GAP = r"[ \-._—–]?"
LONG = re.compile(rf"(?<![\da-z])\d(?:{GAP}\d){{16}}{GAP}[\dx](?![\da-z])")
SHORT = re.compile(rf"(?<![\da-z])\d(?:{GAP}\d){{14}}(?!{GAP}\d|[a-z])")
MOBILE = re.compile(rf"(?<!\d)(?:\+?86[ \-]?)?(1[3-9]\d{GAP}\d{{4}}{GAP}\d{{4}})(?!\d)")
LOOSE = re.compile(rf"(?<!\d)(1(?:{GAP}[3-9])(?:{GAP}\d){{9}})(?!{GAP}\d)")
LANDLINE = re.compile(r"(?<!\d)\(?(0\d{2,3})\)?[ \-]?(\d{7,8})(?!\d)")
LOCAL = re.compile(r"(?:电话|座机|号码)(?:是|号码是|:)?\s?([2-8]\d{6,7})(?!\d)")
SPOKEN = re.compile(
    r"[一幺][三四五六七八九][零〇一二三四五六七八九幺]{9}(?![零〇一二三四五六七八九幺十百千万])"
)
DIGITS = str.maketrans("零〇一幺二三四五六七八九", "001123456789")
TICKET = re.compile(
    r"(?<![\da-z])(?:(?:gj|dt|ly|fz|zc|nx)[ \-]?\d{6}[ \-]?\d{3,8}"
    r"|(?:gj|dt|ly|fz|zc|nx|sq|t)[ \-]?\d{6,14}(?:-\d{2,6})?)(?![\da-z])"
)
OURS = re.compile(r"(GJ|DT|LY|FZ|ZC|NX)-?(\d{6})-?(\d{6})")
NOT_DIGIT = re.compile(r"[^\dx]")


def identifiers(text: str) -> Iterator[Mark]:
    """Identity numbers first: what is inside one is no phone."""
    yield from id_numbers(text)
    yield from phones(text)
    for match in TICKET.finditer(text):
        yield Mark(EntityName.TICKET_NUMBER, _ticket(match[0]), match.start(), match.end())


def _ticket(said: str) -> str:
    """Our own numbers in their one form, XX-YYMMDD-NNNNNN; others as they were written."""
    plain = said.replace(" ", "").upper()
    ours = OURS.fullmatch(plain)
    return "-".join(ours.groups()) if ours else plain


def id_numbers(text: str) -> Iterator[Mark]:
    """18 digits with a checksum, or the 15 of the first generation, also in groups."""
    for match in LONG.finditer(text):
        digits = NOT_DIGIT.sub("", match[0])
        if identity_numbers.PROVINCE.match(digits):
            valid = identity_numbers.is_valid(digits.upper())
            yield Mark(EntityName.ID_NUMBER, IdNumber(valid), match.start(), match.end())
    for match in SHORT.finditer(text):
        digits = NOT_DIGIT.sub("", match[0])
        if identity_numbers.PROVINCE.match(digits) and digits[8:10] <= "12":
            valid = _day(f"19{digits[6:12]}")
            yield Mark(EntityName.ID_NUMBER, IdNumber(valid), match.start(), match.end())


def _day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def phones(text: str) -> Iterator[Mark]:
    """Mobile and landline numbers as digits alone."""
    for pattern in (MOBILE, LOOSE, LOCAL):
        for match in pattern.finditer(text):
            value = NOT_DIGIT.sub("", match[1])
            start = match.start() if pattern is MOBILE else match.start(1)
            yield Mark(EntityName.PHONE, value, start, match.end())
    for match in LANDLINE.finditer(text):
        yield Mark(EntityName.PHONE, match[1] + match[2], match.start(), match.end())
    for match in SPOKEN.finditer(text):
        yield Mark(EntityName.PHONE, match[0].translate(DIGITS), match.start(), match.end())
