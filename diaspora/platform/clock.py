from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Europe/Chisinau")


def now() -> datetime:
    """The present moment in UTC. Routes, jobs and commands ask; services and rules are told."""
    return datetime.now(UTC)


def local_day(moment: datetime) -> date:
    """The calendar day in Chișinău, by which deadlines are kept."""
    return moment.astimezone(LOCAL).date()
