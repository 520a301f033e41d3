"""A test process spends its time on the tests."""

from __future__ import annotations

import resource


def leaf() -> None:
    """Take 100 places on the stack, as a large function does."""


leaf.__code__ = leaf.__code__.replace(co_stacksize=100)


def count_page_faults(depth: int) -> int:
    """Return how often 1,000 calls at this depth got new memory from the system."""
    if depth:
        return count_page_faults(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(1000):
        leaf()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_no_depth_of_calls_asks_the_system_for_memory_at_each_call() -> None:
    assert max(map(count_page_faults, range(300))) < 500
