"""Every form that somebody can fill in: ours, the admin's, and allauth's as they are in use."""

from collections.abc import Iterator

from allauth.account import app_settings as account_settings
from allauth.account import forms as account_forms
from allauth.mfa import app_settings as mfa_settings
from allauth.utils import get_form_class
from django import forms
from django.conf import settings
from django.contrib import admin
from django.test import RequestFactory
from django.urls import get_resolver

from organisations.forms.typed import subclasses
from organisations.models import User

APPS = {"byra", "office", "my_services", "privacy", "collaboration", "agreement_pages", "commitments", "agreements",
        "subscriptions", "clients", "organisations", "notifications", "history", "business_register",
        "devtools", "bulk", "sweeps", "client_imports"}  # fmt: skip


def own_forms() -> Iterator[tuple[str, type[forms.BaseForm]]]:
    """Those written in the project, whoever shows them."""
    assert get_resolver().url_patterns  # the views, and so the forms, are imported
    for form in subclasses(forms.BaseForm):
        if form.__module__.split(".")[0] in APPS:
            yield f"{form.__module__}.{form.__qualname__}", form


def admin_forms() -> Iterator[tuple[str, type[forms.BaseForm]]]:
    """Those with which a platform administrator makes or changes a row."""
    request = RequestFactory().get("/admin/")
    request.user = User(is_staff=True, is_superuser=True)
    for model, shown in admin.site._registry.items():
        if shown.has_add_permission(request):
            yield f"admin: new {model._meta.label}", shown.get_form(request)
        if shown.has_change_permission(request):
            yield f"admin: {model._meta.label}", shown.get_form(request, obj=model(pk=1))
        for inline in shown.get_inline_instances(request, obj=model(pk=1)):
            if inline.has_change_permission(request) or inline.has_add_permission(request, None):
                yield f"admin: {model._meta.label}: {inline.model.__name__}", inline.get_formset(request).form


def account_forms_in_use() -> Iterator[tuple[str, type[forms.BaseForm]]]:
    """allauth's own, or ours where the settings name one."""
    for id, default in ACCOUNT_FORMS.items():
        yield f"account: {id}", get_form_class(account_settings.FORMS, id, default)
    for id in settings.MFA_FORMS:
        yield f"mfa: {id}", get_form_class(mfa_settings.FORMS, id, None)


ACCOUNT_FORMS = {
    "login": account_forms.LoginForm,
    "request_login_code": account_forms.RequestLoginCodeForm,
    "confirm_login_code": account_forms.ConfirmLoginCodeForm,
    "reset_password": account_forms.ResetPasswordForm,
    "reset_password_from_key": account_forms.ResetPasswordKeyForm,
    "change_password": account_forms.ChangePasswordForm,
    "set_password": account_forms.SetPasswordForm,
    "reauthenticate": account_forms.ReauthenticateForm,
}
# No page shows them: nobody signs up, and nobody changes the own address (tests/organisations/test_addresses.py).
NOT_IN_USE = {"SignupForm", "BaseSignupForm", "AddEmailForm", "ChangeEmailForm"}


def all_forms() -> list[tuple[str, type[forms.BaseForm]]]:
    return [*own_forms(), *admin_forms(), *account_forms_in_use()]
