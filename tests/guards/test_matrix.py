"""Every endpoint that names a record is asked by every role: for its own, another's, a hidden one, none."""

from collections import Counter

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from diaspora.platform.access import Role
from tests.guards.crawling import asked, browser_of, ids_in, rules_of, undone
from tests.guards.matrix import MATRIX, expected
from tests.guards.world import VIEWERS, Whose, world_of


def sign_of(answer: TestResponse) -> str:
    if answer.status_code == 302 and "/login" in answer.headers["Location"]:
        return "L"
    return {200: "+", 302: "+", 403: "x", 404: "-"}.get(answer.status_code, str(answer.status_code))


def test_every_endpoint_that_names_a_record_stands_in_one_row(app: Flask) -> None:
    listed = Counter(endpoint for endpoints, _answers in MATRIX for endpoint in endpoints)
    assert {endpoint for endpoint, times in listed.items() if times > 1} == set()
    assert set(listed) == {rule.endpoint for rule in rules_of(app) if ids_in(rule)}


@pytest.mark.parametrize("role", VIEWERS)
def test_each_role_gets_at_each_record_what_the_table_says(app: Flask, role: Role) -> None:
    world = world_of(role)
    client = browser_of(app, world.viewer)
    wrong = []
    for place, whose in enumerate(Whose):
        for rule, method, address in asked(app, world, whose):
            with undone():
                found = sign_of(client.open(address, method=method))
            wanted = expected(rule.endpoint, role)[place]
            if found != wanted:
                wrong.append(f"{method} {rule.endpoint}, {whose}: {found} instead of {wanted}")
    assert wrong == []
