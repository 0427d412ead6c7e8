"""A firm's own card on a customer, and the customer's people as the firm knows them."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Cast, Coalesce, Concat, Lower
from django.utils.translation import gettext_lazy as _

from ground.lines import clean_line
from ground.mail_addresses import in_its_form, searched_address
from ground.org_number import clean_org_number, validate_org_number
from ground.stored_names import IsNFC
from organisations.models import Employee, Firm


class Translate(models.Func):
    """PostgreSQL's translate(text, from, to)."""

    function = "TRANSLATE"
    output_field = models.TextField()


class ClientQuerySet(models.QuerySet):
    def visible_to(self, employee: Employee) -> "ClientQuerySet":
        """The clients of the employee's firm: all of them, or those on whose card or tasks the employee stands."""
        clients = self.filter(firm_id=employee.firm_id)
        return clients if employee.sees_all_clients else clients.worked_on_by(employee)

    def worked_on_by(self, employee: Employee) -> "ClientQuerySet":
        """Those on whose card or tasks the employee stands."""
        return self.filter(
            Q(account_manager=employee)
            | Q(pk__in=employee.owned_tasks.values("client_id"))
            | Q(pk__in=employee.participated_tasks.values("client_id"))
        )

    def search(self, typed: str) -> "ClientQuerySet":
        """By name, number, organisation number, or a contact's name or e-mail; letter case does not count."""
        text = clean_line(typed).lower()
        digits = clean_org_number(text)
        if digits.isdecimal():
            return self.filter(Q(search_text__contains=digits))
        contacts = Contact.objects.filter(Q(name__icontains=text) | Q(email__contains=searched_address(text)))
        return self.filter(Q(search_text__contains=text) | Q(pk__in=contacts.values("client_id")))


class Client(models.Model):
    """A firm's card on a customer. Two firms may have the same company as a client, each with a card of its own."""

    class LegalForm(models.TextChoices):
        AS = "AS", _("Aksjeselskap (AS)")
        ENK = "ENK", _("Enkeltpersonforetak (ENK)")
        ANS = "ANS", _("Ansvarlig selskap (ANS)")
        DA = "DA", _("Ansvarlig selskap med delt ansvar (DA)")
        SA = "SA", _("Samvirkeforetak (SA)")
        NUF = "NUF", _("Utenlandsk foretak (NUF)")
        FLI = "FLI", _("Forening eller lag (FLI)")
        STI = "STI", _("Stiftelse (STI)")
        PERSON = "PERS", _("Privatperson")

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="clients", verbose_name=_("byrå"))
    number = models.PositiveIntegerField(_("kundenummer"))
    name = models.CharField(_("navn"), max_length=150)
    org_number = models.CharField(
        _("organisasjonsnummer"), max_length=9, null=True, blank=True, validators=[validate_org_number]
    )
    legal_form = models.CharField(_("organisasjonsform"), max_length=4, choices=LegalForm, blank=True)
    street = models.CharField(_("adresse"), max_length=150, blank=True)
    postal_code = models.CharField(_("postnummer"), max_length=10, blank=True)
    city = models.CharField(_("poststed"), max_length=80, blank=True)
    email = models.EmailField(_("e-post"), blank=True)
    phone = models.CharField(_("telefon"), max_length=30, blank=True)
    account_manager = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kundeansvarlig")
    )
    is_active = models.BooleanField(_("aktiv"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("sist endret"), auto_now=True)

    # Norwegian order (… Z Æ Ø Å) on any server, by the bytes of a column: { | } come after z.
    sort_name = models.GeneratedField(
        expression=Translate(Lower("name"), Value("æøåäö"), Value("{|}{|")),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    search_text = models.GeneratedField(
        expression=Concat(
            Lower("name"),
            Value(" "),
            Cast("number", models.CharField()),
            Value(" "),
            Coalesce("org_number", Value("")),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("kunde")
        verbose_name_plural = _("kunder")
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "number"],
                name="client_number_once_in_a_firm",
                violation_error_message=_("Kundenummeret er i bruk."),
            ),
            models.UniqueConstraint(
                fields=["firm", "org_number"],
                condition=Q(org_number__isnull=False),
                name="client_org_number_once_in_a_firm",
                violation_error_message=_("Byrået har allerede en kunde med dette organisasjonsnummeret."),
            ),
            models.UniqueConstraint(fields=["firm", "id"], name="client_firm_and_id"),
            models.CheckConstraint(condition=in_its_form("email"), name="client_email_in_its_form"),
            models.CheckConstraint(condition=IsNFC("name"), name="client_name_nfc"),
        ]
        indexes = [
            models.Index(fields=["firm", "sort_name", "id"], name="client_by_name"),
            models.Index(fields=["firm", "updated_at", "id"], name="client_by_change"),
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="client_search"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_full_address(self) -> bool:
        return bool(self.street and self.postal_code and self.city)


class ContactQuerySet(models.QuerySet):
    def visible_to(self, employee: Employee) -> "ContactQuerySet":
        return self.filter(client__in=Client.objects.visible_to(employee))


class Contact(models.Model):
    """A person at the client, as the firm knows it. Not a user."""

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+", verbose_name=_("byrå"))
    client = models.ForeignKey(Client, models.CASCADE, related_name="contacts", verbose_name=_("kunde"))
    name = models.CharField(_("navn"), max_length=150)
    email = models.EmailField(_("e-post"), blank=True)
    phone = models.CharField(_("telefon"), max_length=30, blank=True)
    is_main = models.BooleanField(_("hovedkontakt"), default=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("kontakt")
        verbose_name_plural = _("kontakter")
        ordering = ["-is_main", "name"]
        constraints = [
            models.UniqueConstraint(fields=["client"], condition=Q(is_main=True), name="contact_one_main_per_client"),
            models.UniqueConstraint(fields=["firm", "id"], name="contact_firm_and_id"),
            models.CheckConstraint(condition=in_its_form("email"), name="contact_email_in_its_form"),
            models.CheckConstraint(condition=IsNFC("name"), name="contact_name_nfc"),
        ]

    def __str__(self) -> str:
        return self.name
