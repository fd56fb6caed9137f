"""A line on a channel of plain text: nothing is lost, nothing is too long."""

from hypothesis import given
from hypothesis import strategies as st

from bot import rendering
from bot.rendering import Shape
from cases.talk.messages import Choice, Cited, Line, Sender
from handlers import speech

SHAPE = Shape(longest=40, buttons_a_row=2, longest_label=6)


@given(st.text(min_size=1, max_size=400).map(str.strip).filter(bool), st.integers(2, 50))
def test_cutting_loses_nothing_but_the_space_between(text: str, longest: int) -> None:
    pieces = rendering.cut(text, longest)
    assert all(len(piece) <= longest for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_long_text_is_cut_behind_a_sentence() -> None:
    assert rendering.cut("家里人均收入低于当地标准的，可以申请。" * 3, 40)[0].endswith("。")


def test_buttons_stand_two_in_a_row_and_know_their_choice() -> None:
    choices = tuple(Choice(label, label) for label in ("一", "二", "三个字以上的按钮"))
    (page,) = rendering.pages(Line(Sender.BOT, "选哪个", choices), SHAPE, speech.chinese())
    assert [[button.at for button in row] for row in page.rows] == [[0, 1], [2]]
    assert page.rows[1][0].label == "三个字以上…"


def test_an_expired_source_is_called_so() -> None:
    cited = Cited("某某方案", "三(三)", None, "longyan", "B", in_force=False)
    line = Line(Sender.BOT, "答复", citations=(cited, cited))
    text = "".join(p.text for p in rendering.pages(line, SHAPE, speech.chinese()))
    assert text.count("《某某方案》三(三)") == 1
    assert "不再执行" in text
