"""News about candidates. Receivers take the candidate and keywords: `actor`, `now`, and `why` on leaving."""

from blinker import Namespace

_signals = Namespace()

candidate_changed = _signals.signal("candidate-changed")
"""Somebody on the roster came, returned or changed what they wrote. Sender: the Candidate."""

candidate_left = _signals.signal("candidate-left")
"""Somebody is no longer to be suggested to anybody. Sender: the Candidate; `why` is a LeavingReason."""

candidate_hid = _signals.signal("candidate-hid")
"""Somebody hides from an institution from now on. Sender: the Candidate; `institution_id`, `actor`, `now`."""
