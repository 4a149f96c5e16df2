"""Accounts from the command line."""

import pytest
from click.testing import Result
from flask import Flask

from diaspora.accounts import queries
from diaspora.platform import clock
from diaspora.platform.access import Role


def create(app: Flask, email: str, password: str) -> Result:
    arguments = ["accounts", "create", email, "--role", "admin", "--password", password]
    return app.test_cli_runner().invoke(args=arguments)


def test_the_first_administrator_comes_from_the_command_line(app: Flask) -> None:
    answer = create(app, "Chief@example.org", "a long enough password")
    assert answer.exit_code == 0, answer.output
    account = queries.account_by_email("chief@example.org")
    assert account is not None
    assert queries.granted_roles(account.id, clock.local_day(clock.now())) == [Role.ADMIN]


@pytest.mark.parametrize("password", ["short", "chief chief chief"])
def test_a_weak_password_is_refused_there_too(app: Flask, password: str) -> None:
    assert create(app, "chief@example.org", password).exit_code != 0
    assert queries.account_by_email("chief@example.org") is None
