"""News for later packages."""

from blinker import signal

placement_changed = signal("placements.placement_changed")
"""Sent with the Placement after its text, its state or its institution's standing changed."""

terms_changed = signal("placements.terms_changed")
"""Sent with the Placement after the public can read a new version of its terms; keyword: now."""
