"""One exception for every refusal of an action, so that catching it misses none."""

from __future__ import annotations


class Refused(Exception):
    """The action cannot be done now. `sentence` tells the person why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
