"""Every mail, in every branch of its template: text and HTML say the same, in the reader's language alone."""

import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import StrictUndefined

from diaspora.platform.access import Role
from diaspora.platform.mail.models import OutboxMail
from diaspora.platform.mail.services import post
from diaspora.settings import ROOT
from tests.factories import NOW

FOLDERS = sorted(body.parent for body in (ROOT / "templates/mail").glob("*/body.txt"))
ENGLISH = re.compile(
    r"\b(the|and|of|for|with|your|you|was|were|this|that|here|placement|programme|account|dear)\b", re.I
)
ADDRESS = re.compile(r"https?://\S+")
# signs that belong to no language of the site: whatever is Latin or English then comes from the template
SAMPLE = "Ωμέγα"
VALUES = {
    "name": SAMPLE, "title": SAMPLE, "title_language": "ru", "reason": f"{SAMPLE}\n{SAMPLE} <b>",
    "institution": {"ro": SAMPLE, "ru": SAMPLE, "en": SAMPLE}, "source": SAMPLE, "days": 7,
    "number": 20, "role": Role.OFFICER,
    "starts_on": date(2027, 2, 1), "ends_on": date(2027, 5, 31), "until": date(2027, 1, 15),
    "url": "https://example.org/a", "report_url": "https://example.org/d",
    "reset_url": "https://example.org/b", "public_url": "https://example.org/c",
}  # fmt: skip


class State(str):
    @property
    def value(self) -> str:
        return str(self)


class Letters(HTMLParser):
    """The text of a page's body, without its spaces."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found = ""
        self.feed(page.split("</head>")[1])

    def handle_data(self, data: str) -> None:
        self.found += "".join(data.split())


def branches(folder: Path) -> Iterator[dict[str, Any]]:
    source = "".join(file.read_text() for file in folder.iterdir())
    states = {*re.findall(r'state(?:\.value)? == "(\w+)"', source), "another"}
    flag = "to_member" if "to_member" in source else "to_candidate"
    for state, own in product(sorted(states), [True, False] if flag in source else [True]):
        yield {"state": State(state), flag: own}


def mails(folder: Path, language: str, branch: dict[str, Any]) -> OutboxMail:
    values = {**VALUES, **branch}
    if folder.name.startswith("institution_"):
        values["name"] = values["institution"]
    return post(folder.name, "vera@example.org", language, NOW, **values)


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_mail_is_whole_in_one_language(
    app: Flask, monkeypatch: pytest.MonkeyPatch, folder: Path, language: str
) -> None:
    monkeypatch.setattr(app.jinja_env, "undefined", StrictUndefined)
    for branch in branches(folder):
        mail = mails(folder, language, branch)
        letters = "".join(mail.text.replace("-- \n", "").split())
        assert Letters(mail.html).found == letters, "text and HTML say the same"
        assert f'<html lang="{language}">' in mail.html
        assert mail.subject.strip()
        said = ADDRESS.sub("", f"{mail.subject}\n{mail.text}").replace("<b>", "")
        assert not re.search(r"%\(|%s|\{\{|\{%|None|\d{4}-\d\d", said), said
        if language == "ru":
            assert not re.search(r"[A-Za-z]", said), said
        if language == "ro":
            assert not ENGLISH.search(said), said
            assert not re.search(r"[А-Яа-я]", said), said


def test_what_was_written_says_its_language(app: Flask) -> None:
    folder = ROOT / "templates/mail/placement_rejected"
    mail = mails(folder, "ro", {"state": State("rejected")})
    assert f'<span lang="ru">{SAMPLE}</span>' in mail.html
    assert '<div class="prose" lang="">' in mail.html
    assert "&lt;b&gt;" in mail.html
