"""A firm's own card on a customer, and the customer's people as the firm knows them."""

from collections.abc import Callable
from functools import reduce
from operator import and_, or_

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from ground.lines import clean_line
from ground.mail_addresses import in_its_form, searched_address
from ground.names import NorwegianOrder, SearchedForm, SearchedTogether, searched_words
from ground.org_number import clean_org_number, validate_org_number
from ground.stored_names import IsNFC
from organisations.models import Employee, Firm

LONGEST_NUMBER = 9  # digits of a client number


class Translate(models.Func):
    """PostgreSQL's translate(text, from, to), which the first migration names."""

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
        """Those of whom every typed word is found, in any order, or the number: in name, number, organisation number,
        e-mail, and the contacts' names and e-mails. Asks the database what the words are.

        Letter case, accents and punctuation do not count. A word of one or two letters is the beginning of one.
        """
        line = clean_line(typed)
        if not line:
            return self
        found = all_words(line, holds)
        number = typed_number(line)
        if number:
            found |= holds(number)
        return self.filter(found, listing__firm=F("firm"))  # firm: for the listing's index

    def numbered(self, typed: str) -> "ClientQuerySet":
        """Those whose client number or organisation number this is, however it is written; none for other text."""
        digits = typed_number(clean_line(typed))
        if not digits:
            return self.none()
        exactly = Q(org_number=digits)
        if len(digits) <= LONGEST_NUMBER:
            exactly |= Q(number=int(digits))
        return self.filter(exactly)


def typed_number(line: str) -> str:
    """The digits, where nothing but a number has been typed: "NO 311 003 003 MVA" is "311003003"; else ""."""
    digits = clean_org_number(line.removeprefix("#"))
    return digits if digits.isascii() and digits.isdecimal() else ""


def all_words(line: str, has: Callable[[str], Q]) -> Q:
    """The condition that each word of the line is had, where `has` is that for a part of one, in its searched form.

    Of a line without a word nothing is found. Asks the database what the words are.
    """
    words = searched_words(" ".join(searched_address(word) if "@" in word else word for word in line.split()))
    found = Q(pk__isnull=bool(not words))
    for ways in words:
        found &= reduce(or_, (reduce(and_, map(has, parts)) for parts in ways))
    return found


def holds(part: str, text: str = "listing__text") -> Q:
    """The condition that the text, the listing's or another in its searched form, has the part of a word."""
    return Q((f"{text}__contains", part if len(part) > 2 else f" {part}"))


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

    sort_name = models.GeneratedField(
        expression=NorwegianOrder("name"), output_field=models.TextField(db_collation="C"), db_persist=True
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
            models.Index(fields=["firm", "account_manager", "sort_name", "id"], name="client_by_manager"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def client_id(self) -> int:
        """Its own, as contacts and tasks have their client's: events ask whose history tells them."""
        return self.pk

    @property
    def has_full_address(self) -> bool:
        return bool(self.street and self.postal_code and self.city)


class Listing(models.Model):
    """What a client is found by, in its searched form. The database writes it (migration 0004), nobody else.

    It stands beside the card, so that a card is as light to read as before, and so that who writes a contact's row
    waits for nobody who has locked the card.
    """

    client = models.OneToOneField(Client, models.CASCADE, primary_key=True, related_name="listing")
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+")
    text = models.TextField()

    class Meta:
        indexes = [GinIndex(F("firm"), OpClass(F("text"), "gin_trgm_ops"), name="listing_by_text")]

    def __str__(self) -> str:
        return self.text


class LastChange(models.Model):
    """When anything of a client was last changed: its card, contacts, tasks, requests and collaborations.

    The database writes it with each event (migration 0005), nobody else, and waits for nobody who writes it too.
    """

    client = models.OneToOneField(Client, models.CASCADE, primary_key=True, related_name="last_change")
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["firm", "at", "client"], name="last_change_by_time")]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.at}"


class ContactQuerySet(models.QuerySet):
    def visible_to(self, employee: Employee) -> "ContactQuerySet":
        return self.filter(client__in=Client.objects.visible_to(employee))

    def search(self, typed: str) -> "ContactQuerySet":
        """Those in whose own name and e-mail every typed word is found, in any order, as clients are searched."""
        line = clean_line(typed)
        if not line:
            return self
        space, texts = Value(" "), [SearchedForm("name"), SearchedTogether("name"), SearchedForm("email")]
        return self.alias(
            text=Concat(*(part for text in texts for part in (space, text)), output_field=models.TextField())
        ).filter(
            all_words(line, lambda part: holds(part, "client__listing__text")),  # for the listing's index
            all_words(line, lambda part: holds(part, "text")),
            client__listing__firm=F("client__firm"),
        )


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
        ordering = ["-is_main", NorwegianOrder("name"), "pk"]
        constraints = [
            models.UniqueConstraint(fields=["client"], condition=Q(is_main=True), name="contact_one_main_per_client"),
            models.UniqueConstraint(fields=["firm", "id"], name="contact_firm_and_id"),
            models.CheckConstraint(condition=in_its_form("email"), name="contact_email_in_its_form"),
            models.CheckConstraint(condition=IsNFC("name"), name="contact_name_nfc"),
        ]

    def __str__(self) -> str:
        return self.name
