"""Which threads do what, so that nothing slow of the staff's ever keeps a resident waiting."""

from functools import cache

from anyio import CapacityLimiter

# Each of them works rather than waits: more would only wait for each other at every step.
THREADS_FOR_INTAKE = 6
# A picture is large while it is drawn, and whoever looks at files may take long.
THREADS_FOR_FILES = 2
THREADS_FOR_HEALTH = 2
THREADS_FOR_HEARING = 4


@cache
def intake() -> CapacityLimiter:
    """The threads that take residents' words."""
    return CapacityLimiter(THREADS_FOR_INTAKE)


@cache
def files() -> CapacityLimiter:
    """The threads that look at residents' files before they are kept."""
    return CapacityLimiter(THREADS_FOR_FILES)


@cache
def hearing() -> CapacityLimiter:
    """The threads that wait for a recogniser of speech."""
    return CapacityLimiter(THREADS_FOR_HEARING)


@cache
def health() -> CapacityLimiter:
    """The threads that look whether all is well."""
    return CapacityLimiter(THREADS_FOR_HEALTH)
