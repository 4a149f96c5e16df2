"""What is sent as a file ends harmless or refused; hostile files are made here, by hand."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from obstore.store import LocalStore
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, PngImagePlugin

from diaspora.platform import clock, files
from diaspora.platform.files import cleaning, uploads
from diaspora.platform.files.cleaning import Fault, FileType, Unacceptable, cleaned
from diaspora.platform.refusals import Refused

SCRIPT = "app.alert('zvrkscript')"


def pdf_of(change: Callable[[pikepdf.Pdf], None] | None = None, pages: int = 1, **options: Any) -> bytes:
    """A PDF, made hostile by the function."""
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        if change is not None:
            change(pdf)
        made = io.BytesIO()
        pdf.save(made, **options)
    return made.getvalue()


def image_of(kind: str, mode: str = "RGB", size: tuple[int, int] = (20, 10), **options: Any) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size).save(made, kind, **options)
    return made.getvalue()


def action(**values: Any) -> Dictionary:
    return Dictionary(Type=Name.Action, **values)


def typed(pdf: pikepdf.Pdf, text: str, **values: Any) -> None:
    """A form with one field, and what was typed into it."""
    look = pdf.make_stream(f"/Tx BMC BT ({text}) Tj ET EMC".encode())
    look.stream_dict.update(Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9])))
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, Rect=Array([0, 0, 9, 9]), FT=Name.Tx, F=4,
            T=String("name"), V=String(text), AP=Dictionary(N=look), **values,
        )
    )  # fmt: skip
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


def javascript() -> Dictionary:
    return action(S=Name.JavaScript, JS=String(SCRIPT))


def note(pdf: pikepdf.Pdf, **values: Any) -> None:
    made = pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **values))
    page = pdf.pages[0].obj
    page.Annots = Array([*page.get("/Annots", []), made])  # type: ignore[misc]


def runs_on_opening(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = javascript()


def runs_on_a_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.AA = Dictionary(O=javascript())
    pdf.Root.AA = Dictionary(WC=javascript())


def runs_by_name(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), javascript()])))


def runs_by_a_link(pdf: pikepdf.Pdf) -> None:
    note(pdf, Subtype=Name.Link, A=javascript())
    note(pdf, Subtype=Name.Link, A=action(S=Name.URI, URI=String(f"javascript:{SCRIPT}")))
    note(pdf, Subtype=Name.Link, A=action(S=Name.URI, URI=String("https://example.org"), Next=javascript()))


def runs_by_an_outline(pdf: pikepdf.Pdf) -> None:
    one = pdf.make_indirect(Dictionary(Title=String("Chapter"), A=javascript()))
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=one, Last=one, Count=1))


def starts_and_sends(pdf: pikepdf.Pdf) -> None:
    for kind in ("Launch", "SubmitForm", "ImportData", "GoToR", "GoToE", "Rendition", "Named"):
        note(pdf, Subtype=Name.Link, A=action(S=Name(f"/{kind}"), F=String("zvrkscript.exe")))


def carries_a_file(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["zvrkscript.exe"] = b"MZ zvrkscript"
    held = pdf.Root.Names.EmbeddedFiles
    note(pdf, Subtype=Name.FileAttachment, FS=held)
    pdf.pages[0].obj.AF = Array([held])
    pdf.Root.Collection = Dictionary(View=Name.D)


def plays(pdf: pikepdf.Pdf) -> None:
    program = pdf.make_stream(b"zvrkscript")
    for kind in ("RichMedia", "3D", "Screen", "Movie", "Sound"):
        note(pdf, Subtype=Name(f"/{kind}"), RichMediaContent=program)


def acts_in_a_form(pdf: pikepdf.Pdf) -> None:
    typed(pdf, "zvrkname", AA=Dictionary(K=javascript()))


def asks_in_a_form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(b"<xdp>zvrkscript</xdp>"), Fields=Array([]))


def says_who(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Author"] = "zvrkscript"
    with pdf.open_metadata() as held:
        held["dc:creator"] = ["zvrkscript"]
    pdf.pages[0].obj.PieceInfo = Dictionary(X=String("zvrkscript"))
    pdf.trailer.Private = pdf.make_indirect(String("zvrkscript"))


def hides_deep(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Group = Dictionary(X=Array([Array([Dictionary(Y=Dictionary(AA=javascript()))])]))


HOSTILE = [
    runs_on_opening, runs_on_a_page, runs_by_name, runs_by_a_link, runs_by_an_outline, starts_and_sends,
    carries_a_file, plays, acts_in_a_form, asks_in_a_form, says_who, hides_deep,
]  # fmt: skip


def everything_in(content: bytes) -> str:
    """All that a PDF says, its streams opened."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        told = [repr(pdf.trailer), *(repr(one) for one in pdf.objects)]
        told += [one.read_bytes().decode("latin-1") for one in pdf.objects if isinstance(one, pikepdf.Stream)]
    return " ".join(told)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_that_acts_or_tells_of_somebody_stays_in_a_pdf(
    hostile: Callable[[pikepdf.Pdf], None],
) -> None:
    sent = pdf_of(hostile)
    assert "zvrkscript" in everything_in(sent), "else this proves nothing"
    kind, made = cleaned(sent)
    assert kind is FileType.PDF
    told = everything_in(made)
    for word in ("zvrkscript", "JavaScript", "Launch", "SubmitForm", "EmbeddedFiles", "RichMedia", "XFA"):
        assert word not in told
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert len(pdf.pages) == 1


def test_pages_links_and_chapters_of_a_pdf_stay() -> None:
    def useful(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Contents = pdf.make_stream(b"BT (Diploma) Tj ET")
        note(pdf, Subtype=Name.Link, A=action(S=Name.URI, URI=String("https://example.org/x")))
        note(pdf, Subtype=Name.Link, A=action(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit])))
        two = pdf.make_indirect(Dictionary(Title=String("Second")))
        one = pdf.make_indirect(Dictionary(Title=String("First"), Next=two))
        pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=one, Last=two, Count=2))

    told = everything_in(cleaned(pdf_of(useful, pages=3))[1])
    for word in ("Diploma", "https://example.org/x", "/GoTo", "First", "Second"):
        assert word in told


def test_what_was_typed_into_a_form_stays_on_the_page_and_the_form_goes() -> None:
    told = everything_in(cleaned(pdf_of(lambda pdf: typed(pdf, "Ana Munteanu")))[1])
    assert "Ana Munteanu" in told
    assert "AcroForm" not in told
    assert "Widget" not in told


def test_an_encrypted_pdf_is_refused() -> None:
    for password in ("", "secret"):
        sent = pdf_of(encryption=pikepdf.Encryption(owner="owner", user=password))
        assert fault_of(sent) is Fault.ENCRYPTED


def fault_of(content: bytes) -> Fault | None:
    try:
        cleaned(content)
    except Unacceptable as refused:
        return refused.fault
    return None


def archive(name: str, content: bytes = b"x") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr(name, content)
    return made.getvalue()


REFUSED = {
    "nothing": (b"", Fault.EMPTY),
    "an archive": (archive("a.txt"), Fault.PACKED),
    "a Word document with macros": (archive("word/vbaProject.bin"), Fault.PACKED),
    "an old Word document": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), Fault.PACKED),
    "rich text": (b"{\\rtf1 x}", Fault.PACKED),
    "rar": (b"Rar!\x1a\x07\x00" + bytes(40), Fault.PACKED),
    "a page": (b"<html><script>alert(1)</script></html>", Fault.OTHER_TYPE),
    "a picture that runs": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", Fault.OTHER_TYPE),
    "a gif": (image_of("GIF"), Fault.OTHER_TYPE),
    "a program": (b"MZ" + bytes(200), Fault.OTHER_TYPE),
    "a page in front of a PDF": (b"<html>" + pdf_of(), Fault.OTHER_TYPE),
    "an archive in front of a PDF": (archive("a.txt") + pdf_of(), Fault.PACKED),
    "a PDF in name only": (b"%PDF-1.7\n" + b"x" * 500, Fault.DAMAGED),
    "half an image": (image_of("JPEG", size=(900, 900))[:900], Fault.DAMAGED),
    "a PDF without pages": (pdf_of(pages=0), Fault.NO_PAGES),
    "many pages": (pdf_of(pages=cleaning.MOST_PAGES + 1), Fault.TOO_MANY_PAGES),
    "many pixels": (image_of("PNG", "1", (8000, 5001)), Fault.TOO_MANY_PIXELS),
    "far too many pixels": (image_of("PNG", "1", (30000, 5001)), Fault.TOO_MANY_PIXELS),
    "many bytes": (b"%PDF-1.7\n" + bytes(cleaning.MOST_BYTES), Fault.TOO_LARGE),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_accepted_is_refused_with_its_reason(what: str) -> None:
    content, fault = REFUSED[what]
    assert fault_of(content) is fault
    assert str(uploads.REFUSALS[fault])


def test_as_much_as_the_limits_allow_is_accepted() -> None:
    assert fault_of(pdf_of(pages=cleaning.MOST_PAGES)) is None
    assert fault_of(image_of("PNG", "1", (8000, 5000))) is None


def test_what_hangs_behind_a_pdf_or_an_image_does_not_stay() -> None:
    for sent in (pdf_of(), image_of("PNG"), image_of("JPEG")):
        _kind, made = cleaned(sent + archive("zvrkscript.exe"))
        assert b"zvrkscript" not in made
        assert not zipfile.is_zipfile(io.BytesIO(made))


def test_an_image_keeps_its_pixels_upright_and_nothing_else() -> None:
    held = Image.Exif()
    held[0x0112], held[0x010E], held[0x8825] = 6, "zvrkscript", {1: "N", 2: (47.0, 1.0, 0.0)}
    sent = image_of("JPEG", size=(20, 10), exif=held, comment=b"zvrkscript", dpi=(301, 301))
    kind, made = cleaned(sent)
    assert kind is FileType.JPEG
    with Image.open(io.BytesIO(made)) as image:
        assert image.size == (10, 20), "turned as the camera was held"
        assert not image.getexif()
        assert image.info.get("dpi") != (301, 301)
    assert b"zvrkscript" not in made


def test_a_png_loses_its_texts_and_keeps_what_is_transparent() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "zvrkscript")
    texts.add_itxt("XML:com.adobe.xmp", "zvrkscript")
    _kind, made = cleaned(image_of("PNG", "RGBA", pnginfo=texts))
    assert b"zvrkscript" not in made
    with Image.open(io.BytesIO(made)) as image:
        assert image.mode == "RGBA"
        assert image.info == {}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_way_of_keeping_pixels_is_read(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert fault_of(image_of(kind, mode)) is None


BEGINNINGS = [b"", b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", pdf_of(), image_of("PNG")]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(BEGINNINGS), st.binary(max_size=400), st.integers(0, 600))
def test_whatever_the_bytes_are_they_are_cleaned_or_refused(before: bytes, noise: bytes, place: int) -> None:
    for content in (before + noise, before[:place] + noise + before[place + len(noise) :]):
        try:
            kind, made = cleaned(content)
        except Unacceptable:
            continue
        assert cleaning.type_of(made) is kind


@given(st.text(max_size=300), st.sampled_from(FileType))
def test_a_shown_name_is_one_short_line_without_a_path(name: str, kind: FileType) -> None:
    shown = uploads.shown_name(name, kind)
    assert 0 < len(shown) <= uploads.MOST_LETTERS
    assert shown.endswith(uploads.ENDINGS[kind])
    assert shown.isprintable()
    assert not set(shown) & set('/\\<>:"|?*\u202e\u200b')
    assert not shown.startswith(".")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Ana\\Diplomă de licență.PDF", "Diplomă de licență.pdf"),
        ("invoice\u202efdp.exe", "invoice fdp.pdf"),
        ("Резюме 2026.docx", "Резюме 2026.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("a\r\nSet-Cookie: x", "a Set-Cookie x.pdf"),
        ("", "document.pdf"),
    ],
)
def test_the_name_is_cleaned_and_has_the_real_ending(sent: str, shown: str) -> None:
    assert uploads.shown_name(sent, FileType.PDF) == shown


def test_a_file_is_cleaned_in_a_process_of_its_own() -> None:
    made = uploads.accept(io.BytesIO(pdf_of(runs_on_opening)), "cv.pdf")
    assert (made.name, made.type) == ("cv.pdf", FileType.PDF)
    assert "zvrkscript" not in everything_in(made.content)
    for what in ("an archive", "many pages", "a PDF in name only"):
        content, fault = REFUSED[what]
        with pytest.raises(Refused) as refused:
            uploads.accept(io.BytesIO(content), "cv.pdf")
        assert (str(refused.value), refused.value.field) == (str(uploads.REFUSALS[fault]), "file")


def test_a_file_that_needs_too_much_memory_breaks_only_its_own_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # a page tree whose every branch is two times the next one: 2^40 pages
    depth = 40
    nodes = [
        f"{n} 0 obj<</Type/Pages/Count 2/Kids[{n + 1} 0 R {n + 1} 0 R]>>endobj" for n in range(2, 2 + depth)
    ]
    last = f"{depth + 2} 0 obj<</Type/Page/MediaBox[0 0 9 9]>>endobj"
    root = "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj"
    sent = "\n".join(["%PDF-1.5", root, *nodes, last, "trailer<</Root 1 0 R>>", "%%EOF"])
    with pytest.raises(Refused):
        uploads.accept(io.BytesIO(sent.encode()), "cv.pdf")


def test_what_cannot_be_kept_is_an_os_error_and_leaves_no_half(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "documents").write_text("a file where the folder should be")
    monkeypatch.setitem(app.extensions, "files", LocalStore(tmp_path))
    with pytest.raises(OSError, match="documents"):
        files.put("documents/one.pdf", b"x")
    assert [one.name for one in tmp_path.iterdir()] == ["documents"]


def test_files_are_deleted_and_listed_by_age(app: Flask) -> None:
    files.put("ages/one.pdf", b"x")
    files.put("other/one.pdf", b"x")
    later = clock.now() + timedelta(minutes=1)
    assert files.older_than(later, "ages") == ["ages/one.pdf"]
    assert files.older_than(later - timedelta(hours=1), "ages") == []
    for _again in range(2):
        files.delete("ages/one.pdf")
    assert files.older_than(later, "ages") == []
