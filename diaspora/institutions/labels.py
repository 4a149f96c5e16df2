from flask_babel import lazy_gettext as _l

from diaspora.institutions.rules import Evidence, InstitutionAct, InstitutionKind, InstitutionState
from diaspora.platform import labels


def register() -> None:
    """Words for institutions."""
    labels.register(
        {
            InstitutionKind.UNIVERSITY: _l("university"),
            InstitutionKind.INSTITUTE: _l("research institute"),
            InstitutionKind.MINISTRY: _l("ministry or agency"),
            InstitutionKind.TOWN_HALL: _l("town hall"),
            InstitutionKind.COMPANY: _l("company"),
            InstitutionKind.HEALTH: _l("hospital or clinic"),
            InstitutionKind.ASSOCIATION: _l("association"),
        }
    )
    labels.register(
        {
            InstitutionState.REGISTERED: _l("waits for an officer"),
            InstitutionState.VERIFIED: _l("verified"),
            InstitutionState.REJECTED: _l("not accepted"),
            InstitutionState.SUSPENDED: _l("suspended"),
        }
    )
    labels.register(
        {
            InstitutionAct.VERIFY: _l("Verify"),
            InstitutionAct.REJECT: _l("Do not accept"),
            InstitutionAct.MEND: _l("Send again for verification"),
            InstitutionAct.SUSPEND: _l("Suspend"),
            InstitutionAct.REINSTATE: _l("Reinstate"),
            InstitutionAct.RENEW: _l("Renew the verification"),
        }
    )
    labels.register(
        {
            Evidence.DOMAIN: _l("a lead’s address is in the domain of the website"),
            Evidence.LETTER: _l("an officer saw a signed letter"),
        }
    )
