"""The settings of a clinic: its staff and tablets."""
