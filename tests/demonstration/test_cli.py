import re
from pathlib import Path

import pytest

import dev
from diaspora import create_app
from diaspora.demonstration import services
from diaspora.settings import ROOT
from tests.conftest import settings_for

pytestmark = pytest.mark.own_database


def test_it_refuses_outside_the_demonstration(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path, "sqlite://"))
    answer = app.test_cli_runner().invoke(args=["demonstration", "load"])
    assert answer.exit_code != 0
    assert "DEMONSTRATION=true" in answer.output


def test_the_accounts_are_the_same_wherever_they_are_told() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"[\w.]+@example\.org", readme)) == {email for email, _who in dev.ACCOUNTS}
    assert services.PASSWORD == dev.DEMONSTRATION_PASSWORD
    assert services.PASSWORD in readme
    own = {services.SCIENTIST, services.GRADUATE, services.LEAD}
    assert {email for email, _who in dev.ACCOUNTS} <= own | set(services.STAFF)
