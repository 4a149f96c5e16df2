"""News for later packages."""

from blinker import signal

placement_changed = signal("placements.placement_changed")
"""Sent with the Placement after its text, its state or its institution's standing changed."""
