"""Who may call which view: roles, permissions, the mark that a view carries and the one check.

Every view carries a permission; a view without one is refused for everybody. What may be done to
*this* object is decided afterwards by the package's `policy`.
"""

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask_babel.speaklater import LazyString
from flask_login import current_user


class Role(enum.StrEnum):
    """What somebody is to the programme. `ANYONE` is a visitor, `SYSTEM` a job or a command."""

    ANYONE = "anyone"
    MEMBER = "member"
    CANDIDATE = "candidate"
    HOST_EDITOR = "host_editor"
    HOST_LEAD = "host_lead"
    OFFICER = "officer"
    REVIEWER = "reviewer"
    CHAIR = "chair"
    FINANCE = "finance"
    CONTENT_EDITOR = "content_editor"
    DATA_PROTECTION = "data_protection"
    ADMIN = "admin"
    SYSTEM = "system"


STAFF_ROLES = frozenset(
    {Role.OFFICER, Role.REVIEWER, Role.FINANCE, Role.CONTENT_EDITOR, Role.DATA_PROTECTION, Role.ADMIN}
)
HOST_ROLES = frozenset({Role.HOST_EDITOR, Role.HOST_LEAD})


class Permission(enum.StrEnum):
    """One kind of page or act."""

    READ_PUBLIC_PAGES = "read_public_pages"
    OWN_ACCOUNT = "own_account"
    OPEN_A_PROFILE = "open_a_profile"
    OWN_PROFILE = "own_profile"
    REGISTER_INSTITUTION = "register_institution"
    OWN_INSTITUTION = "own_institution"
    EDIT_OWN_PLACEMENTS = "edit_own_placements"
    HANDLE_PLACEMENTS = "handle_placements"
    SEE_ROSTER = "see_roster"
    FOLLOW_PAIRINGS = "follow_pairings"
    READ_DOCUMENTS = "read_documents"
    WORK_LIST = "work_list"
    ADMIT_CANDIDATES = "admit_candidates"
    VERIFY_INSTITUTIONS = "verify_institutions"
    SEE_CALLS = "see_calls"
    RUN_CALLS = "run_calls"
    MODERATE_PLACEMENTS = "moderate_placements"
    SEE_ALL_MATCHES = "see_all_matches"
    DECIDE_PAIRINGS = "decide_pairings"
    RESTORE_ACCESS = "restore_access"
    GIVE_ROLES = "give_roles"
    SEE_MAIL_PROBLEMS = "see_mail_problems"
    ANSWER_REQUESTS = "answer_requests"


_EVERYONE = {Permission.READ_PUBLIC_PAGES}
_SIGNED_IN = _EVERYONE | {
    Permission.OWN_ACCOUNT,
    Permission.OPEN_A_PROFILE,
    Permission.REGISTER_INSTITUTION,
}
_HOST = {
    Permission.OWN_INSTITUTION,
    Permission.EDIT_OWN_PLACEMENTS,
    Permission.HANDLE_PLACEMENTS,
    Permission.SEE_ROSTER,
    Permission.FOLLOW_PAIRINGS,
    Permission.READ_DOCUMENTS,
}
_STAFF = {Permission.WORK_LIST}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    role: frozenset(permissions)
    for role, permissions in {
        Role.ANYONE: _EVERYONE,
        Role.MEMBER: _SIGNED_IN,
        Role.CANDIDATE: {Permission.OWN_PROFILE, Permission.FOLLOW_PAIRINGS, Permission.READ_DOCUMENTS},
        Role.HOST_EDITOR: _HOST,
        Role.HOST_LEAD: _HOST,
        Role.OFFICER: _STAFF
        | {
            Permission.SEE_ROSTER,
            Permission.ADMIT_CANDIDATES,
            Permission.VERIFY_INSTITUTIONS,
            Permission.SEE_CALLS,
            Permission.RUN_CALLS,
            Permission.MODERATE_PLACEMENTS,
            Permission.HANDLE_PLACEMENTS,
            Permission.SEE_ALL_MATCHES,
            Permission.FOLLOW_PAIRINGS,
            Permission.DECIDE_PAIRINGS,
            Permission.READ_DOCUMENTS,
            Permission.RESTORE_ACCESS,
            Permission.SEE_MAIL_PROBLEMS,
        },
        Role.REVIEWER: _STAFF
        | {
            Permission.SEE_ROSTER,
            Permission.SEE_CALLS,
            Permission.FOLLOW_PAIRINGS,
            Permission.DECIDE_PAIRINGS,
        },
        Role.CHAIR: set(),
        Role.FINANCE: _STAFF | {Permission.SEE_CALLS},
        Role.CONTENT_EDITOR: _STAFF,
        Role.DATA_PROTECTION: _STAFF | {Permission.ANSWER_REQUESTS},
        Role.ADMIN: _STAFF
        | {
            Permission.SEE_CALLS,
            Permission.GIVE_ROLES,
            Permission.RESTORE_ACCESS,
            Permission.SEE_MAIL_PROBLEMS,
        },
        Role.SYSTEM: set(),
    }.items()
}
"""The whole policy on one screen; the matrix test asks every endpoint as every role against it."""


@dataclass(frozen=True)
class Actor:
    """Who acts: an account's id and the union of its roles; no id for a visitor or the system."""

    account_id: UUID | None
    roles: frozenset[Role]
    language: str = "ro"

    def may(self, permission: Permission) -> bool:
        """Whether any of the roles carries this permission."""
        return any(permission in ROLE_PERMISSIONS[role] for role in self.roles)

    @property
    def is_staff(self) -> bool:
        """Whether any staff role is held."""
        return bool(self.roles & STAFF_ROLES)


STATIC_FILES = frozenset({"static", "bootstrap.static"})
"""Endpoints whose views are libraries' and cannot carry a mark."""

VISITOR = Actor(None, frozenset({Role.ANYONE}))
SYSTEM = Actor(None, frozenset({Role.SYSTEM}))

RoleSource = Callable[[UUID], Iterable[Role]]
View = TypeVar("View", bound=Callable[..., object])


def add_role_source(app: Flask, source: RoleSource) -> None:
    """Let a package say which roles an account has through it (memberships, a profile, grants)."""
    app.extensions.setdefault("role_sources", []).append(source)


def roles_of(account_id: UUID) -> frozenset[Role]:
    """Every role of this account; one small query per source."""
    sources: list[RoleSource] = current_app.extensions.get("role_sources", [])
    found = {Role.ANYONE, Role.MEMBER}
    for source in sources:
        found.update(source(account_id))
    return frozenset(found)


def require_second_factor(app: Flask, roles: Iterable[Role], reason: LazyString) -> None:
    """Let a room say which of its roles need a second factor, and why, as the person will read it."""
    app.extensions.setdefault("second_factor_reasons", []).append((frozenset(roles), reason))


def second_factor_reasons(roles: frozenset[Role]) -> list[LazyString]:
    """Why somebody with these roles must have a second factor; nobody must in the demonstration."""
    if current_app.extensions["settings"].demonstration:
        return []
    given: list[tuple[frozenset[Role], LazyString]] = current_app.extensions.get("second_factor_reasons", [])
    return [reason for needing, reason in given if needing & roles]


def current_actor() -> Actor:
    """The actor of this request. Public pages treat whoever still lacks a second factor as a visitor."""
    actor: Actor = getattr(current_user, "actor", VISITOR)
    return VISITOR if g.get("as_visitor") else actor


def needs(permission: Permission) -> Callable[[View], View]:
    """Mark a view with the permission that it needs."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    """The mark on an endpoint's view, or None where it was forgotten."""
    if endpoint in STATIC_FILES:
        return Permission.READ_PUBLIC_PAGES
    return getattr(app.view_functions[endpoint], "permission", None)


BEFORE_SECOND_FACTOR = frozenset({Permission.READ_PUBLIC_PAGES, Permission.OWN_ACCOUNT})
"""All that somebody who must have a second factor and has none may open."""


def check_access() -> Response | None:
    """Refuse views without a mark and people without the permission; visitors are sent to sign in.

    Who must have a second factor and has not proved one in this session is led to set one up.
    """
    if request.endpoint is None:
        return None
    permission = permission_of(current_app, request.endpoint)
    if getattr(current_user, "lacks_second_factor", False):
        if permission is not None and permission not in BEFORE_SECOND_FACTOR:
            return redirect(url_for("accounts.second_factors"))  # type: ignore[return-value]
        g.as_visitor = permission is Permission.READ_PUBLIC_PAGES
    actor = current_actor()
    if permission is not None and actor.may(permission):
        return None
    if permission is not None and actor.account_id is None:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts.login", next=wanted))  # type: ignore[return-value]
    abort(403)


def init_app(app: Flask) -> None:
    """Install the check."""
    app.before_request(check_access)
