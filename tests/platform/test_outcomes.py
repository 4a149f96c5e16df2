"""What the next page says about a button."""

from flask import Flask, get_flashed_messages

from diaspora.platform.forms import ActForm, tell_outcome


def outcome(app: Flask, errors: list[str], done: str = "Done.") -> list[tuple[str, str]]:
    with app.test_request_context("/en/", method="POST"):
        form = ActForm()
        form.form_errors.extend(errors)
        tell_outcome(form, done)
        return [(str(kind), str(text)) for kind, text in get_flashed_messages(with_categories=True)]


def test_an_act_that_went_through_is_said(app: Flask) -> None:
    assert outcome(app, []) == [("done", "Done.")]
    assert outcome(app, [], done="") == []


def test_every_sentence_of_a_refusal_is_said_and_never_that_it_was_done(app: Flask) -> None:
    assert outcome(app, ["Too late.", "No seats."]) == [("refused", "Too late."), ("refused", "No seats.")]


def test_an_error_beside_a_field_is_said_as_well(app: Flask) -> None:
    with app.test_request_context("/en/", method="POST", data={"reason": "x" * 2001}):
        form = ActForm()
        form.validate()
        tell_outcome(form, "Done.")
        assert [kind for kind, _text in get_flashed_messages(with_categories=True)] == ["refused"]
