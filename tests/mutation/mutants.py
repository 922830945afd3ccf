"""Mutants: the same module with one operator, comparison, flag or small number changed."""

import ast
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
# Words of a family stand in for one another.
FAMILIES = (
    ("min", "max"),
    ("any", "all"),
    ("any_of", "all_of"),
    ("startswith", "endswith"),
    ("starts_with", "ends_with"),
    ("selecting", "deselecting"),
    ("low", "high"),
)
MEMBERS = {
    "Truth": ("NO", "MAYBE", "YES"),
    "Operator": ("EQUALS", "STARTS_WITH", "ENDS_WITH"),
    "EventCategory": ("MANAGEMENT", "DATA", "NETWORK_ACTIVITY"),
    "ReadWriteType": ("ALL", "READ_ONLY", "WRITE_ONLY"),
}
# Keywords whose value is a decision, whatever expression stands there.
DECISIONS = frozenset({"low", "point", "high", "is_certain"})
# Keywords that guard against the programmer's slips or are not read by the code itself.
UNTOUCHED = frozenset({"strict", "frozen", "slots", "order", "compare"})

LONGEST_TEXT = 90


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module.

    function: the qualified name of the function or class it is in, ``module`` at the top.
    original, mutated: enough of the expression to recognise it.
    """

    path: str
    line: int
    function: str
    original: str
    mutated: str
    _tree: ast.Module = field(repr=False, compare=False)
    _place: "_Place" = field(repr=False, compare=False)
    _replacement: ast.AST = field(repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.original}  →  {self.mutated}  (in {self.function})"

    def source(self) -> str:
        """Return the mutated module."""
        return self._place.unparse(self._tree, self._replacement)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node hangs: an attribute of its parent, or one element of it."""

    node: ast.AST
    parent: ast.AST
    attribute: str
    index: int | None

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.attribute, node)
        else:
            getattr(self.parent, self.attribute)[self.index] = node

    def unparse(self, whole: ast.AST, replacement: ast.AST) -> str:
        self.put(replacement)
        try:
            return ast.unparse(whole)
        finally:
            self.put(self.node)


def plain_source(source: str) -> str:
    """Return *source* as a mutant without any change: comments and layout lost."""
    return ast.unparse(ast.parse(source))


def find_mutants(path: str, source: str) -> list[Mutant]:
    """Return every mutant of the module, in the order of its lines."""
    tree = ast.parse(source)
    found = []
    for place, ancestors in _places(tree, ()):
        for replacement in _replacements(place):
            whole = _context(place, ancestors)
            prefix = _parameter(place)
            original = prefix + ast.unparse(whole)
            mutated = prefix + (ast.unparse(replacement) if whole is place.node else place.unparse(whole, replacement))
            line = getattr(place.node, "lineno", 0)
            found.append(Mutant(path, line, _function(ancestors), original, mutated, tree, place, replacement))
    return sorted(found, key=lambda mutant: mutant.line)


def _places(node: ast.AST, ancestors: tuple[ast.AST, ...]) -> Iterator[tuple[_Place, tuple[ast.AST, ...]]]:
    inside = (*ancestors, node)
    for attribute, value in ast.iter_fields(node):
        if attribute in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        children = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if isinstance(child, ast.keyword) and child.arg in UNTOUCHED:
                continue
            if isinstance(child, ast.AST):
                yield _Place(child, node, attribute, index), inside
                yield from _places(child, inside)


def _function(ancestors: tuple[ast.AST, ...]) -> str:
    names = [a.name for a in ancestors if isinstance(a, (ast.FunctionDef, ast.ClassDef))]
    return ".".join(names) or "module"


def _parameter(place: _Place) -> str:
    """Return the name of the parameter that a node is the default of."""
    arguments = place.parent
    if not isinstance(arguments, ast.arguments) or place.index is None:
        return ""
    optional = {"kw_defaults": arguments.kwonlyargs, "defaults": arguments.args[-len(arguments.defaults) :]}
    return f"{optional[place.attribute][place.index].arg}=" if place.attribute in optional else ""


def _context(place: _Place, ancestors: tuple[ast.AST, ...]) -> ast.AST:
    """Return the largest expression or simple statement around a node that is still short to read."""
    best = place.node
    for ancestor in reversed(ancestors):
        is_simple = isinstance(ancestor, (ast.expr, ast.keyword, ast.Return, ast.Assign, ast.AnnAssign, ast.AugAssign))
        is_part = isinstance(ancestor, (ast.comprehension, ast.arguments))
        if is_part:
            continue
        if not is_simple or len(ast.unparse(ancestor)) > LONGEST_TEXT:
            break
        best = ancestor
    return best


# ---- what stands in for a node ----


def _replacements(place: _Place) -> Iterator[ast.AST]:
    node = place.node
    if place.attribute in ("test", "ifs") and isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.NamedExpr)):
        # A condition without an operator of its own to flip.
        yield ast.UnaryOp(ast.Not(), node)
    match node:
        case ast.Compare():
            for position, operator in enumerate(node.ops):
                for other in COMPARISONS[type(operator)]:
                    ops = [*node.ops[:position], other(), *node.ops[position + 1 :]]
                    yield ast.Compare(node.left, ops, node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
            for position in range(len(node.values)):
                rest = [*node.values[:position], *node.values[position + 1 :]]
                yield ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub()):
            yield node.operand
        case ast.BinOp() | ast.AugAssign() if type(node.op) in ARITHMETIC:
            other_node = copy(node)
            other_node.op = ARITHMETIC[type(node.op)]()
            yield other_node
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int()):
            yield ast.Constant(node.value + 1)
            if node.value:
                yield ast.Constant(node.value - 1)
        case ast.Name():
            yield from (ast.Name(other, node.ctx) for other in _relatives(node.id))
        case ast.Attribute(value=ast.Name(id=owner)) if node.attr in MEMBERS.get(owner, ()):
            for member in MEMBERS[owner]:
                if member != node.attr:
                    yield ast.Attribute(node.value, member, node.ctx)
        case ast.Attribute():
            yield from (ast.Attribute(node.value, other, node.ctx) for other in _relatives(node.attr))
        case ast.keyword():
            yield from (ast.keyword(other, node.value) for other in _relatives(node.arg or ""))
            if node.arg in DECISIONS and not isinstance(node.value, ast.Constant):
                yield from (ast.keyword(node.arg, ast.Constant(value)) for value in (True, False))


def _relatives(word: str) -> Iterator[str]:
    for family in FAMILIES:
        if word in family:
            yield from (other for other in family if other != word)
