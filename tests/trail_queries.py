"""What one line of the audit trail costs a page: its queries beside those of the page itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

LINE = 4
"""A savepoint, the end of the chain, the event, and the savepoint's release."""
LINE_OF_SEVERAL = LINE + 1
"""And all patients of an event that names more than one, in one insert."""
_OF_TRAIL = ("checkin_auditchain", "checkin_auditevent", "SAVEPOINT")


def split_queries(asked: Iterable[Mapping[str, str]]) -> tuple[int, int]:
    """Return how many queries are a page's own, and how many its line in the trail cost."""
    texts = [one["sql"] for one in asked]
    of_trail = sum(any(word in text for word in _OF_TRAIL) for text in texts)
    return len(texts) - of_trail, of_trail
