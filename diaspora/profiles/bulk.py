"""What officers can do to several candidates at once: admit them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from diaspora.platform.access import Actor, current_actor
from diaspora.platform.bulk import Bulk, BulkAct, Outlook, why_not
from diaspora.profiles import policy, queries, rules
from diaspora.profiles.models import Candidate
from diaspora.profiles.rules import CandidateAct
from diaspora.profiles.standing import act


def _find(ids: Collection[UUID]) -> Sequence[Candidate]:
    actor = current_actor()
    return [one for one in queries.staff_chosen(ids) if policy.may_see_as_staff(actor, one)]


def _look(candidate: Candidate, chosen: str, actor: Actor, now: datetime) -> Outlook:
    roles, seen = policy.roles_towards(actor, candidate), queries.facts(candidate)
    return Outlook(
        name=_("Profile %(number)s", number=str(candidate.id)[:8]),
        url=url_for("profiles.staff_show", candidate_id=candidate.id),
        told=[_("the candidate")] if candidate.account_id else [],
        refusal=why_not(rules.LIFECYCLE, candidate.state, CandidateAct(chosen), roles, seen),
    )


def _do(candidate: Candidate, chosen: str, actor: Actor, now: datetime) -> None:
    act(candidate, CandidateAct(chosen), actor, now)


BULK = Bulk(
    acts=[
        BulkAct(
            CandidateAct.ADMIT.value,
            _l("Admit to the roster"),
            _l("Each of them comes onto the roster for three years, and is suggested to institutions."),
        )
    ],
    back="profiles.staff_index",
    find=_find,
    look=_look,
    do=_do,
)
