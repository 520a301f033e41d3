"""The demo clinic: invented people, and a morning that is always today's."""
