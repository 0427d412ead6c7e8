"""Who may invite, whom, and how often. Deeds ask under the lock of the firm or company."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from ground.lines import clean_name
from ground.refusals import NotAllowed
from history.models import Event
from organisations.forms.addresses import REST, clean_address
from organisations.models import Company, CompanyUser, Employee, Firm, Invitation, User

DAY = timedelta(days=1)
MOST_MAILS_A_DAY = 5  # to one address from one place, whatever is withdrawn between
MOST_MAILS_A_DAY_IN_ALL = 200  # from one place
MOST_WAITING = 100

Outcome = Invitation.Outcome
Inviter = Employee | CompanyUser | User  # the last one is a platform administrator


def user_of(by: Inviter) -> User | None:
    """The inviter as a user; None for a company's place that nobody has taken."""
    return by if isinstance(by, User) else by.user


def check_administrator(by: Inviter, invitation: Invitation) -> None:
    """Raise NotAllowed for an inviter who administers neither the invitation's place nor, for the platform's, the
    platform.
    """
    if isinstance(by, User):
        check_platform_administrator(by)
    elif invitation.firm:
        check_firm_administrator(by, invitation.firm)
    else:
        assert invitation.company
        check_company_administrator(by, invitation.company)


def check_platform_administrator(by: User) -> None:
    """Raise NotAllowed for anybody but a platform administrator. What each may use of the admin is the admin's
    matter.
    """
    if not User.objects.filter(pk=by.pk, is_active=True, is_staff=True).exists():
        raise NotAllowed(_("Bare en plattformadministrator kan gjøre dette."))


def check_is_somebody_else(by: User, address: str) -> None:
    """Raise NotAllowed where the address is the platform administrator's own."""
    if by.email == clean_address(address):
        raise NotAllowed(_("Du kan ikke invitere deg selv. Spør en annen plattformadministrator."))


def check_has_no_administrator(place: Firm | Company) -> None:
    """Raise NotAllowed where somebody of the place itself can invite, and for a company that is not known.

    People whom firms have asked come in by the requests.
    """
    if isinstance(place, Company) and not Company.objects.known().filter(pk=place.pk).exists():
        raise NotAllowed(_("Selskapet er ikke bekreftet. Bekreft selskapet først."))
    administrators = (
        Employee.objects.active().filter(firm=place, role=Employee.Role.ADMINISTRATOR)
        if isinstance(place, Firm)
        else CompanyUser.objects.of(place).active().administrators()
    )
    if administrators.exists():
        raise NotAllowed(_("%(place)s har en administrator, som inviterer selv.") % {"place": place})


def check_firm_administrator(by: Employee | CompanyUser, firm: Firm) -> None:
    """Raise NotAllowed for who is no administrator of the firm now. The caller holds the firm's lock."""
    administrators = Employee.objects.active().filter(firm=firm, role=Employee.Role.ADMINISTRATOR)
    if not isinstance(by, Employee) or not administrators.filter(pk=by.pk).exists():
        raise NotAllowed(_("Bare en administrator i byrået kan gjøre dette."))


def check_company_administrator(by: Employee | CompanyUser, company: Company) -> None:
    """Raise NotAllowed for who is no administrator of the company now. The caller holds the company's lock."""
    administrators = CompanyUser.objects.of(company).active().administrators()
    if not isinstance(by, CompanyUser) or not administrators.filter(pk=by.pk).exists():
        raise NotAllowed(_("Bare en administrator i selskapet kan gjøre dette."))


def check_unanswered(invitation: Invitation) -> None:
    """Raise NotAllowed for a closed invitation."""
    if not invitation.is_unanswered:
        raise NotAllowed(_("Invitasjonen gjelder ikke lenger."))


def clean_typed(invitation: Invitation) -> None:
    """Bring name and address into their stored form. Raises NotAllowed for an empty or long name, and for no
    address.
    """
    invitation.name = clean_name(invitation.name)
    if not invitation.name or len(invitation.name) > Invitation.NAME_LENGTH:
        raise NotAllowed(_("Skriv navnet, med høyst %(longest)s tegn.") % {"longest": Invitation.NAME_LENGTH})
    invitation.email = clean_address(invitation.email)


def check_new(invitation: Invitation, at: datetime) -> None:
    """Raise NotAllowed for an invitation that may not be sent now: a wrong role, or a receiver who is there or was
    asked.
    """
    check_role(invitation)
    if is_there(invitation):
        raise NotAllowed(
            _("Personen arbeider allerede i byrået.")
            if invitation.firm
            else _("Personen er allerede bruker av selskapet."),
            field="email",
        )
    earlier = Invitation.objects.to(invitation.place)
    if earlier.unanswered().filter(email=invitation.email).exists():
        raise NotAllowed(_("Adressen er allerede invitert. Send invitasjonen på nytt i stedet."), field="email")
    refused = earlier.filter(email=invitation.email, outcome=Outcome.NOT_ME, closed_at__gt=at - REST)
    if refused.exists() and not invitation.is_by_platform:  # whom people ring who have said it by mistake
        raise NotAllowed(
            _("Den som har adressen, har svart at det er feil person. Spør etter riktig adresse."), field="email"
        )
    if earlier.filter(email=invitation.email, mailed_at__gt=at - Invitation.PAUSE).exists():
        raise NotAllowed(_("Invitasjonen er nettopp sendt. Vent noen minutter."))
    if earlier.unanswered().count() >= MOST_WAITING:
        raise NotAllowed(_("%(most)s invitasjoner venter allerede. Trekk noen tilbake først.") % {"most": MOST_WAITING})
    check_mails_of_the_day(invitation, at)


def check_role(invitation: Invitation) -> None:
    """Raise NotAllowed for a role that the database would refuse (invitation_role_of_its_place)."""
    if invitation.firm is None:
        if invitation.role not in CompanyUser.Role.values or invitation.client_access:
            raise NotAllowed(_("Velg en rolle."))
    elif invitation.role not in Employee.Role.values or invitation.client_access not in Employee.ClientAccess.values:
        raise NotAllowed(_("Velg rolle og hvilke kunder medarbeideren skal se."))


def is_there(invitation: Invitation) -> bool:
    """Whether somebody with the address has a place in use there."""
    if invitation.firm:
        return Employee.objects.filter(firm=invitation.firm, deactivated_at=None, user__email=invitation.email).exists()
    places = CompanyUser.objects.filter(company=invitation.company, deactivated_at=None)
    return places.filter(user__email=invitation.email).exists()


def check_mails_of_the_day(invitation: Invitation, at: datetime) -> None:
    """Raise NotAllowed when the address, or the place, has had its share of mails of a day; withdrawn ones count too.

    The caller holds the place's lock.
    """
    mailed = Invitation.objects.to(invitation.place).filter(mailed_at__gt=at - DAY)
    sent = Event.objects.filter(
        subject_type=Invitation._meta.label_lower, verb__in=("invite", "resend"), at__gt=at - DAY
    )
    to_address = mailed.filter(email=invitation.email)
    if sent.filter(subject_id__in=to_address.values("pk")).count() >= MOST_MAILS_A_DAY:
        raise NotAllowed(_("Adressen har fått mange invitasjoner i dag. Prøv igjen i morgen."))
    if sent.filter(subject_id__in=mailed.values("pk")).count() >= MOST_MAILS_A_DAY_IN_ALL:
        raise NotAllowed(_("Det er sendt mange invitasjoner i dag. Prøv igjen i morgen."))


def check_inviter(invitation: Invitation) -> None:
    """Raise NotAllowed when the inviter is shut out, or no platform administrator any more.

    Invitations of a firm's or company's people are withdrawn when they leave.
    """
    inviter = User.objects.get(pk=invitation.invited_by_id)
    if not inviter.is_active or (invitation.is_by_platform and not inviter.is_staff):
        raise NotAllowed(_("Den som inviterte deg, er ikke der lenger. Be om en ny invitasjon."))
