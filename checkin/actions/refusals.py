"""How an action says no: one exception for all of them, so that catching it misses none."""

from __future__ import annotations


class Refused(Exception):
    """Something that cannot be done now. `sentence` says why, to the person who asked."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
