"""What this room holds about a person."""

from flask_babel import lazy_gettext as _l

from diaspora.platform.personal_data import Fate, Holding
from diaspora.programmes.models import CommissionMember

HOLDINGS = [
    Holding(
        model=CommissionMember,
        title=_l("Seats in commissions"),
        of=lambda person: CommissionMember.account_id.in_(person.accounts),
        fate=Fate.KEPT,
        why=_l("Who decided must stay provable; only the random number of the account stands here."),
        shown={"call_id": _l("Number of the call"), "chair": _l("chair of the commission")},
    )
]
