"""The letter of invitation as PDF: its words are gettext's, its page is Typst's."""

import json
from datetime import datetime
from typing import Any

import typst
from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from diaspora.assignments.models import Assignment
from diaspora.pairings.models import Pairing
from diaspora.platform.clock import local_day
from diaspora.platform.labels import label
from diaspora.platform.languages import day, localised, money, speaking
from diaspora.platform.reference import district_name
from diaspora.programmes import queries as programmes
from diaspora.settings import ROOT, Settings

FOLDER = ROOT / "letters"


def invitation(assignment: Assignment, number: str, language: str, now: datetime) -> bytes:
    """The PDF in this language. It needs no network and no font of the machine."""
    with speaking(language):
        data = contents(assignment, number, language, now)
    made = typst.compile(
        str(FOLDER / "invitation.typ"),
        root=str(FOLDER),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=int(now.timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError("Typst was asked for one file and made several")
    return made


def contents(assignment: Assignment, number: str, language: str, now: datetime) -> dict[str, Any]:
    """Everything that the letter says, in the language that is being spoken."""
    settings: Settings = current_app.extensions["settings"]
    pairing = assignment.pairing
    operator = settings.operator_name or _("The programme of temporary return to Moldova")
    return {
        "language": language,
        "notice": _("Demonstration: invented data. This is not a valid document.")
        if settings.demonstration
        else "",
        "operator": operator,
        "number_line": _("No. %(number)s", number=number),
        "number": number,
        "date_line": day(local_day(now)),
        "heading": _("Letter of invitation"),
        "salutation": _("Dear %(name)s,", name=pairing.candidate.full_name),
        "opening": _opening(pairing),
        "facts": _facts(assignment),
        "allowances_heading": _("Allowances"),
        "allowances": _allowances(assignment),
        "closing": [
            _(
                "Before you travel, the activity plan, the agreement between you, the institution and the "
                "programme, and an insurance have to be in place."
            ),
            _("We look forward to your stay and to what will come of it."),
        ],
        "signed_for": _("For the programme"),
        "footer": _footer(settings, number),
    }


def _opening(pairing: Pairing) -> list[str]:
    placement, call = pairing.placement, pairing.placement.call
    invited = _(
        "we invite you to %(institution)s, to carry out the placement “%(title)s”.",
        institution=localised(placement.institution.name),
        title=placement.title,
    )
    if call is None:
        return [invited]
    approved = _(
        "Your stay takes place within the programme “%(programme)s”, call “%(call)s”, "
        "whose commission approved your candidature.",
        programme=localised(call.programme.name),
        call=localised(call.name),
    )
    return [invited, approved]


def _facts(assignment: Assignment) -> list[tuple[str, str]]:
    pairing, placement = assignment.pairing, assignment.pairing.placement
    institution = placement.institution
    days = (assignment.ends_on - assignment.starts_on).days + 1
    place = [localised(institution.city), district_name(placement.district)]
    supervisor = [placement.supervisor_name, placement.supervisor_position, placement.supervisor_email]
    rows = [
        (_("Candidate"), pairing.candidate.full_name),
        (_("Institution"), localised(institution.name)),
        (_("Place"), _joined(place)),
        (_("Supervisor"), _joined(supervisor)),
        (_("Counterpart"), _joined([placement.counterpart_name, placement.counterpart_position])),
        (_("First day"), day(assignment.starts_on)),
        (_("Last day"), day(assignment.ends_on)),
        (_("Length"), ngettext("%(num)s calendar day", "%(num)s calendar days", days)),
        (_("Way of working"), label(placement.mode) if placement.mode else ""),
    ]
    return [(name, value) for name, value in rows if value]


def _joined(parts: list[str]) -> str:
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _allowances(assignment: Assignment) -> list[str]:
    """The rates by which the money was reserved, and how much that is at most."""
    call = assignment.pairing.placement.call
    commitment = programmes.commitment_of(assignment.pairing_id)
    said: list[str] = []
    if call is not None and commitment is not None:
        # programmes words its own rates, and lends the filter to everybody
        rate_text = current_app.jinja_env.filters["rate_text"]
        said = [rate_text(rate) for rate in programmes.rates_on(call, local_day(commitment.reserved_at))]
    most = money(assignment.committed, assignment.currency)
    return [*said, _("For the whole stay at most %(amount)s.", amount=most)]


def _footer(settings: Settings, number: str) -> str:
    if settings.operator_address:
        return _(
            "Issued electronically. Whether letter %(number)s is genuine can be asked at: %(address)s",
            number=number,
            address=settings.operator_address,
        )
    return _(
        "Issued electronically at %(site)s. The programme confirms whether letter %(number)s is genuine.",
        site=settings.base_url,
        number=number,
    )
