"""What “use the new” wrote on another record while two were one comes off with the undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkin.models import PaperMove, Patient, Visit
from tests import make

if TYPE_CHECKING:
    from tests.actions.merge_chains import Chain


def test_a_value_used_at_a_visit_is_removed_from_every_record_up_the_chain(chain: Chain) -> None:
    """“Use the new” at the first one's visit, before and after the second merge."""
    for before in (True, False):
        visit = chain.visit(0, escort_name="Rosa Delgado")
        first = chain.merge(0, 1)
        if before:
            use_new(chain, visit)
            chain.merge(1, 2, "given_name")
        else:
            chain.merge(1, 2)
            use_new(chain, visit)
        assert chain.fresh(2).given_name == "Qqq"
        chain.undo(first)
        assert chain.says("given_name") == ["Ana", "Zed", "Moe"]
        chain.undo(chain.merges[-1])
        assert chain.says("given_name") == ["Ana", "Zed", "Moe"]
        visit.refresh_from_db()
        assert visit.patient_id == chain.records[0].pk


def test_a_value_changed_again_since_stays_and_the_undo_says_so(chain: Chain) -> None:
    visit = chain.visit(0)
    merge = chain.merge(0, 1)
    use_new(chain, visit)
    Patient.objects.filter(pk=chain.records[1].pk).update(given_name="Corrected")
    chain.undo(merge)
    assert chain.says("given_name")[:2] == ["Ana", "Corrected"]
    left = PaperMove.objects.get(merge__undoes=merge, subject="Patient", done="kept")
    assert (left.subject_id, left.why) == (chain.records[1].pk, "It was changed again since.")


def use_new(chain: Chain, visit: Visit) -> None:
    one = Visit.objects.get(pk=visit.pk).discrepancies.open().get(field="name")
    make.decision(discrepancy=one, kind="use_new", by=chain.by, at=chain.now)
