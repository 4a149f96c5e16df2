from pathlib import Path

import pytest

from diaspora import create_app
from tests.conftest import settings_for

pytestmark = pytest.mark.own_database


def test_it_refuses_outside_the_demonstration(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path, "sqlite://"))
    answer = app.test_cli_runner().invoke(args=["demonstration", "load"])
    assert answer.exit_code != 0
    assert "DEMONSTRATION=true" in answer.output
