"""News about pairings for the packages after this one."""

from blinker import signal

pairing_accepted = signal("pairing-accepted")
"""The candidate took the offer. Sender: the Pairing; keywords: actor, now. In the same transaction."""
