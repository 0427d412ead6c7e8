"""What a row will do, foretold for the preview and asked again under the locks when it is done."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from client_imports.columns import Field
from client_imports.models import ClientImport, ImportRow
from client_imports.values import Known, Values, read_values
from clients.models import Client, Contact, Task
from clients.rights import may_choose_manager
from ground.lines import clean_line
from ground.org_number import display_org_number
from organisations.models import Employee

Kind = ImportRow.Kind


@dataclass
class Plan:
    """What a row will be. `client` is the card that it is about, None for a new one."""

    kind: str
    values: Values
    client: Client | None = None
    fields: dict[str, Any] = field(default_factory=dict)  # of the card that change
    contact: Contact | None = None  # the one that becomes or stays the main one, None for a new one
    changes_contact: bool = False
    opens_task: bool = False
    words: list[str] = field(default_factory=list)


class Planner:
    """Plans rows of one import, with what they have in common asked once for all of them."""

    def __init__(self, client_import: ClientImport, rows: list[ImportRow]) -> None:
        self.client_import, self.by = client_import, client_import.by
        self.known = Known(client_import.firm)
        self.values = {row.pk: read_values(row.cells, client_import.columns, self.known) for row in rows}
        self.find_clients()
        self.find_earlier_rows(rows)

    def find_clients(self) -> None:
        """The firm's clients that the rows may be about, with their main contacts and open tasks."""
        read = [values.fields for values in self.values.values()]
        numbers = {fields["number"] for fields in read if "number" in fields}
        org_numbers = {fields["org_number"] for fields in read if "org_number" in fields}
        names = {name_key(fields["name"]) for fields in read if "name" in fields}
        clients = Client.objects.filter(firm_id=self.client_import.firm_id).select_related("account_manager__user")
        by_numbers = clients.filter(Q(number__in=numbers) | Q(org_number__in=org_numbers))
        by_names = clients.annotate(lower_name=Lower("name")).filter(lower_name__in=names)
        found = self.found = sorted({*by_numbers, *by_names}, key=lambda one: one.pk)
        self.seen = set(
            Client.objects.visible_to(self.by).filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True)
        )
        self.by_number = {one.number: one for one in found}
        self.by_org_number = {one.org_number: one for one in found if one.org_number}
        self.by_name: dict[str, list[Client]] = {}
        for one in found:
            if one.pk in self.seen:
                self.by_name.setdefault(name_key(one.name), []).append(one)
        self.contacts: dict[int, list[Contact]] = {}
        for contact in Contact.objects.filter(client__in=found).order_by("pk"):
            self.contacts.setdefault(contact.client_id, []).append(contact)
        tasks = Task.objects.filter(client__in=found).open()
        self.open_tasks = set(tasks.values_list("client_id", "type_id"))

    def find_earlier_rows(self, rows: list[ImportRow]) -> None:
        """For each name that a row gives its client, the first row of the file with it."""
        for row in rows:
            fields = self.values[row.pk].fields
            row.named_number, row.named_org_number = str(fields.get("number", "")), fields.get("org_number", "")
            row.named = name_key(fields.get("name", ""))[:150]
        self.first: dict[tuple[str, str], int] = {}
        for column in ("named_number", "named_org_number", "named"):
            wanted = {getattr(row, column) for row in rows} - {""}
            earlier = self.client_import.rows.filter(**{f"{column}__in": wanted}).values_list(column, "number")
            here = [(getattr(row, column), row.number) for row in rows]
            for name, number in [*earlier, *here]:
                if name:
                    key = (column, name)
                    self.first[key] = min(number, self.first.get(key, number))
        made = self.client_import.rows.filter(outcome__in=ImportRow.WRITTEN, client__in=self.found)
        self.taken = dict(made.values_list("client", "number"))

    # --- One row -----------------------------------------------------------------------------------------------------

    def plan(self, row: ImportRow) -> Plan:
        values = self.values[row.pk]
        if values.wrong:
            return Plan(Kind.WRONG, values, words=values.wrong)
        if said := self.said_before(row):
            return Plan(Kind.WRONG, values, words=[said])
        client, wrong = self.match(row, values)
        if wrong:
            return Plan(Kind.WRONG, values, client, words=[wrong])
        if client is None:
            return self.plan_new(values)
        if self.client_import.duplicates == ClientImport.Duplicates.SKIP:
            return self.plan_skipped(values, client)
        return self.plan_change(values, client)

    def said_before(self, row: ImportRow) -> str:
        """The sentence for a row whose client another row above it has; empty for any other.

        A name alone is told apart by a number: two people may have one name.
        """
        if self.is_repeated(row, "named_org_number"):
            return self.tell_repeated(row, "named_org_number", _("Rad %(row)s har samme organisasjonsnummer."))
        if self.is_repeated(row, "named_number"):
            return self.tell_repeated(row, "named_number", _("Rad %(row)s har samme kundenummer."))
        if not row.named_number and not row.named_org_number and self.is_repeated(row, "named"):
            return self.tell_repeated(row, "named", _("Rad %(row)s har samme navn."))
        return ""

    def is_repeated(self, row: ImportRow, column: str) -> bool:
        return self.first.get((column, getattr(row, column)), row.number) < row.number

    def tell_repeated(self, row: ImportRow, column: str, sentence: str) -> str:
        return sentence % {"row": self.first[column, getattr(row, column)]}

    def match(self, row: ImportRow, values: Values) -> tuple[Client | None, str]:
        """The firm's client that the row is about, by organisation number, number, or name; and what is wrong."""
        number, org_number = values.fields.get("number"), values.fields.get("org_number")
        by_org = self.by_org_number.get(org_number) if org_number else None
        by_number = self.by_number.get(number) if number else None
        found = by_org or by_number
        if found and found.pk not in self.seen:
            return None, _("En kunde som du ikke ser, har nummeret. Be en administrator om tilgang.")
        if by_org and by_number and by_org.pk != by_number.pk:
            if by_number.pk not in self.seen:
                return None, _("Kundenummeret %(number)s er i bruk.") % {"number": number}
            return None, _("%(name)s har organisasjonsnummeret, men kundenummer %(number)s har %(other)s.") % {
                "name": by_org.name, "number": number, "other": by_number.name,
            }  # fmt: skip
        if by_number and org_number and by_number.org_number and by_number.org_number != org_number:
            return None, _("Kundenummer %(number)s har %(name)s, med organisasjonsnummer %(org_number)s.") % {
                "number": number, "name": by_number.name, "org_number": display_org_number(by_number.org_number),
            }  # fmt: skip
        return (found, "") if found else self.match_name(row, values)

    def match_name(self, row: ImportRow, values: Values) -> tuple[Client | None, str]:
        """The one client with the name that has no other organisation number, and is no other row's."""
        org_number = values.fields.get("org_number")
        first = self.first.get(("named", row.named), row.number)
        found = [
            one
            for one in self.by_name.get(name_key(values.fields["name"]), ())
            if not (org_number and one.org_number and one.org_number != org_number)
            and self.taken.get(one.pk, row.number) == row.number
        ]
        if first < row.number and ("number" in values.fields or org_number):
            return None, ""
        if len(found) > 1:
            return None, _("Flere kunder heter %(name)s. Ta med kundenummeret.") % {"name": values.fields["name"]}
        return (found[0] if found else None), ""

    def plan_new(self, values: Values) -> Plan:
        plan = Plan(Kind.NEW, values, fields=values.fields, changes_contact=bool(values.contact))
        plan.opens_task = values.task_type is not None
        manager = values.fields.get("account_manager")
        if manager and manager != self.by and not self.by.sees_all_clients:
            plan.words.append(_("Du blir kundeansvarlig, siden du bare ser egne kunder."))
        plan.words += values.notes
        return plan

    def plan_skipped(self, values: Values, client: Client) -> Plan:
        is_same = self.plan_change(values, client).kind == Kind.SAME
        return Plan(Kind.SAME if is_same else Kind.SKIPPED, values, client, words=[here(client)])

    def plan_change(self, values: Values, client: Client) -> Plan:
        """What of the card, the main contact and the tasks is otherwise than the row says."""
        changed = {name: value for name, value in values.fields.items() if getattr(client, name) != value}
        if "account_manager" in changed and not may_choose_manager(self.by, client):
            sentence = _("Bare en administrator eller den som er kundeansvarlig, kan bytte kundeansvarlig.")
            return Plan(Kind.WRONG, values, client, words=[sentence])
        plan = Plan(Kind.CHANGED, values, client, fields=changed)
        plan.words = [tell_change(name, getattr(client, name), value) for name, value in changed.items()]
        self.plan_contact(plan, client)
        if values.task_type and (client.pk, values.task_type.pk) not in self.open_tasks:
            if not client.is_active:
                return Plan(Kind.WRONG, values, client, words=[_("Kunden er deaktivert og kan ikke få en oppgave.")])
            plan.opens_task = True
            plan.words.append(_("Ny oppgave: %(type)s") % {"type": values.task_type})
        if not plan.words:
            return Plan(Kind.SAME, values, client, words=[here(client)])
        plan.words += values.notes
        return plan

    def plan_contact(self, plan: Plan, client: Client) -> None:
        """Whether the row's main contact is there as it is, is to be changed, or is to be added."""
        told = plan.values.contact
        if not told:
            return
        people = self.contacts.get(client.pk, [])
        same = [one for one in people if name_key(one.name) == name_key(told["name"])] or [
            one for one in people if told.get("email") and one.email == told["email"]
        ]
        plan.contact = same[0] if same else None
        current = plan.contact
        if current is None:
            plan.changes_contact = True
            plan.words.append(_("Ny hovedkontakt: %(name)s") % {"name": told["name"]})
            return
        differs = [name for name, value in told.items() if getattr(current, name) != value]
        plan.changes_contact = bool(differs) or not current.is_main
        plan.words += [tell_change(f"contact_{name}", getattr(current, name), told[name]) for name in differs]
        if not current.is_main:
            plan.words.append(_("%(name)s blir hovedkontakt") % {"name": told["name"]})


def name_key(name: str) -> str:
    """A name as it is compared: in small letters, as PostgreSQL's lower() makes them."""
    return clean_line(name).lower()


def here(client: Client) -> str:
    return _("%(name)s, kundenummer %(number)s, er her fra før.") % {"name": client.name, "number": client.number}


def tell_change(name: str, before: Any, after: Any) -> str:
    """A field with what stood there and what will: "Telefon: 22 00 00 00 → 23 00 00 00"."""
    return f"{Field(name).label}: {show(name, before)} → {show(name, after)}"


def show(name: str, value: Any) -> str:
    if value in (None, ""):
        return "–"
    if isinstance(value, Employee):
        return value.user.name
    return display_org_number(value) if name == Field.ORG_NUMBER else str(value)
