"""What each role gets at every address that names a record, reviewed by people.

Four signs, one each for the viewer's own record, another's, a hidden one, and one that never was:
`+` the page or the act, `-` "no such page". Hidden is what exists and is nobody's business: who hides from
the viewer's institution, another's draft, what is suspended, what is only being considered.
Whoever lacks the permission of the endpoint (`platform.access`) is not listed and always gets `x`,
forbidden; a visitor `L`, the way to sign in. Addresses without a record: `endpoints.py` says all of them.
"""

from diaspora.platform.access import HOST_ROLES, STAFF_ROLES, Role
from tests.guards.world import VIEWERS

R = Role
EVERYBODY = frozenset(VIEWERS)
SIGNED_IN = EVERYBODY - {R.ANYONE}
STAFF = STAFF_ROLES | {R.CHAIR}
COMMISSION = frozenset({R.REVIEWER, R.CHAIR})

Answers = dict[frozenset[Role], str]


def _only(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


_OFFICER = _only(R.OFFICER)
_CANDIDATE = _only(R.CANDIDATE)

MATRIX: list[tuple[set[str], Answers]] = [
    # what the public reads; staff read drafts, too
    ({"placements.deadline"}, {EVERYBODY: "++--"}),
    ({"placements.show"}, {EVERYBODY - STAFF: "++--", STAFF: "+++-"}),
    ({"pairings.apply"}, {SIGNED_IN - STAFF: "++--", STAFF: "+++-"}),
    # whatever was public once can be reported, by anybody
    ({"concerns.report"}, {EVERYBODY: "++--"}),
    # the ways into one's own account; nobody decides about their own lost factors
    ({"accounts.end_session", "accounts.passkey", "accounts.remove_passkey"}, {SIGNED_IN: "+---"}),
    ({"accounts.loss", "accounts.loss_act"}, {frozenset({R.OFFICER, R.ADMIN}): "++--"}),
    # a role that has ended and a mail that is settled are no pages any more
    ({"roles.act", "roles.show"}, {frozenset({R.ADMIN}): "++--"}),
    ({"mails.act"}, {frozenset({R.OFFICER, R.ADMIN}): "++--"}),
    # a copy of one's data is there for a week; requests about data, their answers, too, are the officer's
    ({"rights.copy"}, {SIGNED_IN: "+---"}),
    ({"rights.staff_act", "rights.staff_show"}, {_only(R.DATA_PROTECTION): "+++-"}),
    # a candidate's own; to show oneself again tells nothing about an institution
    (
        {"profiles.move", "profiles.publication", "profiles.remove", "profiles.remove_document"},
        {_CANDIDATE: "+---"},
    ),
    ({"pairings.show_again"}, {_CANDIDATE: "++++"}),
    # an institution's own
    (
        {
            "institutions.edit", "institutions.invitation_act", "institutions.invite_member",
            "institutions.member_act", "institutions.members", "institutions.resubmit", "placements.copy",
            "placements.manage", "placements.new", "placements.of_institution", "placements.preview",
            "preview.of_placement",
        },
        {HOST_ROLES: "+---"},
    ),
    ({"placements.act", "placements.edit", "placements.renew"}, {HOST_ROLES: "+---", _OFFICER: "+++-"}),
    # who fits a post; the commission of a call sees the roster, but chooses nobody
    ({"pairings.candidates"}, {HOST_ROLES: "+---", _OFFICER: "+++-", COMMISSION: "----"}),
    (
        {"pairings.invite", "pairings.shortlist"},
        {HOST_ROLES: "+---", _OFFICER: "++--", COMMISSION: "----"},
    ),
    # candidatures and stays: the parties, the programme, the commission of the call
    (
        {"pairings.act", "pairings.show"},
        {_CANDIDATE: "+---", HOST_ROLES: "+---", _OFFICER: "+++-", COMMISSION: "+---"},
    ),
    (
        # the hidden pairing has no version of terms that was ever public
        {"pairings.terms"},
        {_CANDIDATE: "+---", HOST_ROLES: "+---", _OFFICER: "+++-", COMMISSION: "+---"},
    ),
    ({"pairings.declare_conflict"}, {_OFFICER: "+++-", COMMISSION: "+---"}),
    (
        {"assignments.letter", "assignments.show"},
        {_CANDIDATE: "+---", HOST_ROLES: "+---", _OFFICER: "+++-"},
    ),
    # the owner, who knows the name, the programme; of an unsent draft, nobody
    ({"profiles.document"}, {_CANDIDATE: "+---", HOST_ROLES: "+---", _OFFICER: "++--"}),
    # the hidden pairing did not come to a stay
    ({"assignments.of_pairing"}, {_CANDIDATE: "+---", HOST_ROLES: "+---", _OFFICER: "++--"}),
    ({"assignments.issue"}, {_OFFICER: "+++-", COMMISSION: "----"}),
    # the programme's own; an unsent draft of a profile and a pair whose one hides from the other are nobody's
    (
        {"concerns.staff_act", "concerns.staff_show", "institutions.staff_act", "institutions.staff_edit",
         "institutions.staff_end_membership", "institutions.staff_lead", "institutions.staff_letter",
         "institutions.staff_show", "placements.staff_show"},
        {_OFFICER: "+++-"},
    ),
    (
        {"matching.pair", "matching.remove_term", "profiles.staff_act", "profiles.staff_show"},
        {_OFFICER: "++--"},
    ),
    (
        {"programmes.act", "programmes.add_rate", "programmes.commission", "programmes.edit_call",
         "programmes.extend", "programmes.remove_rate"},
        {_OFFICER: "+++-"},
    ),
    ({"programmes.edit_programme", "programmes.new_call"}, {_OFFICER: "++--"}),
    ({"programmes.show"}, {_OFFICER | COMMISSION | {R.FINANCE, R.ADMIN}: "+++-"}),
]  # fmt: skip


def expected(endpoint: str, role: Role) -> str:
    """The four signs of a role at an endpoint. Raises KeyError for one that stands in no row."""
    for endpoints, answers in MATRIX:
        if endpoint in endpoints:
            found = [signs for roles, signs in answers.items() if role in roles]
            return found[0] if found else ("LLLL" if role is Role.ANYONE else "xxxx")
    raise KeyError(endpoint)
