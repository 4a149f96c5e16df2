"""What people send as files: checked and made anew in a process of its own, under a name of ours."""

import os
import re
import subprocess  # nosec B404
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from flask_babel import lazy_gettext as _l

from diaspora.platform.files import cleaning
from diaspora.platform.files.cleaning import MOST_BYTES, MOST_PAGES, MOST_PIXELS, Fault, FileType
from diaspora.platform.refusals import Refused

MOST_LETTERS = 100
"""Of the name that is shown."""

PATIENCE = 60
"""Seconds that one file may take on a busy machine."""

ENDINGS = {FileType.PDF: ".pdf", FileType.JPEG: ".jpg", FileType.PNG: ".png"}

REFUSALS = {
    Fault.EMPTY: _l("Choose a file: this one is empty."),
    Fault.TOO_LARGE: _l(
        "The file is too large: at most %(most)s MB. Scan it with a lower resolution, or send it in parts.",
        most=MOST_BYTES // 1024 // 1024,
    ),
    Fault.PACKED: _l(
        "Office documents and archives can hold programs, so they are not accepted. Open it, save it as PDF, "
        "and send the PDF."
    ),
    Fault.OTHER_TYPE: _l("This is not a PDF, a JPEG or a PNG, whatever its name says. Save it as PDF."),
    Fault.DAMAGED: _l("The file cannot be read: it is damaged or incomplete. Save it anew as PDF."),
    Fault.ENCRYPTED: _l("The PDF is protected by a password or against copying. Save it without protection."),
    Fault.NO_PAGES: _l("The PDF has no pages."),
    Fault.TOO_MANY_PAGES: _l("The PDF has too many pages: at most %(most)s. Send a part.", most=MOST_PAGES),
    Fault.TOO_MANY_PIXELS: _l(
        "The image is too large: at most %(most)s megapixels. Make it smaller.", most=MOST_PIXELS // 1_000_000
    ),
}


@dataclass(frozen=True)
class Upload:
    """A file that is safe to keep: made anew, its type by content, and a name to show."""

    name: str
    type: FileType
    content: bytes


def accept(stream: IO[bytes], name: str) -> Upload:
    """The harmless copy of what was sent under this name. Raises Refused beside the field `file`."""
    content = stream.read(MOST_BYTES + 1)
    try:
        if not content or len(content) > MOST_BYTES:
            raise cleaning.Unacceptable(Fault.TOO_LARGE if content else Fault.EMPTY)
        # quickly here, before a process is started for a type that is refused anyway
        cleaning.type_of(content)
        kind, made = _cleaned_apart(content)
    except cleaning.Unacceptable as refused:
        raise Refused(REFUSALS[refused.fault], "file") from refused
    return Upload(shown_name(name, kind), kind, made)


def _cleaned_apart(content: bytes) -> tuple[FileType, bytes]:
    """What `cleaning` makes of it, in a process with little memory, little time and none of our secrets."""
    try:
        # our own program, and nothing of the sender stands in the command
        done = subprocess.run(  # nosec B603  # noqa: S603
            [sys.executable, "-I", str(Path(cleaning.__file__))],
            input=content, capture_output=True, timeout=PATIENCE, env={"PATH": os.defpath}, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise cleaning.Unacceptable(Fault.DAMAGED) from None
    if done.returncode == cleaning.REFUSED:
        raise cleaning.Unacceptable(Fault(done.stdout.decode()))
    if done.returncode:
        raise cleaning.Unacceptable(Fault.DAMAGED)
    kind, _, made = done.stdout.partition(b"\n")
    return FileType[kind.decode()], made


def shown_name(name: str, kind: FileType) -> str:
    """The sent name as a short text of letters without a path, with the ending of the real type."""
    last = unicodedata.normalize("NFC", name[-1000:]).replace("\\", "/").rsplit("/", 1)[-1]
    # letters, marks, digits, signs and spaces; not what is unseen or turns the reading direction
    visible = "".join(c if unicodedata.category(c)[0] in "LMNPS" else " " for c in last)
    words = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', " ", visible)).strip(" .")
    stem = PurePosixPath(words).stem.strip(" .") or "document"
    return stem[: MOST_LETTERS - len(ENDINGS[kind])].strip() + ENDINGS[kind]
