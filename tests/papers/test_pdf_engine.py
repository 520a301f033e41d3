"""The PDF engine over a long day: memory stays flat, and threads do not block each other."""

from __future__ import annotations

import gc
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checkin.papers import excuse_notes as excuse_note_paper
from tests.papers.sheets import SITE, note

MEGABYTE = 1024 * 1024


def resident() -> int:
    """Return the bytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


@pytest.fixture
def own_heap() -> Iterator[None]:
    """Set aside what earlier tests left: the more objects there are, the later Python collects garbage."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def print_some(count: int, times: list[float] | None = None) -> None:
    for number in range(count):
        started = time.perf_counter()
        made = excuse_note_paper.make_notes_pdf(
            [note(number=number + 1, person_name=f"Child number {number}")], site=SITE
        )
        assert made.startswith(b"%PDF")
        if times is not None:
            times.append((time.perf_counter() - started) * 1000)


def print_in_threads(threads: int, each: int, patience: float) -> list[threading.Thread]:
    """Return the threads that have not finished within `patience` seconds."""
    workers = [threading.Thread(target=print_some, args=(each,), daemon=True) for _ in range(threads)]
    for worker in workers:
        worker.start()
    deadline = time.monotonic() + patience
    for worker in workers:
        worker.join(max(0.0, deadline - time.monotonic()))
    return [worker for worker in workers if worker.is_alive()]


def test_four_threads_rendering_at_once_all_finish() -> None:
    assert print_in_threads(4, 5, patience=60) == []


def test_memory_stays_flat_over_forty_notes(own_heap: None) -> None:
    print_some(15)
    before = resident()
    print_some(40)
    assert resident() - before < 5 * MEGABYTE


@pytest.mark.long
def test_memory_stays_flat_over_six_hundred_notes(own_heap: None, record_property: Any) -> None:
    times: list[float] = []
    # Fonts and caches fill over the first two hundred or so.
    print_some(300)
    before = resident()
    print_some(300, times)
    grown = resident() - before
    record_property("median_ms", round(statistics.median(times), 1))
    print(f"median {statistics.median(times):.1f} ms, grown {grown / MEGABYTE:.1f} MB")
    assert grown < 6 * MEGABYTE


@pytest.mark.long
def test_four_threads_rendering_a_hundred_notes_each_all_finish() -> None:
    assert print_in_threads(4, 100, patience=400) == []
