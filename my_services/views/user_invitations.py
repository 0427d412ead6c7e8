"""Who is asked to act for the company: invited, asked again, or not after all. For the company's administrators."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ground.mail_addresses import shown_address
from ground.refusals import NotAllowed, show_refusal
from my_services.user_forms import InvitationForm
from my_services.views.users import administrators_only, form_page, page
from organisations.actions.invitations import invite_company_user, resend_invitation, withdraw_invitation
from organisations.forms.kept import fill_in
from organisations.forms.sent import form_key
from organisations.models import Invitation
from organisations.places.requests import CompanyRequest


@page
@administrators_only
def user_invite(request: CompanyRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    fill_in(form, request)
    if form.is_valid():
        by = request.company_user
        try:
            invite_company_user(company=by.company, by=by, form_key=form_key(request), **form.cleaned_data)
        except NotAllowed as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request,
                _("Invitasjonen er sendt til %(email)s.") % {"email": shown_address(form.cleaned_data["email"])},
            )
            return redirect("company_users:user-list")
    return form_page(
        request, form, heading=_("Inviter en bruker"), lead=request.company_user.company.name,
        submit=_("Send invitasjonen"),
    )  # fmt: skip


@require_POST
@administrators_only
def invitation_resend(request: CompanyRequest, pk: int) -> HttpResponse:
    return answer_about_invitation(request, pk, resend_invitation, _("Invitasjonen er sendt på nytt til %(email)s."))


@require_POST
@administrators_only
def invitation_withdraw(request: CompanyRequest, pk: int) -> HttpResponse:
    return answer_about_invitation(
        request, pk, withdraw_invitation, _("Invitasjonen til %(email)s er trukket tilbake.")
    )


def answer_about_invitation(request: CompanyRequest, pk: int, deed: Callable, done: str) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.of(request.company_user.company).with_everything(), pk=pk)
    try:
        deed(invitation=invitation, by=request.company_user)
    except NotAllowed as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, done % {"email": shown_address(invitation.email)})
    return redirect("company_users:user-list")
