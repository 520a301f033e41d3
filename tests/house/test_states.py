"""The diagram of a visit's states is made from the table of moves."""

from __future__ import annotations

from tests.states import ROOT, draw_states


def test_the_developers_page_shows_the_table_of_moves() -> None:
    assert f"```mermaid\n{draw_states()}\n```" in (ROOT / "docs/developing.md").read_text()
