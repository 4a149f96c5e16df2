"""From which institutions a candidate hides."""

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from diaspora.extensions import db
from diaspora.platform import audit
from diaspora.platform.access import Actor
from diaspora.platform.refusals import Refused
from diaspora.profiles import queries
from diaspora.profiles.models import Candidate, HiddenFrom
from diaspora.profiles.policy import owns
from diaspora.profiles.signals import candidate_changed, candidate_hid


def hide_from(candidate: Candidate, institution_id: UUID, actor: Actor, now: datetime) -> HiddenFrom:
    """Nobody who works for this institution sees or finds the candidate any more. Again is the same as once.

    What it knew ends: its disclosure here, what is open between the two by the signal. Raises Refused.
    """
    if not owns(actor, candidate):
        raise Refused(_l("Another person has to do this."))
    known = queries.hiding(candidate.id, institution_id)
    if known is not None:
        return known
    if institution_id not in {one.id for one in queries.institutions_to_hide_from()}:
        raise Refused(_l("Choose an institution from the list."), "institution")
    hidden = HiddenFrom(candidate_id=candidate.id, institution_id=institution_id, since=now)
    db.session.add(hidden)
    for disclosure in queries.disclosures_of(candidate.id):
        if disclosure.institution_id == institution_id:
            disclosure.ended_at = now
    db.session.flush()
    audit.record("candidate.hid", actor, now, candidate, institution_id=str(institution_id))
    candidate_hid.send(candidate, institution_id=institution_id, actor=actor, now=now)
    candidate_changed.send(candidate, actor=actor, now=now)
    return hidden


def show_to(candidate: Candidate, institution_id: UUID, actor: Actor, now: datetime) -> None:
    """The institution may find the candidate again, without a name as everybody. Raises Refused."""
    if not owns(actor, candidate):
        raise Refused(_l("Another person has to do this."))
    known = queries.hiding(candidate.id, institution_id)
    if known is None:
        return
    db.session.delete(known)
    db.session.flush()
    audit.record("candidate.shown", actor, now, candidate, institution_id=str(institution_id))
    candidate_changed.send(candidate, actor=actor, now=now)
