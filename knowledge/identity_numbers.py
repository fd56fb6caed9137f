"""Whether an identity number can be one: its province, its day of birth and its check digit."""

import re

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
FORM = re.compile(r"[0-9]{17}[0-9X]")


def is_valid(number: str) -> bool:
    """Whether the 18 digits hold in themselves (GB 11643).

    The county is not looked at: stdnum's table lacks some, knows renamed ones no more, and refuses
    people who are older than the county they were registered in later.
    """
    if not FORM.fullmatch(number) or not PROVINCE.match(number):
        return False
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return number[-1] == ric.calc_check_digit(number)
