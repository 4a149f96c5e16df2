"""The audit log is only added to, and its seals tell what somebody with the database's own rights did."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from diaspora.extensions import db
from diaspora.platform import audit, sealing
from diaspora.platform.access import SYSTEM
from diaspora.platform.audit import AuditEvent, AuditPayload
from diaspora.platform.sealing import Fault

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)


@pytest.fixture
def log() -> list[int]:
    """Six sealed events, every second one with details; their numbers."""
    made = []
    for index in range(6):
        details = {"reason": f"because of {index}"} if index % 2 else {}
        at = NOW + timedelta(minutes=index)
        made.append(audit.record("candidate.pause", SYSTEM, at, None, **details).number)
    sealing.seal()
    db.session.commit()
    return made


def without_guard(statement: str, **values: object) -> None:
    """Change the log as the database's owner could."""
    if db.engine.dialect.name == "postgresql":
        for table in ("audit_event", "audit_seal"):
            db.session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    else:
        for table in ("audit_event", "audit_seal"):
            for act in ("update", "delete"):
                db.session.execute(sa.text(f"DROP TRIGGER IF EXISTS {table}_no_{act}"))
    db.session.execute(sa.text(statement), values)
    db.session.expire_all()


def faults() -> list[tuple[int, Fault]]:
    return [(found.position, found.fault) for found in sealing.verify().findings]


@pytest.mark.parametrize("table", ["audit_event", "audit_seal"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_the_log(log: list[int], table: str, act: str) -> None:
    column = "object_kind" if table == "audit_event" else "digest"
    with pytest.raises(DBAPIError, match="only added to"), db.session.begin_nested():
        db.session.execute(sa.text(act.format(table, column, "'other'")))


def test_an_untouched_log_has_no_faults_and_sealing_again_adds_nothing(log: list[int]) -> None:
    sealing.seal()
    report = sealing.verify()
    assert (report.sealed, report.unsealed, report.emptied, report.findings) == (6, 0, 0, [])


def test_events_after_the_last_seal_are_counted_and_sealed_next(log: list[int]) -> None:
    audit.record("candidate.resume", SYSTEM, NOW)
    assert sealing.verify().unsealed == 1
    sealing.seal()
    assert sealing.verify()[:3] == (7, 0, 0)


@pytest.mark.parametrize(
    ("column", "value"),
    [("act", "candidate.admit"), ("object_kind", "placement"), ("at", "2020-01-01 00:00:00")],
)
def test_a_changed_event_is_found(log: list[int], column: str, value: str) -> None:
    moment = datetime.fromisoformat(value).replace(tzinfo=UTC) if column == "at" else value
    statement = sa.update(AuditEvent).where(AuditEvent.number == log[2]).values({column: moment})
    without_guard("SELECT 1")
    db.session.execute(statement, execution_options={"synchronize_session": False})
    assert faults() == [(3, Fault.ALTERED)]


def test_a_removed_event_is_found(log: list[int]) -> None:
    without_guard("DELETE FROM audit_event WHERE number = :number", number=log[2])
    assert faults() == [(3, Fault.MISSING)]


def test_an_event_removed_together_with_its_seal_is_found(log: list[int]) -> None:
    without_guard("DELETE FROM audit_seal WHERE event_number = :number", number=log[2])
    without_guard("DELETE FROM audit_event WHERE number = :number", number=log[2])
    assert faults() == [(4, Fault.GAP)]


def test_events_that_changed_places_are_found(log: list[int]) -> None:
    for number, position in ((log[1], -1), (log[2], 2), (log[1], 3)):
        without_guard(
            "UPDATE audit_seal SET position = :position WHERE event_number = :number",
            position=position,
            number=number,
        )
    assert {position for position, _fault in faults()} >= {2, 3}


def test_changed_and_removed_details_are_found(log: list[int]) -> None:
    changed, removed = (
        db.session.scalars(sa.select(AuditPayload).where(AuditPayload.event_number == log[i])).one()
        for i in (1, 3)
    )
    changed.content = {"reason": "another"}
    db.session.delete(removed)
    db.session.flush()
    assert faults() == [(2, Fault.PAYLOAD_ALTERED), (4, Fault.PAYLOAD_ALTERED)]


def test_details_added_later_are_found(log: list[int]) -> None:
    db.session.add(AuditPayload(event_number=log[0], content={"reason": "never said"}))
    db.session.flush()
    assert faults() == [(1, Fault.PAYLOAD_ALTERED)]


def test_lawful_emptying_is_no_fault_and_leaves_nothing_to_guess_from(log: list[int]) -> None:
    payload = db.session.scalars(sa.select(AuditPayload).where(AuditPayload.event_number == log[1])).one()
    audit.empty([payload], SYSTEM, NOW)
    sealing.seal()
    report = sealing.verify()
    assert (report.emptied, report.findings) == (1, [])
    assert (payload.content, payload.salt) == ({}, "")


def test_emptying_that_nothing_tells_of_is_a_fault(log: list[int]) -> None:
    payload = db.session.scalars(sa.select(AuditPayload).where(AuditPayload.event_number == log[1])).one()
    payload.content, payload.salt = {}, ""
    db.session.flush()
    assert faults() == [(2, Fault.EMPTIED_UNTOLD)]


def test_a_chain_that_was_rewritten_does_not_fit_a_head_that_was_noted(log: list[int]) -> None:
    noted = dict([sealing.head()])
    assert sealing.verify(noted).findings == []
    without_guard("DELETE FROM audit_seal")
    without_guard("DELETE FROM audit_event WHERE number = :number", number=log[2])
    sealing.seal()
    db.session.flush()
    assert sealing.verify().findings == [], "without a noted head nobody could know"
    assert [found.fault for found in sealing.verify(noted).findings] == [Fault.HEAD]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(TEXT, TEXT | st.integers() | st.none(), max_size=3))
def test_every_payload_fits_its_own_seal_after_the_database_gave_it_back(
    log: list[int], content: dict[str, str | int | None]
) -> None:
    event = audit.record("candidate.pause", SYSTEM, NOW)
    db.session.add(AuditPayload(event_number=event.number, content=content))
    db.session.flush()
    sealing.seal()
    assert sealing.verify().findings == []


def test_the_commands_seal_verify_and_say_what_is_wrong(app: Flask, log: list[int], tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["audit", "seal"]).output == "6 events are sealed\n"
    (noted := tmp_path / "heads").write_text(run(args=["audit", "head"]).output)
    fine = run(args=["audit", "verify", "--noted", str(noted)])
    assert fine.exit_code == 0
    assert "6 events sealed, 0 not sealed yet, 0 with details lawfully emptied, 0 faults" in fine.output
    without_guard("DELETE FROM audit_event WHERE number = :number", number=log[2])
    broken = run(args=["audit", "verify"])
    assert broken.exit_code == 1
    assert f"place 3, event {log[2]}: the event is gone" in broken.output
    noted.write_text("nonsense\n")
    assert "each line needs a place and a seal" in run(args=["audit", "verify", "--noted", str(noted)]).output


def test_the_role_that_serves_the_site_can_add_to_the_log_and_not_change_it(
    app: Flask, log: list[int]
) -> None:
    run = app.test_cli_runner().invoke
    if db.engine.dialect.name != "postgresql":
        assert "only PostgreSQL has roles" in run(args=["audit", "restrict", "anybody"]).output
        return
    db.session.execute(sa.text('CREATE ROLE "sealing test"'))
    assert run(args=["audit", "restrict", "sealing test"]).exit_code == 0
    db.session.execute(sa.text('SET LOCAL ROLE "sealing test"'))
    audit.record("candidate.pause", SYSTEM, NOW, None, reason="as the site")
    sealing.seal()
    for statement in ("UPDATE audit_event SET act = 'x'", "DELETE FROM audit_seal", "TRUNCATE audit_payload"):
        with pytest.raises(DBAPIError, match="permission denied"), db.session.begin_nested():
            db.session.execute(sa.text(statement))
