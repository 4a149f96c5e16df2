"""What staff can do to several candidatures at once: only acts that need no reason and no choice."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from diaspora.pairings import facts, mails, policy, queries, services, views
from diaspora.pairings.models import Pairing
from diaspora.pairings.rules import LIFECYCLE, PairingAct, PairingState
from diaspora.platform.access import Actor, Role, current_actor
from diaspora.platform.bulk import Bulk, BulkAct, Outlook, Text, why_not
from diaspora.platform.clock import local_day, now
from diaspora.profiles.rules import HIDDEN_STATES
from diaspora.profiles.services import log_identified_reads
from diaspora.programmes.rules import Answer

_A = PairingAct


def offered(actor: Actor) -> list[tuple[str, Text]]:
    """The acts of an officer; of a reviewer those of a chair. Whether they are possible, the preview says."""
    if Role.OFFICER in actor.roles:
        return BULK.offered()
    return [(value, text) for value, text in BULK.offered() if value == _A.SEND_TO_COMMISSION]


def _find(ids: Collection[UUID]) -> Sequence[Pairing]:
    actor = current_actor()
    found = [pairing for pairing in queries.staff_chosen(ids) if policy.may_view(actor, pairing)]
    named = [pairing.candidate_id for pairing in found if pairing.candidate.state not in HIDDEN_STATES]
    log_identified_reads(named, actor, now(), "list")
    return found


def _look(pairing: Pairing, chosen: str, actor: Actor, now: datetime) -> Outlook:
    act = PairingAct(chosen)
    seen = facts.of(pairing, act, actor, local_day(now))
    refusal = why_not(LIFECYCLE, pairing.state, act, policy.roles_towards(actor, pairing), seen)
    candidates, leads = mails.readers(pairing, act, actor)
    told: list[Text] = [_("the candidate")] if candidates else []
    if leads:
        told.append(
            ngettext("%(num)s lead of the institution", "%(num)s leads of the institution", len(leads))
        )
    hidden = pairing.candidate.state in HIDDEN_STATES
    return Outlook(
        name=_(
            "%(name)s for “%(placement)s”",
            name=_("Candidate") if hidden else pairing.candidate.full_name,
            placement=pairing.placement.title,
        ),
        url=url_for("pairings.show", pairing_id=pairing.id),
        told=told,
        refusal=refusal or (_wants_a_look(pairing) if act is _A.FIND_ELIGIBLE else None),
    )


def _wants_a_look(pairing: Pairing) -> Text | None:
    """Why somebody has to open this one: among several, only what is plain is found eligible."""
    if pairing.state is PairingState.APPEALED:
        return _l("An appeal is looked at on its own: open the candidature.")
    if any(answer is not Answer.MET for _rule, answer in views.answers(pairing.candidate, pairing.placement)):
        return _l("A rule of the call is not met or needs to be clarified: open the candidature.")
    return None


def _do(pairing: Pairing, chosen: str, actor: Actor, now: datetime) -> None:
    services.act(pairing, PairingAct(chosen), actor, now)


BULK = Bulk(
    acts=[
        BulkAct(
            _A.FIND_ELIGIBLE.value,
            _l("Find eligible"),
            _l("Each of them meets every rule of its call; the institution is asked to nominate."),
        ),
        BulkAct(
            _A.SEND_TO_COMMISSION.value,
            _l("Send to the commission"),
            _l("The members of the commission can decide about each of them from now on."),
        ),
    ],
    back="pairings.staff_index",
    find=_find,
    look=_look,
    do=_do,
)
