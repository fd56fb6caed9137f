"""What leaves the house holds no phone, identity number or name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu import masking


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13800001234", "电话[电话]"),
        ("１３８ ００００ １２３４打给我", "[电话]打给我"),
        ("身份证 110105 1949 1231 002X", "身份证 [证件号]"),
        ("我叫王建国，想申请低保", "我叫[姓名]，想申请低保"),
        ("找张大爷", "找[姓名]大爷"),
        ("DT-261122-000345办到哪了", "[单号]办到哪了"),
        ("卡号6222 0200 1234 5678 901", "卡号[号码]"),
        ("三号楼二单元301室", "[门牌]"),
        ("家里三口人，每月一千二", "家里三口人，每月一千二"),
    ],
)
def test_what_tells_who_is_writing_is_taken_out(text: str, masked: str) -> None:
    assert masking.mask(text) == masked


@given(st.text(max_size=60), st.integers(13000000000, 19999999999))
def test_a_mobile_number_never_gets_out(text: str, number: int) -> None:
    assert str(number) not in masking.mask(f"{text}，{number}，{text}")
