"""A sent file becomes a harmless one: its type by content, its limits, and a copy made anew of what is shown.

Run as a program it reads bytes and writes the result: `uploads` starts it as a process of its own, with
little memory and time, because the parsers of such files are large and are sent what they break on.
"""

import enum
import io
import resource
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pikepdf
import puremagic
from PIL import Image, ImageOps

MOST_BYTES = 10 * 1024 * 1024
MOST_PAGES = 60
MOST_PIXELS = 40_000_000
MOST_MEMORY = 1536 * 1024 * 1024
MOST_SECONDS = 20
"""Of the processor, for one file."""

REFUSED = 3
"""The exit code with which the program says that it printed a reason."""


class FileType(enum.StrEnum):
    """What is accepted; the value is what a browser is told when it fetches the file."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"


class Fault(enum.StrEnum):
    """Why a file is not accepted."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    PACKED = "packed"
    OTHER_TYPE = "other_type"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    NO_PAGES = "no_pages"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PIXELS = "too_many_pixels"


class Unacceptable(Exception):
    """This file is not accepted."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


_BEGINNINGS = {
    b"%PDF-": FileType.PDF,
    b"\xff\xd8\xff": FileType.JPEG,
    b"\x89PNG\r\n\x1a\n": FileType.PNG,
}
"""A file begins with what it is: a page or a program in front of a PDF would be something else to others."""

_PACKED = frozenset({
    ".7z", ".bz2", ".cab", ".doc", ".docm", ".docx", ".dotm", ".gz", ".jar", ".odp", ".ods", ".odt",
    ".ppt", ".pptm", ".pptx", ".rar", ".rtf", ".tar", ".xls", ".xlsm", ".xlsx", ".xz", ".zip",
})  # fmt: skip

_ROOT = frozenset({
    "/Type", "/Version", "/Pages", "/PageLabels", "/PageLayout", "/Outlines", "/Dests", "/Lang",
    "/MarkInfo", "/StructTreeRoot", "/OCProperties",
})  # fmt: skip
"""What stays in the catalogue of a PDF: its pages, the way through them, and what a screen reader needs."""

_ACTIVE = frozenset({
    "/AA", "/OpenAction", "/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/AF", "/RF", "/XFA", "/PA",
    "/Collection", "/RichMediaContent", "/RichMediaSettings", "/Movie", "/Sound", "/3DD", "/3DV",
    "/Metadata", "/PieceInfo",
})  # fmt: skip
"""Keys of any dictionary that run or carry something, or say who made the file."""

_HARMLESS_LINKS = ("http://", "https://", "mailto:")


def cleaned(content: bytes) -> tuple[FileType, bytes]:
    """The type and a harmless copy. Raises Unacceptable, whatever the bytes are."""
    if not content:
        raise Unacceptable(Fault.EMPTY)
    if len(content) > MOST_BYTES:
        raise Unacceptable(Fault.TOO_LARGE)
    kind = type_of(content)
    try:
        made = _pdf(content) if kind is FileType.PDF else _image(content, kind)
    except Unacceptable:
        raise
    except pikepdf.PasswordError:
        raise Unacceptable(Fault.ENCRYPTED) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unacceptable(Fault.TOO_MANY_PIXELS) from None
    except Exception as error:
        # parsers stumble over hostile bytes in more ways than they say
        raise Unacceptable(Fault.DAMAGED) from error
    if len(made) > MOST_BYTES:
        raise Unacceptable(Fault.TOO_LARGE)
    return kind, made


def type_of(content: bytes) -> FileType:
    """The type by content alone. Raises Unacceptable."""
    try:
        found = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        found = []
    kinds = {one.mime_type for one in found}
    for beginning, kind in _BEGINNINGS.items():
        if content.startswith(beginning) and kind.value in kinds:
            return kind
    packed = _PACKED & {one.extension for one in found}
    raise Unacceptable(Fault.PACKED if packed else Fault.OTHER_TYPE)


def _image(content: bytes, kind: FileType) -> bytes:
    """The pixels, upright, and nothing else."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with warnings.catch_warnings(), io.BytesIO(content) as sent:
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = Image.open(sent, formats=[kind.name])
        upright = ImageOps.exif_transpose(image)
        transparent = kind is FileType.PNG and upright.has_transparency_data
        grey = upright.mode == "L" and not transparent
        plain = upright.convert("L" if grey else "RGBA" if transparent else "RGB")
    # what is left in `info` would be written again: comments, colour profiles, the resolution
    plain.info = {}
    made = io.BytesIO()
    plain.save(made, kind.name, quality=90)
    return made.getvalue()


def _pdf(content: bytes) -> bytes:
    """The pages without anything that acts, and without who made them."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        if pdf.is_encrypted:
            raise Unacceptable(Fault.ENCRYPTED)
        pages = len(pdf.pages)
        if not pages:
            raise Unacceptable(Fault.NO_PAGES)
        if pages > MOST_PAGES:
            raise Unacceptable(Fault.TOO_MANY_PAGES)
        # what was typed into a form and written on the pages becomes a part of them
        if "/AcroForm" in pdf.Root:
            pdf.generate_appearance_streams()
        pdf.flatten_annotations("screen")
        for key in set(pdf.trailer.keys()) - {"/Root", "/Size"}:
            del pdf.trailer[key]
        for key in set(pdf.Root.keys()) - _ROOT:
            del pdf.Root[key]
        for dictionary in _dictionaries(pdf):
            _disarm(dictionary)
        made = io.BytesIO()
        pdf.save(made, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made.getvalue()


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the file, also those within others and those of streams."""
    waiting: list[Any] = [pdf.Root, *pdf.objects]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            inner = _items(one)
        elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            yield one
            inner = [one[key] for key in one.keys()]  # noqa: SIM118 - a PDF object is no mapping
        else:
            continue
        # what is an object of its own comes anyway, and could lead back here
        waiting += [x for x in inner if isinstance(x, pikepdf.Object) and not x.is_indirect]


def _disarm(dictionary: Any) -> None:
    for key in _ACTIVE & set(dictionary.keys()):
        del dictionary[key]
    # an action has a kind; under the same key the structure of a text keeps attributes, which have none
    action = dictionary.get("/A")
    if isinstance(action, pikepdf.Dictionary) and "/S" in action:
        kept = _harmless(action)
        if kept is None:
            del dictionary["/A"]
        else:
            dictionary["/A"] = kept
    notes = dictionary.get("/Annots")
    if isinstance(notes, pikepdf.Array):
        found = [note for note in _items(notes) if isinstance(note, pikepdf.Dictionary)]
        dictionary["/Annots"] = pikepdf.Array([x for x in found if x.get("/Subtype") == "/Link"])


def _items(array: Any) -> list[Any]:
    return list(array)


def _harmless(action: pikepdf.Object) -> pikepdf.Dictionary | None:
    """A link within the file or to the web as a new action; anything else is none, nor is what follows it."""
    kind = str(action.get("/S"))
    if kind == "/GoTo" and "/D" in action:
        return pikepdf.Dictionary(S=pikepdf.Name("/GoTo"), D=action["/D"])
    address = str(action.get("/URI", ""))
    if kind == "/URI" and address.lower().startswith(_HARMLESS_LINKS):
        return pikepdf.Dictionary(S=pikepdf.Name("/URI"), URI=pikepdf.String(address))
    return None


def main() -> int:
    """Bytes in, bytes out: the type's name on the first line, then the copy; or why not."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        kind, made = cleaned(sys.stdin.buffer.read())
    except Unacceptable as refused:
        sys.stdout.write(refused.fault.value)
        return REFUSED
    sys.stdout.buffer.write(kind.name.encode() + b"\n" + made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
