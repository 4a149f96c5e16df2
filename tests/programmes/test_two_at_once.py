"""Two chairs at the same moment, on real connections."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from time import sleep
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask_migrate import upgrade

from diaspora import create_app
from diaspora.extensions import db
from diaspora.platform.access import SYSTEM
from diaspora.platform.refusals import Refused
from diaspora.programmes import queries, services
from tests import factories
from tests.conftest import database_for, settings_for
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.own_database


@pytest.fixture
def site(tmp_path: Path, worker: str) -> Iterator[Flask]:
    app = create_app(settings_for(tmp_path, database_for(f"{worker}_two", tmp_path)), testing=True)
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def test_two_chairs_at_once_do_not_spend_the_same_money(site: Flask) -> None:
    call_id = factories.call(budget=Decimal("12600.00")).id
    db.session.remove()
    together = Barrier(2)

    def decide(pairing_id: UUID) -> bool:
        with site.app_context():
            together.wait()
            call = queries.call(call_id)
            assert call is not None
            try:
                services.reserve(call, pairing_id, 14, TODAY, SYSTEM, NOW)
            except Refused:
                db.session.rollback()
                return False
            # the other one asks meanwhile
            sleep(0.3)
            db.session.commit()
            return True

    with ThreadPoolExecutor(2) as chairs:
        reserved = list(chairs.map(decide, [uuid4(), uuid4()]))
    assert sorted(reserved) == [False, True]
    assert queries.committed(call_id) == Decimal("12600.00")
