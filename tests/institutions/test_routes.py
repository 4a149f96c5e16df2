from uuid import uuid4

import sqlalchemy as sa

from diaspora.extensions import db
from diaspora.institutions.models import Institution, Membership
from diaspora.institutions.rules import InstitutionState
from diaspora.platform.access import Role
from diaspora.platform.mail.models import OutboxMail
from tests import factories
from tests.client import CheckedClient
from tests.factories import NOW
from tests.institutions.test_services import PROVED

TYPED = {
    "name_ro": "Institutul Solului",
    "name_ru": "Институт почвы",
    "name_en": "",
    "kind": "institute",
    "registry_number": "1008600038413",
    "ror_id": "https://ror.org/02b82hk77",
    "website": "sol.example.md",
    "district": "MD-CU",
    "city": "Chișinău",
    "description_ro": "Studiem solul.",
    "description_ru": "",
    "description_en": "",
    "given_name": "Ion",
    "family_name": "Rusu",
    "position": "director",
}


def test_somebody_registers_an_institution_and_sees_that_it_waits(client: CheckedClient) -> None:
    client.sign_in(factories.account())
    assert client.get("/en/institution").status_code == 403
    assert client.get("/en/institution/register").status_code == 200
    assert client.post("/en/institution/register", data=TYPED).headers["Location"] == "/en/institution"
    page = client.get("/en/institution").get_data(as_text=True)
    assert "waits for an officer" in page
    assert "Studiem solul." in page
    record = db.session.scalars(sa.select(Institution)).one()
    assert (record.ror_id, record.registry_number) == ("02b82hk77", "1008600038413")
    assert record.website == "https://sol.example.md"
    assert record.name == {"ro": "Institutul Solului", "ru": "Институт почвы"}


def test_a_visitor_signs_in_before_registering(client: CheckedClient) -> None:
    assert "/login" in client.get("/en/institution/register").headers["Location"]


def test_wrong_numbers_are_told_beside_their_fields_and_nothing_typed_is_lost(client: CheckedClient) -> None:
    client.sign_in(factories.account())
    wrong = {
        "registry_number": "1008600038414",
        "ror_id": "02b82hk78",
        "website": "javascript:alert(1)",
        "name_ro": "",
        "kind": "",
        "district": "",
    }
    page = client.post("/en/institution/register", data=TYPED | wrong).get_data(as_text=True)
    for field in wrong:
        assert f'id="{field}-error"' in page, field
    for typed in ("1008600038414", "02b82hk78", "Институт почвы", "Studiem solul."):
        assert typed in page
    assert db.session.scalars(sa.select(Institution)).all() == []


def test_an_institution_is_registered_once(client: CheckedClient) -> None:
    factories.institution(ror_id="02b82hk77")
    factories.institution(registry_number="1008600038413")
    client.sign_in(factories.account())
    page = client.post("/en/institution/register", data=TYPED).get_data(as_text=True)
    assert 'id="ror_id-error"' in page or 'id="registry_number-error"' in page
    for field in ("ror_id", "registry_number"):
        page = client.post("/en/institution/register", data=TYPED | {field: ""}).get_data(as_text=True)
        other = "registry_number" if field == "ror_id" else "ror_id"
        assert f'id="{other}-error"' in page
        assert "registered already" in page


def test_members_edit_and_strangers_find_no_such_page(client: CheckedClient) -> None:
    record = factories.institution(state=InstitutionState.REGISTERED)
    other = factories.institution()
    client.sign_in(other.memberships[0].account)
    address = f"/en/institution/{record.id}/edit"
    assert client.get(address).status_code == 404
    assert client.post(address, data=TYPED).status_code == 404
    assert client.post(f"/en/institution/{record.id}/resubmit").status_code == 404
    assert client.get(f"/en/institution/{uuid4()}/edit").status_code == 404
    client.sign_in(record.memberships[0].account)
    assert client.get(address).status_code == 200
    assert client.post(address, data=TYPED).headers["Location"] == "/en/institution"
    assert db.session.get_one(Institution, record.id).name["ro"] == "Institutul Solului"


def test_an_editor_changes_the_entry_but_does_not_send_it_again(client: CheckedClient) -> None:
    record = factories.institution(state=InstitutionState.REJECTED, state_reason="No such number.")
    editor, lead = factories.account(), record.memberships[0].account
    factories.save(
        Membership(
            institution_id=record.id, account_id=editor.id, role=Role.HOST_EDITOR,
            given_name="Ana", family_name="Lupu", since=NOW,
        )
    )  # fmt: skip
    client.sign_in(editor)
    page = client.get("/en/institution").get_data(as_text=True)
    assert "No such number." in page
    assert "resubmit" not in page
    client.post(f"/en/institution/{record.id}/resubmit", data={"version": record.version})
    assert db.session.get_one(Institution, record.id).state == InstitutionState.REJECTED
    client.sign_in(lead)
    assert "resubmit" in client.get("/en/institution").get_data(as_text=True)
    client.post(f"/en/institution/{record.id}/resubmit", data={"version": record.version})
    assert db.session.get_one(Institution, record.id).state == InstitutionState.REGISTERED


def test_a_verified_institutions_identity_is_not_in_its_form(client: CheckedClient) -> None:
    record = factories.institution(website="https://usm.example.md")
    client.sign_in(record.memberships[0].account)
    address = f"/en/institution/{record.id}/edit"
    assert 'name="website"' not in client.get(address).get_data(as_text=True)
    client.post(address, data=TYPED | {"district": "MD-BA"})
    after = db.session.get_one(Institution, record.id)
    assert after.website == "https://usm.example.md"
    assert after.district == "MD-BA"


def test_two_people_who_edit_at_once_lose_nothing(client: CheckedClient) -> None:
    record = factories.institution(state=InstitutionState.REGISTERED, district="MD-CU")
    seen = record.version
    client.sign_in(record.memberships[0].account)
    address = f"/en/institution/{record.id}/edit"
    client.post(address, data=TYPED | {"version": seen, "district": "MD-BA", "city": "Bălți"})
    page = client.post(address, data=TYPED | {"version": seen, "city": "Cahul"}).get_data(as_text=True)
    assert "Bălți" in page
    assert "Cahul" in page
    assert db.session.get_one(Institution, record.id).city == {"ro": "Bălți"}
    again = {"version": db.session.get_one(Institution, record.id).version, "city": "Cahul"}
    client.post(address, data=TYPED | again)
    assert db.session.get_one(Institution, record.id).city == {"ro": "Cahul"}


def test_the_town_keeps_its_other_names_until_it_is_another_town(client: CheckedClient) -> None:
    record = factories.institution(state=InstitutionState.REGISTERED)
    client.sign_in(record.memberships[0].account)
    client.post(f"/en/institution/{record.id}/edit", data=TYPED)
    assert db.session.get_one(Institution, record.id).city["ru"] == "Кишинёв"
    client.post(f"/en/institution/{record.id}/edit", data=TYPED | {"city": "Cahul"})
    assert db.session.get_one(Institution, record.id).city == {"ro": "Cahul"}


def test_only_officers_verify(client: CheckedClient) -> None:
    record = factories.institution(state=InstitutionState.REGISTERED, **PROVED)
    for role in (None, Role.REVIEWER, Role.FINANCE, Role.ADMIN):
        client.sign_in(factories.account(role))
        assert client.get("/en/staff/institutions").status_code == 403
        assert client.get(f"/en/staff/institutions/{record.id}").status_code == 403
        assert client.post(f"/en/staff/institutions/{record.id}/verify").status_code == 403
    client.sign_in(record.memberships[0].account)
    assert client.post(f"/en/staff/institutions/{record.id}/verify").status_code == 403
    client.sign_in(factories.account(Role.OFFICER))
    assert client.get(f"/en/staff/institutions/{uuid4()}").status_code == 404
    assert client.post(f"/en/staff/institutions/{record.id}/mend").status_code == 404
    client.post(f"/en/staff/institutions/{record.id}/verify", data={"version": record.version})
    assert db.session.get_one(Institution, record.id).state == InstitutionState.VERIFIED


def test_the_list_is_filtered_by_state(client: CheckedClient) -> None:
    waiting = factories.institution(state=InstitutionState.REGISTERED, name={"ro": "Waiting one"})
    factories.institution(name={"ro": "Verified one"})
    client.sign_in(factories.account(Role.OFFICER))
    everything = client.get("/en/staff/institutions").get_data(as_text=True)
    assert "Waiting one" in everything
    assert "Verified one" in everything
    some = client.get("/en/staff/institutions?state=registered").get_data(as_text=True)
    assert str(waiting.id) in some
    assert "Verified one" not in some
    assert client.get("/en/staff/institutions?state=closed").status_code == 404
    assert client.get("/en/staff/institutions?state=rejected&page=7").status_code == 200


def test_the_officer_is_told_whether_the_leads_address_is_the_institutions(client: CheckedClient) -> None:
    client.sign_in(factories.account(Role.OFFICER))
    for email, website, words in (
        ("ion@usm.example", "https://www.usm.example", "is in the domain"),
        ("ion@mail.example", "https://www.usm.example", "is not in the domain"),
        ("ina@usm.example", "", "no website to compare"),
    ):
        lead = factories.account(email=email)
        record = factories.institution(lead=lead, website=website, ror_id=None)
        page = client.get(f"/en/staff/institutions/{record.id}").get_data(as_text=True)
        assert words in page
        assert email in page


def test_a_rejection_needs_a_reason_and_a_second_click_changes_nothing(client: CheckedClient) -> None:
    record = factories.institution(state=InstitutionState.REGISTERED)
    version = record.version
    client.sign_in(factories.account(Role.OFFICER))
    address = f"/en/staff/institutions/{record.id}/reject"
    page = client.post(address, data={"version": version, "reason": " "}).get_data(as_text=True)
    assert 'id="reason-error"' in page
    sent = {"version": version, "reason": "The number belongs to another firm."}
    assert client.post(address, data=sent).status_code == 302
    again = client.post(address, data=sent)
    assert again.status_code == 200
    assert len(db.session.scalars(sa.select(OutboxMail)).all()) == 1


def test_a_decision_about_an_entry_that_changed_meanwhile_is_asked_again(client: CheckedClient) -> None:
    record = factories.institution(state=InstitutionState.REGISTERED)
    seen = record.version
    record.website = "https://elsewhere.example"
    db.session.commit()
    client.sign_in(factories.account(Role.OFFICER))
    page = client.post(
        f"/en/staff/institutions/{record.id}/reject", data={"version": seen, "reason": "Typed already."}
    ).get_data(as_text=True)
    assert "changed this meanwhile" in page
    assert db.session.get_one(Institution, record.id).state == InstitutionState.REGISTERED


def test_an_officer_corrects_what_was_checked(client: CheckedClient) -> None:
    record = factories.institution()
    client.sign_in(factories.account(Role.OFFICER))
    address = f"/en/staff/institutions/{record.id}/edit"
    assert client.get(address).status_code == 200
    assert client.get(f"/en/staff/institutions/{uuid4()}/edit").status_code == 404
    assert client.post(address, data=TYPED).status_code == 302
    assert db.session.get_one(Institution, record.id).website == "https://sol.example.md"


def test_mails_name_the_institution_in_the_leads_language(client: CheckedClient) -> None:
    lead = factories.account(language="ru")
    record = factories.institution(lead=lead, state=InstitutionState.REGISTERED, **PROVED)
    client.sign_in(factories.account(Role.OFFICER))
    client.post(f"/en/staff/institutions/{record.id}/verify")
    mail = db.session.scalars(sa.select(OutboxMail)).one()
    assert (mail.address, mail.language) == (lead.email, "ru")
    assert record.name["ru"] in mail.subject
    assert "http://localhost/ru/institution" in mail.text


def test_members_read_who_acts_for_the_institution_and_what_each_may_do(client: CheckedClient) -> None:
    host = factories.institution()
    path = f"/en/institution/{host.id}/members"
    assert client.sign_in(factories.institution().memberships[0].account).get(path).status_code == 404
    page = client.sign_in(host.memberships[0].account).get(path).get_data(as_text=True)
    assert "Ion Rusu" in page
    assert "institution, lead" in page
    assert "(you)" in page
    assert "signs for the institution" in page
