"""A refusal carries the sentence for the person who asked."""

from __future__ import annotations

import pytest

from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused


def test_the_sentence_is_what_the_person_reads() -> None:
    refused = Refused("It is theirs already.")
    assert (refused.sentence, str(refused)) == ("It is theirs already.", "It is theirs already.")


def test_whoever_catches_a_refusal_catches_what_a_role_may_not_do_too() -> None:
    with pytest.raises(Refused):
        raise NotAllowed("Only a manager does that.")
