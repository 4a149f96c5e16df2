"""News of this package. Receivers get the record as the sender."""

from blinker import Signal

institution_changed = Signal("an institution's state or description changed; the sender is the Institution")

institution_suspended = Signal(
    "an officer suspended an institution; the sender is the Institution; keywords: actor, now"
)
