"""The diagram of visit states is generated from the table of moves."""

from __future__ import annotations

from tests.states import ROOT, draw_states


def test_developer_docs_show_the_diagram_of_visit_states() -> None:
    assert f"```mermaid\n{draw_states()}\n```" in (ROOT / "docs/developing.md").read_text()
