"""How numbers that are only known between two bounds are added, multiplied and compared."""

import math
from dataclasses import dataclass
from fractions import Fraction

Number = int | Fraction
# An unbounded end is float infinity; every other bound is exact.
Bound = int | Fraction | float


@dataclass(frozen=True, slots=True)
class Span:
    """A number somewhere from low to high, both included."""

    low: Bound
    high: Bound


Quantity = int | Fraction | Span
ANY_NUMBER = Span(-math.inf, math.inf)
NOT_NEGATIVE = Span(0, math.inf)


def ends(value: Quantity) -> tuple[Bound, Bound]:
    """The two bounds; of an exact number twice the number itself."""
    return (value.low, value.high) if isinstance(value, Span) else (value, value)


def add(left: Quantity, right: Quantity) -> Quantity:
    """The sum."""
    if not isinstance(left, Span) and not isinstance(right, Span):
        return left + right
    (a, b), (c, d) = ends(left), ends(right)
    return Span(a + c, b + d)


def subtract(left: Quantity, right: Quantity) -> Quantity:
    """The difference."""
    if not isinstance(left, Span) and not isinstance(right, Span):
        return left - right
    (a, b), (c, d) = ends(left), ends(right)
    return Span(a - d, b - c)


def multiply(left: Quantity, right: Quantity) -> Quantity:
    """The product."""
    if not isinstance(left, Span) and not isinstance(right, Span):
        return left * right
    (a, b), (c, d) = ends(left), ends(right)
    if a >= 0 and c >= 0:
        return Span(_times(a, c), _times(b, d))
    corners = (_times(a, c), _times(a, d), _times(b, c), _times(b, d))
    return Span(min(corners), max(corners))


def divide(left: Quantity, right: Quantity) -> Quantity | None:
    """The quotient, exact; None where the divisor may be nought."""
    low, high = ends(right)
    if low <= 0 <= high:
        return None
    if not isinstance(left, Span) and not isinstance(right, Span):
        return Fraction(left) / right
    return multiply(left, Span(_inverse(high), _inverse(low)))


def below(left: Quantity, right: Quantity) -> bool | None:
    """Whether left < right; None where the bounds leave it open."""
    a, b = (left.low, left.high) if isinstance(left, Span) else (left, left)
    c, d = (right.low, right.high) if isinstance(right, Span) else (right, right)
    if b < c:
        return True
    return False if a >= d else None


def equal(left: Quantity, right: Quantity) -> bool | None:
    """Whether both are the same number; None where the bounds leave it open."""
    if not isinstance(left, Span) and not isinstance(right, Span):
        return left == right
    (a, b), (c, d) = ends(left), ends(right)
    if a == b == c == d:
        return True
    return False if b < c or d < a else None


def _times(left: Bound, right: Bound) -> Bound:
    return 0 if left == 0 or right == 0 else left * right


def _inverse(bound: Bound) -> Bound:
    return 0 if math.isinf(bound) else Fraction(1) / Fraction(bound)
