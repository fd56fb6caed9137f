"""Templates say where they stand in the menu, and write attributes that a browser can read."""

import re
from pathlib import Path

from api.console import menu
from tests.places import ROOT

TEMPLATES = sorted((ROOT / "api").glob("*/templates/*.html"))
HERE = re.compile(r"\{% set here = '([^']*)' %\}")
# A quotation mark inside an expression is escaped, and the attribute is none.
ESCAPED = re.compile(r"""\{\{[^}]*'[^'}]*="[^'}]*'[^}]*\}\}""")
TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
HEAD = re.compile(r"<thead>.*?</thead>", re.DOTALL)
NAMELESS = re.compile(r"<th[^>]*></th>")
# Pages about oneself hang from the own name in the head.
OWN = {"account"}


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_every_page_of_the_console_stands_in_the_menu() -> None:
    said = {name for path in TEMPLATES for name in HERE.findall(_read(path))}
    offered = {entry.here for group in menu.shipped() for entry in group.pages}
    assert said - offered == OWN
    assert offered - said == set()


def test_no_attribute_is_written_by_an_expression_that_escapes_it() -> None:
    wrong = [(path.name, found) for path in TEMPLATES for found in ESCAPED.findall(_read(path))]
    assert wrong == []


def test_every_column_of_a_table_has_a_name_by_which_a_phone_calls_it() -> None:
    """The last one, where buttons stand, may have none."""
    wrong = [
        path.name
        for path in TEMPLATES
        for table in TABLE.findall(_read(path))
        if (head := HEAD.search(table)) is None
        or len(NAMELESS.findall(head[0].replace("<th></th></tr>", ""))) > 0
    ]
    assert wrong == []
