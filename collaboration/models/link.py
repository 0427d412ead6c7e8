"""What has become of a request's earlier links, and who the receiver would rather have asked."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collaboration.models.activation import Activation
from ground.mail_addresses import in_its_form
from organisations.models import Firm

LONGEST_MESSAGE = 300  # characters that a person may write to the one whom a request is sent on to


class ReplacedLink(models.Model):
    """A link that a corrected address or a forwarding has put out of use: it says "erstattet" and nothing more."""

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+", verbose_name=_("byrå"))
    activation = models.ForeignKey(Activation, models.CASCADE, related_name="replaced_links")
    link_version = models.PositiveIntegerField()
    token_hash = models.CharField(max_length=64, unique=True)
    replaced_at = models.DateTimeField()
    disowned_email = models.EmailField(
        _("feil adresse"), blank=True, help_text=_("Adressen lenken gikk til, når den som har den, er feil person.")
    )
    disowned_at = models.DateTimeField(_("feil person"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activation", "link_version"], name="replaced_link_once_a_version"),
            models.CheckConstraint(condition=in_its_form("disowned_email"), name="replaced_link_email_in_its_form"),
        ]

    def __str__(self) -> str:
        return f"{self.activation_id}: {self.link_version}"


class Forwarding(models.Model):
    """Who sent a request on, and the words that went along, to the receiver of the link of that version."""

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+", verbose_name=_("byrå"))
    activation = models.ForeignKey(
        Activation, models.CASCADE, related_name="forwardings", verbose_name=_("forespørsel")
    )
    link_version = models.PositiveIntegerField()
    name = models.CharField(_("sendt videre av"), max_length=150)
    email = models.EmailField(_("e-posten til den som sendte videre"))
    message = models.CharField(_("melding"), max_length=LONGEST_MESSAGE, blank=True)
    forwarded_at = models.DateTimeField(_("sendt videre"))

    class Meta:
        verbose_name = _("videresending")
        verbose_name_plural = _("videresendinger")
        constraints = [
            models.UniqueConstraint(fields=["activation", "link_version"], name="forwarding_once_a_version"),
            models.CheckConstraint(condition=in_its_form("email"), name="forwarding_email_in_its_form"),
        ]

    def __str__(self) -> str:
        return f"{self.activation_id}: {self.link_version}"


class ForwardProposal(models.Model):
    """Scenario 3: the receiver names somebody else, and an employee confirms it with one click."""

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+", verbose_name=_("byrå"))
    activation = models.ForeignKey(
        Activation, models.CASCADE, related_name="forward_proposals", verbose_name=_("forespørsel")
    )
    name = models.CharField(_("navn"), max_length=150)
    email = models.EmailField(_("e-post"))
    phone = models.CharField(_("telefon"), max_length=30, blank=True)
    proposed_by_name = models.CharField(_("foreslått av"), max_length=150, blank=True)
    proposed_by_email = models.EmailField(_("e-posten til den som foreslo"), blank=True)
    message = models.CharField(
        _("melding"), max_length=LONGEST_MESSAGE, blank=True, help_text=_("Til den som er foreslått.")
    )
    proposed_at = models.DateTimeField(_("foreslått"))
    answered_at = models.DateTimeField(_("besvart"), null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    was_accepted = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("forslag til mottaker")
        verbose_name_plural = _("forslag til mottakere")
        constraints = [
            models.UniqueConstraint(
                fields=["activation"], condition=Q(answered_at__isnull=True), name="forward_proposal_one_open"
            ),
            models.CheckConstraint(condition=in_its_form("email"), name="forward_proposal_email_in_its_form"),
            models.CheckConstraint(condition=in_its_form("proposed_by_email"), name="forward_proposal_by_in_its_form"),
        ]

    def __str__(self) -> str:
        return f"{self.activation_id}: {self.email}"
