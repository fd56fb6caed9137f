"""An identity number holds in itself, whatever counties a library's table knows."""

import pytest
from stdnum.cn import ric

from knowledge import identity_numbers


def _number(county: str, born: str = "19490307") -> str:
    digits = f"{county}{born}003"
    return digits + ric.calc_check_digit(digits + "0")


@pytest.mark.parametrize("county", ["370302", "370399", "110001"])
def test_a_number_of_any_county_and_age_is_one(county: str) -> None:
    assert identity_numbers.is_valid(_number(county))


@pytest.mark.parametrize(
    "number", ["", "12", _number("990000"), _number("370302", "19491307"), "370302194903070030"]
)
def test_a_number_without_province_day_or_check_digit_is_none(number: str) -> None:
    assert not identity_numbers.is_valid(number)
