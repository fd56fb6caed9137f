"""Which ways there are to break a rule or a handler: one broken file each, read but not run."""

import ast
import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from cases.permissions import TABLE, Reach
from cases.ticket_rules.lifecycle import MOVES
from knowledge.names import Hazard
from nlu import danger_files

ROOT = Path(__file__).parent.parent
NEVER = "(?!)"
MUTE = "return Outcome((Reply('fallback.again'),), {turn}.state)"
NEEDED = "from handlers.turn import Outcome, Reply"
NEEDED_KEYS = frozenset({"reason", "patterns", "chains", "marks", "enough"})
COMMANDS = 2


@dataclass(frozen=True)
class Mutant:
    """A file with one thing broken, and what that is.

    `inside`: file and first line of the function in which it is broken; None outside of any.
    """

    file: str
    what: str
    text: str
    inside: tuple[str, int] | None = None


@dataclass(frozen=True)
class Family:
    """A kind of breakage, the tests that should notice it, and what may be read beforehand."""

    make: Callable[[], Iterator[Mutant]]
    tests: tuple[str, ...]
    beforehand: tuple[str, ...] = ()


def handlers() -> Iterator[Mutant]:
    """Each handler answers nothing but "I did not understand"; each command is not given."""
    for path in sorted((ROOT / "handlers").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for place, node in enumerate(tree.body):
            if isinstance(node, ast.FunctionDef) and _answers(node):
                yield _mute(path, tree, place)
        yield from _without_commands(path, tree)


def branches() -> Iterator[Mutant]:
    """Each condition of a handler turned round, each case left out."""
    for path in sorted((ROOT / "handlers").glob("*.py")):
        if path.name != "router.py":
            yield from _otherwise(path, ast.parse(path.read_text(encoding="utf-8")))


def router() -> Iterator[Mutant]:
    """Each condition turned round, each case left out, each intent sent elsewhere."""
    path = ROOT / "handlers" / "router.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from _otherwise(path, tree)
    for place, node in enumerate(ast.walk(tree)):
        match node:
            case ast.Dict():
                for entry, key in enumerate(node.keys):
                    what = f"elsewhere: {'' if key is None else ast.unparse(key)}"
                    yield _changed(path, tree, place, _elsewhere(entry), what)


def hazards() -> Iterator[Mutant]:
    """Each rule, each figure of speech, each silencing context and each key of a rule left out."""
    speech = _book(danger_files.SPEECH)
    for place, figure in enumerate(speech["figures"]):
        fewer = [*speech["figures"][:place], *speech["figures"][place + 1 :]]
        what = f"no figure {place + 1}: {str(figure)[:50]}"
        yield _yaml(danger_files.SPEECH, {**speech, "figures": fewer}, what)
    context = danger_files.speech().context
    for name in context:
        silenced = {**context, name: NEVER}
        yield _yaml(danger_files.SPEECH, {**speech, "context": silenced}, f"no context: {name}")
    yield from _without_rows("rules")


def chains() -> Iterator[Mutant]:
    """Each kind of chain and each key of one left out."""
    yield from _without_rows("kinds")


def marks() -> Iterator[Mutant]:
    """Each check list of small marks and each key of one left out, and each family of dialects."""
    yield from _without_rows("marks")
    for name in danger_files.FAMILIES:
        silent = {"signs": NEVER, "words": {}}
        yield _yaml(danger_files.dialect(name), silent, f"no dialect: {name}")


def lifecycle() -> Iterator[Mutant]:
    """Each move that a ticket may make is forbidden."""
    for state, move in MOVES:
        line = f"del MOVES[(State({state.value!r}), Move({move.value!r}))]"
        yield _after_table(
            "cases/ticket_rules/lifecycle.py", "MOVES", line, f"no {move} from {state}"
        )


def permissions() -> Iterator[Mutant]:
    """Each leave reaches every row."""
    for role, actions in TABLE.items():
        for action, reach in actions.items():
            if reach is not Reach.ALL:
                row = f"TABLE[Role({role.value!r})][Action({action.value!r})]"
                what = f"{role} may {action} everywhere, not: {reach}"
                yield _after_table("cases/permissions.py", "TABLE", f"{row} = Reach.ALL", what)


# What the documented tables say is agreed; what differs from them must be noticed.
DOCUMENTS = "tests/guards/test_documents.py"
HANDLERS = ("tests/handlers",)
HAZARDS = ("tests/nlu/test_hazard_rules.py", "tests/nlu/test_hazards.py")
EVERYWHERE = ("hypothesis", "sqlalchemy.orm", "knowledge.library")
LOADED = (*EVERYWHERE, "tests.loaded.everything", "cases.tables", "tests.servers")
# Danger is broken as data, which no import reads.
DANGER = (*EVERYWHERE, "nlu.training", "handlers.desk", "tests.servers")
FAMILIES = {
    "handlers": Family(handlers, HANDLERS, LOADED),
    "branches": Family(branches, HANDLERS, LOADED),
    "router": Family(router, HANDLERS, LOADED),
    "hazards": Family(hazards, HAZARDS, (*DANGER, "nlu.hazard_chains.read")),
    "chains": Family(chains, HAZARDS, (*DANGER, "nlu.hazards.read_rules")),
    "marks": Family(marks, HAZARDS, (*DANGER, "nlu.hazards.read_rules")),
    "lifecycle": Family(lifecycle, ("tests/cases/test_lifecycle.py", DOCUMENTS), EVERYWHERE),
    "permissions": Family(permissions, ("tests/cases/test_permissions.py", DOCUMENTS), EVERYWHERE),
}


def _answers(node: ast.FunctionDef) -> bool:
    returned = "" if node.returns is None else ast.unparse(node.returns)
    public = not node.name.startswith("_")
    return public and "Outcome" in returned and bool(node.args.args)


def _mute(path: Path, tree: ast.Module, place: int) -> Mutant:
    broken = copy.deepcopy(tree)
    function = broken.body[place]
    if isinstance(function, ast.FunctionDef):
        function.body = ast.parse(MUTE.format(turn=function.args.args[0].arg)).body
    broken.body[1:1] = ast.parse(NEEDED).body
    named, first = getattr(function, "name", ""), _function(tree, tree.body[place])
    what = f"{named} only says that it did not understand"
    return _mutant(path, broken, what, inside=first)


def _without_commands(path: Path, tree: ast.Module) -> Iterator[Mutant]:
    for place, node in enumerate(ast.walk(tree)):
        match node:
            case ast.Call(func=ast.Name(id="Outcome"), args=[_, _, _]):
                what = f"line {node.lineno} files nothing"
                yield _changed(path, tree, place, _fewer, what)


def _otherwise(path: Path, tree: ast.Module) -> Iterator[Mutant]:
    for place, node in enumerate(ast.walk(tree)):
        match node:
            case ast.If() | ast.IfExp():
                what = f"line {node.lineno} not: {ast.unparse(node.test)}"
                yield _changed(path, tree, place, _turn_round, what)
            case ast.match_case():
                what = f"line {node.pattern.lineno} no case: {ast.unparse(node.pattern)}"
                yield _changed(path, tree, place, _never, what)


def _changed(
    path: Path, tree: ast.Module, place: int, change: Callable[[ast.AST], None], what: str
) -> Mutant:
    broken = copy.deepcopy(tree)
    change(list(ast.walk(broken))[place])
    return _mutant(path, broken, what, inside=_function(tree, list(ast.walk(tree))[place]))


def _function(tree: ast.Module, node: ast.AST) -> int | None:
    """The first line of the innermost function around a node, its decorators included."""
    placed = node.pattern if isinstance(node, ast.match_case) else node
    line = getattr(placed, "lineno", 0)
    around = [
        min([one.lineno, *(mark.lineno for mark in one.decorator_list)])
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef) and one.lineno <= line <= (one.end_lineno or 0)
    ]
    return max(around, default=None)


def _turn_round(node: ast.AST) -> None:
    if isinstance(node, ast.If | ast.IfExp):
        node.test = ast.UnaryOp(ast.Not(), node.test)


def _never(node: ast.AST) -> None:
    if isinstance(node, ast.match_case):
        node.guard = ast.Constant(value=False)


def _fewer(node: ast.AST) -> None:
    if isinstance(node, ast.Call):
        del node.args[COMMANDS]


def _elsewhere(entry: int) -> Callable[[ast.AST], None]:
    def change(node: ast.AST) -> None:
        if isinstance(node, ast.Dict):
            node.values[entry] = ast.parse("greeting.goodbye", mode="eval").body

    return change


def _mutant(path: Path, broken: ast.Module, what: str, *, inside: int | None = None) -> Mutant:
    text = ast.unparse(ast.fix_missing_locations(broken))
    file = path.relative_to(ROOT).as_posix()
    return Mutant(file, what, text, None if inside is None else (file, inside))


def _yaml(path: Path, book: Mapping[str, object], what: str) -> Mutant:
    text = yaml.dump(dict(book), Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    return Mutant(path.relative_to(ROOT).as_posix(), what, text)


def _book(path: Path) -> dict[str, list[dict[str, object]]]:
    book: dict[str, list[dict[str, object]]] = yaml.load(
        path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    return book


def _without_rows(part: str) -> Iterator[Mutant]:
    for hazard in Hazard:
        path = danger_files.of(hazard)
        book = _book(path) if path.exists() else {}
        rows = book.get(part, [])
        for place, row in enumerate(rows):
            before, after = rows[:place], rows[place + 1 :]
            named = f"{part} {place + 1} of {hazard}: {row['reason']}"
            yield _yaml(path, {**book, part: [*before, *after]}, f"no {named}")
            for key in sorted(set(row) - NEEDED_KEYS):
                plainer = {name: value for name, value in row.items() if name != key}
                changed = {**book, part: [*before, plainer, *after]}
                yield _yaml(path, changed, f"no {key} in {named}")


def _after_table(file: str, table: str, line: str, what: str) -> Mutant:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    place = next(i for i, node in enumerate(tree.body) if _assigns(node, table))
    tree.body[place + 1 : place + 1] = ast.parse(line).body
    return _mutant(ROOT / file, tree, what)


def _assigns(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name
