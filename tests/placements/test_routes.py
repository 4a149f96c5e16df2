from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from diaspora.accounts.models import Account
from diaspora.extensions import db
from diaspora.institutions.models import Membership
from diaspora.institutions.rules import InstitutionState
from diaspora.placements.models import Placement
from diaspora.placements.rules import PlacementState
from diaspora.platform.access import Role
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW

S = PlacementState


def lead(placement: Placement) -> Account:
    return next(m.account for m in placement.institution.memberships if m.role is Role.HOST_LEAD)


def editor(placement: Placement) -> Account:
    account = factories.account()
    factories.save(
        Membership(
            institution_id=placement.institution_id,
            account_id=account.id,
            role=Role.HOST_EDITOR,
            given_name="Ana",
            family_name="Ursu",
            since=NOW,
        )
    )
    return account


def typed(placement: Placement, **values: Any) -> dict[str, Any]:
    """What a browser sends for this placement."""
    data: dict[str, Any] = {
        name: getattr(placement, name) or ""
        for name in (
            "language", "title", "summary", "tasks", "results", "transfer", "beneficiaries",
            "required_profile", "desired_profile", "starts_on", "ends_on", "length_days", "mode", "seats",
            "district", "call_id", "supervisor_name", "supervisor_position", "supervisor_email",
            "counterpart_name", "counterpart_position", "closes_on", "version",
        )
    }  # fmt: skip
    data |= {f"fields-{n}": code for n, code in enumerate(placement.fields)}
    for n, row in enumerate(placement.languages):
        data |= {f"languages-{n}-code": row.code, f"languages-{n}-level": row.level}
        data |= {f"languages-{n}-required": "y"} if row.required else {}
    return {name: str(value) for name, value in {**data, **values}.items()}


def text(client: CheckedClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.get_data(as_text=True)


def test_the_list_shows_open_posts_and_says_how_many(client: CheckedClient) -> None:
    assert "No placement is open" in text(client, "/en/placements")
    placement = factories.placement(title="Hartă a eroziunii", language="ro", summary="Sol.")
    factories.placement(state=S.DRAFT, title="Hidden")
    page = text(client, "/en/placements")
    assert "1 placement" in page
    assert "There is a problem" not in page
    assert 'lang="ro"><a href' in page
    assert "Hartă a eroziunii" in page
    assert "Hidden" not in page
    assert f"/en/placements/{placement.id}" in page
    for language in ("ro", "ru"):
        text(client, f"/{language}/placements")


def test_filters_stand_in_the_address_and_a_wrong_one_is_told(client: CheckedClient) -> None:
    factories.placement(title="Soil")
    assert "Nothing open fits" in text(client, "/en/placements?district=MD-CA")
    assert "1 placement" in text(client, "/en/placements?district=MD-CU&mode=on_site&field=4")
    wrong = text(client, "/en/placements?mode=flying&field=99&call=nonsense&order=luck&page=x")
    assert "left out: 99, flying, nonsense, luck" in wrong
    assert "Soil" in wrong


def test_a_longer_list_is_paged_and_keeps_its_filters(client: CheckedClient) -> None:
    host, call = factories.institution(), factories.call()
    for _n in range(21):
        factories.placement(institution=host, call=call)
    page = text(client, "/en/placements?district=MD-CU")
    assert "page=2" in page
    assert "district=MD-CU" in page.split('rel="next"')[0].rsplit("<a", 1)[1]
    assert "Page 2 of 2" in text(client, "/en/placements?district=MD-CU&page=2")


def test_the_public_page_has_everything_but_the_supervisors_address(client: CheckedClient) -> None:
    placement = factories.placement(language="ro", invented=True)
    for language in ("en", "ro", "ru"):
        page = text(client, f"/{language}/placements/{placement.id}")
        for part in ("summary", "tasks", "results", "transfer", "beneficiaries", "required_profile"):
            assert getattr(placement, part) in page
        assert "Maria Ceban" in page
        assert "Petru Lungu" in page
        assert "maria.ceban@example.org" not in page
        assert f"/{language}/placements/{placement.id}/apply" in page
    page = text(client, f"/en/placements/{placement.id}")
    assert "This post is invented" in page
    assert "Lives outside Moldova" in page
    assert 'class="prose" lang="ro"' in page


def test_what_is_not_public_is_previewed_by_those_concerned_only(client: CheckedClient) -> None:
    placement = factories.placement(state=S.SUBMITTED)
    path = f"/en/placements/{placement.id}"
    text(client, path, 404)
    client.sign_in(factories.institution().memberships[0].account)
    text(client, path, 404)
    for account in (lead(placement), editor(placement), factories.account(Role.OFFICER)):
        client.sign_in(account)
        page = text(client, path)
        assert "Preview" in page
        assert "/apply" not in page


def test_a_suspended_institutions_post_is_gone_for_the_public(client: CheckedClient) -> None:
    placement = factories.placement(institution=factories.institution(state=InstitutionState.SUSPENDED))
    text(client, f"/en/placements/{placement.id}", 404)


def test_after_the_closing_day_nobody_is_asked_to_apply(client: CheckedClient) -> None:
    placement = factories.placement(closes_on=date(2020, 1, 1))
    page = text(client, f"/en/placements/{placement.id}")
    assert "has passed" in page
    assert "/apply" not in page


def test_a_draft_is_saved_with_gaps_and_they_are_listed(client: CheckedClient) -> None:
    host = factories.institution()
    client.sign_in(host.memberships[0].account)
    text(client, f"/en/institution/{host.id}/placements")
    text(client, f"/en/institution/{host.id}/placements/new")
    sent = client.post(
        f"/en/institution/{host.id}/placements/new",
        data={"title": "  A map \r\n", "seats": "1", "languages-0-code": "ro", "languages-0-level": "B2"},
    )
    placement = db.session.scalars(select(Placement)).one()
    assert sent.headers["Location"] == f"/en/institution/placements/{placement.id}"
    assert (placement.title, placement.state) == ("A map", S.DRAFT)
    page = text(client, sent.headers["Location"])
    assert "Still missing" in page
    assert "Expected results" in page
    assert f"/en/institution/placements/{placement.id}/submit" not in page
    assert "A map" in text(client, f"/en/institution/{host.id}/placements")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends_on": "2099-04-30"}, "ends_on"),
        ({"length_days": "181"}, "length_days"),
        ({"length_days": "soon"}, "length_days"),
        ({"closes_on": "2099-05-02"}, "closes_on"),
        ({"starts_on": "31 May"}, "starts_on"),
        ({"seats": "0"}, "seats"),
        ({"supervisor_email": "nobody"}, "supervisor_email"),
        ({"mode": "flying"}, "mode"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_nothing_typed_is_lost(
    client: CheckedClient, values: dict[str, str], field: str
) -> None:
    placement = factories.placement(state=S.DRAFT)
    client.sign_in(lead(placement))
    data = typed(placement, results="Typed anew.", **values)
    page = client.post(f"/en/institution/placements/{placement.id}/edit", data=data).get_data(as_text=True)
    assert f'id="{field}-error"' in page
    assert "Typed anew." in page
    assert placement.results == "A map and a method."


def test_rows_are_checked_too(client: CheckedClient) -> None:
    placement = factories.placement(state=S.DRAFT)
    client.sign_in(lead(placement))
    rows = {"fields-1": "4.1", "languages-1-code": "ro", "languages-1-level": "A1", "languages-2-code": "en"}
    page = client.post(f"/en/institution/placements/{placement.id}/edit", data=typed(placement, **rows))
    for sentence in ("each field only once", "each language only once", "how well the guest"):
        assert sentence in page.get_data(as_text=True)


def test_an_edit_is_saved_and_a_second_one_from_an_old_page_keeps_what_was_typed(
    client: CheckedClient,
) -> None:
    placement = factories.placement(state=S.DRAFT)
    path = f"/en/institution/placements/{placement.id}/edit"
    client.sign_in(lead(placement))
    assert "Maria Ceban" in text(client, path)
    mine = typed(placement, title="Mine", **{"fields-0": "1.1", "mode": ""})
    theirs = typed(placement, title="Theirs", mode="online", closes_on="2099-02-02")
    assert client.post(path, data=theirs).status_code == 302
    assert (placement.title, placement.mode) == ("Theirs", "online")
    page = client.post(path, data=mine).get_data(as_text=True)
    assert "Somebody else changed this meanwhile" in page
    assert 'value="Mine"' in page
    for saved in ("Theirs", "Agriculture, forestry and fisheries", "online", "2 February 2099"):
        assert f"meanwhile:</strong> {saved}" in page
    assert placement.title == "Theirs"
    again = {**mine, "version": str(placement.version)}
    assert client.post(path, data=again).status_code == 302
    assert placement.title == "Mine"


def test_a_gap_in_a_published_post_is_told_beside_its_field(client: CheckedClient) -> None:
    placement = factories.placement()
    client.sign_in(lead(placement))
    data = typed(placement, tasks="")
    page = client.post(f"/en/institution/placements/{placement.id}/edit", data=data).get_data(as_text=True)
    assert 'id="tasks-error"' in page
    assert placement.tasks


def test_strangers_do_not_learn_that_a_post_exists(client: CheckedClient) -> None:
    placement = factories.placement(state=S.DRAFT)
    own = factories.institution()
    client.sign_in(own.memberships[0].account)
    base = f"/en/institution/placements/{placement.id}"
    for path in (base, f"{base}/edit", f"/en/institution/{placement.institution_id}/placements"):
        text(client, path, 404)
    text(client, f"/en/institution/{placement.institution_id}/placements/new", 404)
    for act in ("copy", "renew", "submit", "nonsense"):
        assert client.post(f"{base}/{act}").status_code == 404
    assert placement.state is S.DRAFT


def test_other_roles_are_refused(client: CheckedClient) -> None:
    placement = factories.placement(state=S.SUBMITTED)
    client.sign_in(lead(placement))
    for path in ("/en/staff/placements", f"/en/staff/placements/{placement.id}"):
        text(client, path, 403)
    client.sign_in(factories.account(Role.REVIEWER))
    for path in ("/en/staff/placements", f"/en/institution/placements/{placement.id}/edit"):
        text(client, path, 403)
    assert client.post(f"/en/institution/placements/{placement.id}/publish").status_code == 403


def test_a_lead_sends_and_an_editor_cannot(client: CheckedClient) -> None:
    placement = factories.placement(state=S.DRAFT, terms_version=0)
    path = f"/en/institution/placements/{placement.id}"
    client.sign_in(editor(placement))
    assert f"{path}/submit" not in text(client, path)
    client.post(f"{path}/submit", data={"version": placement.version})
    assert placement.state is S.DRAFT
    assert "Another person has to do this." in text(client, path)
    client.sign_in(lead(placement))
    assert f"{path}/submit" in text(client, path)
    client.post(f"{path}/submit", data={"version": placement.version})
    assert placement.state is S.SUBMITTED
    assert "with an officer" in text(client, path)


def test_a_second_click_and_an_old_page_change_nothing(client: CheckedClient) -> None:
    placement = factories.placement()
    path = f"/en/institution/placements/{placement.id}"
    client.sign_in(lead(placement))
    old = placement.version
    client.post(f"{path}/hold", data={"version": old, "reason": "We move."})
    assert placement.state is S.ON_HOLD
    client.post(f"{path}/withdraw", data={"version": old, "reason": "We close."})
    assert placement.state is S.ON_HOLD
    page = text(client, path)
    assert "Somebody changed this meanwhile" in page
    assert "We move." in page


def test_an_expired_post_is_opened_again_with_a_new_day(client: CheckedClient) -> None:
    placement = factories.placement(state=S.EXPIRED, closes_on=NOW.date() - timedelta(days=3))
    path = f"/en/institution/placements/{placement.id}"
    client.sign_in(lead(placement))
    assert f"{path}/renew" in text(client, path)
    data = {"version": placement.version, "closes_on": ""}
    assert 'id="closes_on-error"' in client.post(f"{path}/renew", data=data).get_data(as_text=True)
    data["closes_on"] = "2099-02-01"
    assert client.post(f"{path}/renew", data=data).status_code == 302
    assert (placement.state, placement.closes_on) == (S.PUBLISHED, date(2099, 2, 1))


def test_a_new_day_for_a_post_that_has_not_expired_is_refused_on_its_page(client: CheckedClient) -> None:
    placement = factories.placement()
    client.sign_in(lead(placement))
    for day in ("", "2099-02-01"):
        sent = client.post(f"/en/institution/placements/{placement.id}/renew", data={"closes_on": day})
        assert sent.status_code == 302
        assert "notice-refused" in text(client, sent.headers["Location"])
    assert placement.closes_on == date(2099, 3, 1)


def test_a_copy_opens_as_a_new_draft(client: CheckedClient) -> None:
    placement = factories.placement(state=S.CLOSED)
    client.sign_in(lead(placement))
    text(client, f"/en/institution/placements/{placement.id}")
    sent = client.post(f"/en/institution/placements/{placement.id}/copy")
    assert str(placement.id) not in sent.headers["Location"]
    assert placement.tasks in text(client, sent.headers["Location"])


@pytest.mark.parametrize("state", list(S))
def test_the_pages_of_every_state_can_be_read(client: CheckedClient, state: PlacementState) -> None:
    placement = factories.placement(state=state, state_reason="Because.")
    client.sign_in(lead(placement))
    assert "Because." in text(client, f"/en/institution/placements/{placement.id}")
    client.sign_in(factories.account(Role.OFFICER))
    assert "maria.ceban@example.org" in text(client, f"/en/staff/placements/{placement.id}")
    assert placement.title in text(client, f"/en/staff/placements?state={state.value}")
    assert placement.title in text(client, "/en/staff/placements")


def test_an_unknown_state_is_no_page(client: CheckedClient) -> None:
    client.sign_in(factories.account(Role.OFFICER))
    text(client, "/en/staff/placements?state=nonsense", 404)


def test_an_officer_asks_for_changes_helps_and_publishes(client: CheckedClient) -> None:
    placement = factories.placement(state=S.SUBMITTED, terms_version=0)
    base = f"/en/institution/placements/{placement.id}"
    client.sign_in(factories.account(Role.OFFICER))
    client.post(f"{base}/request_changes", data={"reason": ""})
    assert placement.state is S.SUBMITTED
    sent = client.post(f"{base}/request_changes", data={"reason": "More about results."})
    assert sent.headers["Location"] == f"/en/staff/placements/{placement.id}"
    assert placement.state is S.CHANGES_REQUESTED
    changed = client.post(f"{base}/edit", data=typed(placement, results="Three maps."))
    assert changed.status_code == 302
    assert placement.results == "Three maps."
    client.post(f"{base}/submit")
    client.post(f"{base}/publish")
    assert placement.state is S.PUBLISHED
    assert "Version 1" in text(client, f"/en/staff/placements/{placement.id}")
