"""Which permission each endpoint needs, reviewed by people: a new endpoint without a row here fails.

The marks in the code say the same; this second list makes a changed mark visible in review.
"""

from diaspora.platform.access import Permission

EXPECTED: dict[Permission, set[str]] = {
    Permission.READ_PUBLIC_PAGES: {
        "accounts.check_mail",
        "accounts.confirm",
        "accounts.forgotten",
        "accounts.login",
        "accounts.logout",
        "accounts.reset",
        "accounts.signup",
        "demonstration.mails",
        "demonstration.style",
        "home.front",
        "information.about",
        "information.accessibility",
        "information.guide",
        "information.guides",
        "information.how_it_works",
        "information.privacy",
        "information.questions",
        "machines.icon",
        "machines.robots",
        "machines.sitemap",
        "outside.health",
        "outside.start",
        "placements.deadline",
        "placements.deadlines",
        "placements.feed",
        "placements.index",
        "placements.show",
        "profiles.claim",
    },
    Permission.OWN_ACCOUNT: {
        "accounts.account",
        "accounts.discard_draft",
        "accounts.keep_draft",
    },
    Permission.OPEN_A_PROFILE: {
        "pairings.apply",
        "profiles.open",
    },
    Permission.OWN_PROFILE: {
        "pairings.as_seen",
        "preview.of_profile",
        "profiles.about",
        "profiles.act",
        "profiles.availability",
        "profiles.career",
        "profiles.check",
        "profiles.consent",
        "profiles.degrees",
        "profiles.fields",
        "profiles.interests",
        "profiles.languages",
        "profiles.move",
        "profiles.overview",
        "profiles.publication",
        "profiles.publications",
        "profiles.readers",
        "profiles.remove",
        "profiles.withdraw_consent",
    },
    Permission.REGISTER_INSTITUTION: {
        "institutions.register",
    },
    Permission.OWN_INSTITUTION: {
        "institutions.edit",
        "institutions.members",
        "institutions.mine",
        "institutions.resubmit",
        "preview.of_placement",
    },
    Permission.EDIT_OWN_PLACEMENTS: {
        "placements.copy",
        "placements.manage",
        "placements.new",
        "placements.of_institution",
        "placements.preview",
    },
    Permission.HANDLE_PLACEMENTS: {
        "placements.act",
        "placements.edit",
        "placements.renew",
    },
    Permission.SEE_ROSTER: {
        "pairings.candidates",
        "pairings.invite",
        "pairings.shortlist",
    },
    Permission.FOLLOW_PAIRINGS: {
        "pairings.act",
        "pairings.show",
        "pairings.terms",
    },
    Permission.READ_DOCUMENTS: {
        "assignments.letter",
        "assignments.of_pairing",
        "assignments.show",
    },
    Permission.WORK_LIST: {
        "home.staff",
    },
    Permission.ADMIT_CANDIDATES: {
        "profiles.staff_act",
        "profiles.staff_bulk",
        "profiles.staff_index",
        "profiles.staff_show",
    },
    Permission.VERIFY_INSTITUTIONS: {
        "institutions.staff_act",
        "institutions.staff_edit",
        "institutions.staff_index",
        "institutions.staff_show",
    },
    Permission.SEE_CALLS: {
        "home.figures",
        "programmes.index",
        "programmes.show",
    },
    Permission.RUN_CALLS: {
        "programmes.act",
        "programmes.add_rate",
        "programmes.commission",
        "programmes.edit_call",
        "programmes.edit_programme",
        "programmes.extend",
        "programmes.new_call",
        "programmes.new_programme",
        "programmes.remove_rate",
    },
    Permission.MODERATE_PLACEMENTS: {
        "placements.staff_bulk",
        "placements.staff_index",
        "placements.staff_show",
    },
    Permission.SEE_ALL_MATCHES: {
        "matching.board",
        "matching.glossary",
        "matching.pair",
        "matching.refit",
        "matching.remove_term",
        "pairings.matching_quality",
    },
    Permission.DECIDE_PAIRINGS: {
        "assignments.issue",
        "pairings.declare_conflict",
        "pairings.staff_bulk",
        "pairings.staff_index",
    },
}

ONLY_IN_DEMONSTRATION = {"demonstration.mails", "demonstration.style"}
"""Listed above, and there only where the site shows invented data."""
