from flask_babel import lazy_gettext as _l

from diaspora.accounts.lost_factors_rules import LossAct, LossState
from diaspora.platform import labels
from diaspora.platform.access import Role


def register() -> None:
    """Words for roles."""
    labels.register(
        {
            Role.ANYONE: _l("visitor"),
            Role.MEMBER: _l("account holder"),
            Role.CANDIDATE: _l("candidate"),
            Role.HOST_EDITOR: _l("institution, editor"),
            Role.HOST_LEAD: _l("institution, lead"),
            Role.OFFICER: _l("case officer"),
            Role.REVIEWER: _l("reviewer"),
            Role.CHAIR: _l("chair of the commission"),
            Role.FINANCE: _l("finance officer"),
            Role.CONTENT_EDITOR: _l("content editor"),
            Role.DATA_PROTECTION: _l("data-protection officer"),
            Role.ADMIN: _l("administrator"),
            Role.SYSTEM: _l("the site itself"),
        }
    )
    labels.register(
        {
            LossState.REQUESTED: _l("asked for"),
            LossState.PROPOSED: _l("identity checked, waits for a second person"),
            LossState.REMOVED: _l("second factors removed"),
            LossState.REFUSED: _l("refused"),
            LossState.STOPPED: _l("stopped by the person"),
        }
    )
    labels.register(
        {
            LossAct.PROPOSE: _l("Identity is checked: propose the removal"),
            LossAct.APPROVE: _l("Approve: remove every second factor"),
            LossAct.REFUSE: _l("Refuse"),
            LossAct.STOP: _l("Stop it"),
        }
    )
