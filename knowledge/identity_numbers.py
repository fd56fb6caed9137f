"""Whether an identity number can be one: by its form, its day of birth and its check digit."""

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

LENGTH = 18


def is_valid(number: str) -> bool:
    """Whether the 18 digits hold in themselves (GB 11643).

    The county is not looked at: stdnum's table lacks some, and refuses people who are older than
    the county they were registered in later.
    """
    if len(number) != LENGTH or not (number[:-1].isascii() and number[:-1].isdigit()):
        return False
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return number[-1] == ric.calc_check_digit(number)
