"""Read from the source: pages ask for rows by way of who asks, and every page but a few named ones needs a sign-in."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import get_resolver

from organisations.models import Company, Firm
from tests.walls.crawl import named_patterns

PAGES = ("office/**/*.py", "collaboration/forms.py",
         "agreement_pages/*.py", "my_services/*.py", "my_services/*/*.py", "organisations/places/views.py",
         "organisations/invitations/views.py")  # fmt: skip
WALLS = {"visible_to", "of", "none"}
THEIR_OWN = "the places that wait for the signed-in person's own address"
LEAVERS = "of the leaver's own firm, for its administrators, whatever clients these see"
# Model.objects that begins elsewhere, by file and function.
ALLOWED = {
    (
        "my_services/requests/offered_places.py",
        "offers_with_requests",
        "Activation",
    ): "sent to the person's own address",
    ("office/employees/leaver_report.py", "find_lines", "Client"): LEAVERS,
    ("office/employees/leaver_report.py", "find_reasons", "Task"): LEAVERS,
    ("office/employees/leaver_report.py", "find_reasons", "Event"): LEAVERS,
    ("office/employees/leaver_report.py", "earlier_clients", "Event"): LEAVERS,
    ("office/employees/leaver_periods.py", "periods_of_work", "Event"): LEAVERS,
    ("office/employees/leaver_periods.py", "periods_on_tasks", "Task"): LEAVERS,
    ("office/employees/leaver_periods.py", "tasks_in_events", "Event"): LEAVERS,
    ("office/employees/leaver_periods.py", "tasks_of_collaborations", "Event"): LEAVERS,
    ("office/employees/leaver_periods.py", "tasks_of_collaborations", "Collaboration"): LEAVERS,
    (
        "office/employees/leaver_report.py",
        "given_by_companies",
        "CompanyUser",
    ): "the leaver's own, in the firm's clients",
    ("office/employees/leaver_report.py", "services_by_place", "ServiceAccess"): "of the leaver's own places",
    ("office/employees/leaver_report.py", "events_with_services", "Event"): "of the leaver's own places",
    (
        "office/employees/leaver_report.py",
        "names_of_services",
        "Subscription",
    ): "that the leaver's own places open or opened",
    ("organisations/invitations/views.py", "get_own", "Invitation"): THEIR_OWN,
    ("office/service/views.py", "pending_context", "ForwardProposal"): "of the request that the page shows",
    ("office/requests/repair.py", "forward_answer", "ForwardProposal"): "of the request that the page shows",
    ("office/requests/repair.py", "has_corrected", "Event"): "of the request that the page shows",
    ("my_services/requests/link.py", "link_follow", "Activation"): "shown only to the people of its company",
    ("my_services/waiting.py", "count_waiting", "Activation"): "of the companies that the person acts for",
    ("my_services/people/users.py", "accesses_of_people", "ServiceAccess"): "of the company's own people",
    ("my_services/requests/link.py", "lead_insider", "Activation"): "shown only to the people of its company",
    (
        "my_services/requests/remembered_link.py",
        "remembered_link",
        "Activation",
    ): "whose link the browser has held",
    ("office/header.py", "write_counts", "Employee"): "the row of who looks",
    ("office/overview/rows.py", "read_now", "Employee"): "the row of who looks",
    ("office/clients/edit_forms.py", "employees_of", "Employee"): "of the firm that the form is for",
    ("office/agreements/changing.py", "get_seat", "Subscription"): "of the collaborations that the employee sees",
    ("office/agreements/changing.py", "get_seat", "Collaboration"): "of the agreement that the page shows",
    ("office/agreements/changing.py", "get_change", "SubscriptionChange"): "of the agreement that the page shows",
    ("agreement_pages/end_views.py", "is_over", "Subscription"): "of the collaboration that the page shows",
    ("agreement_pages/end_views.py", "is_over", "Collaboration"): "of the collaboration that the page shows",
    ("agreement_pages/end_views.py", "take_seat", "Collaboration"): "of the agreement that the page shows",
    ("my_services/requests/answering.py", "collaborations_of_others", "Collaboration"): "of the company that is asked",
    ("my_services/agreements/changing.py", "get_seat", "Collaboration"): "of the agreement that the page shows",
    ("my_services/agreements/changing.py", "find_change", "SubscriptionChange"): "of the agreement that the page shows",
    (
        "my_services/agreements/changing.py",
        "offer_switch_to_the_one_of_change",
        "SubscriptionChange",
    ): "looked up among the person's own companies",
}
NO_SIGN_IN = {
    "health", "organisations:help", "organisations:language", "privacy-policy",
    "links:link", "links:link-password", "links:link-request", "links:receipt-check", "links:receipt-check-form",
    "organisations:invitation", "organisations:invitation-not-me",
    "organisations:invitation-link", "organisations:invitation-not-me-link",
    "account_login", "account_logout", "account_inactive", "account_signup", "account_email_verification_sent",
    "account_confirm_email", "account_confirm_login_code", "account_request_login_code", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "admin:login", "mfa_authenticate", "mfa_login_webauthn",
    "links:link-forward", "links:link-forward-code", "links:link-forwarded",
    "links:disown-link", "links:link-disown",
    "devtools:mail-list", "devtools:inbox", "devtools:mail-detail", "devtools:mail-html",
}  # fmt: skip


def tenant_models() -> set[str]:
    """Those that belong to a firm or a company, by themselves or by what they hang on."""
    found = {Firm, Company}
    while True:
        more = {
            model
            for model in apps.get_models()
            if model not in found
            and any(f.is_relation and f.related_model in found for f in model._meta.concrete_fields)
        }
        if not more:
            return {model.__name__ for model in found - {Firm, Company}}
        found |= more


def unguarded(file: Path) -> set[tuple[str, str, str]]:
    """(file, function, model) of each use of a tenant's model that does not begin at a wall."""
    names, found = tenant_models(), set()
    tree = ast.parse(file.read_text())
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Name) and node.id in names):
            continue
        above = parents[node]
        is_manager = isinstance(above, ast.Attribute) and above.attr in ("objects", "_default_manager", "_base_manager")
        is_looked_up = isinstance(above, ast.Call) and "get_object_or_404" in ast.dump(above.func)
        next_step = parents[above] if is_manager else None
        begins_at_a_wall = isinstance(next_step, ast.Attribute) and next_step.attr in WALLS
        if is_looked_up or (is_manager and not begins_at_a_wall and not hangs_on_a_row(above, parents)):
            found.add((str(file.relative_to(settings.BASE_DIR)), function_of(node, parents), node.id))
    return found


def hangs_on_a_row(node: ast.AST, parents: dict) -> bool:
    """Whether the chain that begins here is a subquery about one row of the query around it."""
    while isinstance(parents[node], ast.Attribute) or (
        isinstance(parents[node], ast.Call) and parents[node].func is node
    ):
        node = parents[node]
    return "OuterRef" in ast.dump(node)


def function_of(node: ast.AST, parents: dict) -> str:
    while node in parents:
        node = parents[node]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return node.name
    return "<module>"


def test_pages_ask_for_rows_by_way_of_who_asks():
    found = set().union(*(unguarded(file) for glob in PAGES for file in settings.BASE_DIR.glob(glob)))

    assert found == set(ALLOWED)


@pytest.mark.parametrize("line", [
    "Client.objects.filter(number=1)", "get_object_or_404(Client, pk=1)", "Task.objects.all()", "Receipt._base_manager",
])  # fmt: skip
def test_a_forgotten_wall_is_found(line, tmp_path, settings):
    settings.BASE_DIR = tmp_path
    (tmp_path / "views.py").write_text(f"def page(request):\n    return {line}\n")

    assert unguarded(tmp_path / "views.py")


def test_only_the_named_pages_need_no_sign_in():
    open_to_all = {
        name
        for name, pattern in named_patterns()
        if not getattr(pattern.callback, "login_required", True) and not name.startswith("anymail:")
    }

    expected = NO_SIGN_IN if settings.DEMO else {name for name in NO_SIGN_IN if not name.startswith("devtools:")}
    assert open_to_all == expected


def test_the_wall_stands_in_the_middleware():
    order = settings.MIDDLEWARE
    login = order.index("django.contrib.auth.middleware.LoginRequiredMiddleware")

    assert order.index("django.contrib.auth.middleware.AuthenticationMiddleware") < login
    assert login < order.index("organisations.places.middleware.CurrentPlaceMiddleware")
    assert order.index("django.middleware.csrf.CsrfViewMiddleware") < login


def test_every_namespace_of_the_house_has_a_side_or_none_on_purpose():
    namespaces = set(get_resolver().namespace_dict)

    assert namespaces - {"devtools"} == set(settings.PLACES) | {
        "admin",
        "organisations",
        "account",
        "links",
        "privacy",
        "anymail",
    }
