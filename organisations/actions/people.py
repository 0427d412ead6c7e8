"""Deeds about a person: details, rights on the platform, second factors."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from ground.clock import Clock, database_clock
from ground.mail_addresses import shown_address
from ground.refusals import NotAllowed
from history.models import record_event
from organisations.actions.sessions import end_all_sessions
from organisations.models import CompanyUser, User

RIGHTS = ("is_active", "is_staff", "is_superuser")  # of a user on the platform


@transaction.atomic
def edit_user(*, user: User, fields: dict[str, Any], clock: Clock = database_clock) -> User:
    """Change the person's own name, phone or language. The companies he acts for get the new name and phone too."""
    # No key: an event of the same person, written by who holds a place's lock, must not wait for this one.
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    changed = [name for name, value in fields.items() if getattr(user, name) != value]
    if not changed:
        return user
    for name in changed:
        setattr(user, name, fields[name])
    user.save(update_fields=changed)
    known_to_companies = {name: fields[name] for name in changed if name in ("name", "phone")}
    if known_to_companies:
        CompanyUser.objects.filter(user=user).update(**known_to_companies)
    record_event(subject=user, verb="edit", by=user, at=clock(), after={"changed": changed})
    return user


@transaction.atomic
def change_rights(*, user: User, rights: dict[str, bool], by: User, clock: Clock = database_clock) -> User:
    """Shut a person out or let him in again; make him a platform administrator, or none.

    `rights` maps names of RIGHTS to values. Raises NotAllowed for one's own, and for an administrator who has lost the
    right meanwhile: so two who shut each other out at the same moment do not leave the platform without anybody.
    """
    people = User.objects.select_for_update().filter(pk__in=(user.pk, by.pk)).order_by("pk").in_bulk()
    user, by = people[user.pk], people[by.pk]
    if user == by:
        raise NotAllowed(_("Ingen tar fra seg selv sine egne rettigheter."))
    if not (by.is_active and by.is_staff and by.is_superuser):
        raise NotAllowed(_("Bare en plattformadministrator med alle rettigheter kan gjøre dette."))
    before = {name: getattr(user, name) for name in RIGHTS}
    after = before | rights
    if after == before:
        return user
    for name in RIGHTS:
        setattr(user, name, after[name])
    user.save(update_fields=RIGHTS)
    if before["is_active"] and not user.is_active:
        end_all_sessions(user=user)
    record_event(subject=user, verb="change_rights", by=by, at=clock(), before=before, after=after)
    return user


@transaction.atomic
def remove_second_factors(*, user: User, by: User, clock: Clock = database_clock) -> User:
    """Remove the second factors of somebody who has lost the phone and the codes; the next sign-in sets up new ones.

    Every session of the person ends, and he is told by mail. The caller has made sure who asks. Raises NotAllowed for
    one's own, and where there are none.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user == by:
        raise NotAllowed(_("Din egen endrer du på «Min konto»."))
    factors = Authenticator.objects.filter(user=user)
    if not factors.exists():
        raise NotAllowed(_("%(email)s har ikke totrinnsbekreftelse.") % {"email": shown_address(user.email)})
    factors.delete()
    end_all_sessions(user=user)
    record_event(subject=user, verb="remove_second_factors", by=by, at=clock())
    get_adapter().send_mail("mfa/email/second_factors_removed", user.email, {})
    return user
