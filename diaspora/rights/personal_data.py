"""What this room holds about a person."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from diaspora.platform.personal_data import Fate, Holding, anonymise
from diaspora.platform.retention import YEAR, Rule
from diaspora.rights.models import DataCopy, Erasure, RightsRequest
from diaspora.rights.rules import COPY_LASTS

HOLDINGS = [
    Holding(
        model=Erasure,
        title=_l("Wishes to be erased"),
        of=lambda person: (
            Erasure.account_id.in_(person.accounts) | Erasure.candidate_id.in_(person.candidates)
        ),
        fate=Fate.KEPT,
        why=_l("After a backup is restored, it tells who has to be erased again. It holds no name."),
        shown={
            "whole": _l("The whole account"),
            "asked_at": _l("Asked for"),
            "due_on": _l("Erased on"),
            "reminded_at": _l("Reminded"),
            "taken_back_at": _l("Taken back"),
            "done_at": _l("Done"),
        },
    ),
    Holding(
        model=DataCopy,
        title=_l("Copies of your data"),
        of=lambda person: DataCopy.account_id.in_(person.accounts),
        fate=Fate.DELETED,
        why=_l("It serves only you."),
        shown={"asked_at": _l("Asked for"), "ready_at": _l("Done"), "expires_at": _l("Until")},
        file="file_key",
    ),
    Holding(
        model=RightsRequest,
        title=_l("Requests about your data"),
        of=lambda person: RightsRequest.account_id.in_(person.accounts),
        fate=Fate.ANONYMISED,
        why=_l("That requests were answered in time must stay provable; what was written goes."),
        shown={
            "kind": _l("Request"),
            "text": _l("Text"),
            "state": _l("State"),
            "created_at": _l("Asked for"),
            "due_on": _l("Answer by"),
            "answer": _l("Answer"),
            "closed_at": _l("Closed"),
        },
        blank={"text": "", "answer": ""},
    ),
]

RULES = [
    Rule(
        name="copies of somebody's data",
        model=DataCopy,
        after=timedelta(),
        since="the seventh day after it was ready",
        what="deleted with the file",
        why="it serves only to be downloaded",
        over=lambda moment: sa.or_(
            DataCopy.expires_at < moment,
            sa.and_(DataCopy.ready_at.is_(None), DataCopy.asked_at < moment - COPY_LASTS),
        ),
    ),
    Rule(
        name="texts of requests about personal data",
        model=RightsRequest,
        after=3 * YEAR,
        since="the answer",
        what="emptied; that and when it was answered stays",
        why="to prove that rights were respected",
        over=lambda moment: sa.and_(RightsRequest.closed_at < moment, RightsRequest.text != ""),
        do=anonymise,
    ),
]
