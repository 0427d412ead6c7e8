"""Whom mail can go to: the same answer wherever an address is typed."""

import pytest

from clients.forms import ClientForm, ContactForm, MainContactForm
from collaboration.forms import AgreementForm, ReceiverForm
from my_services.forms import NewLinkForm
from my_services.user_forms import InvitationForm
from office.employee_forms import InvitationForm as EmployeeInvitationForm
from office.settings_forms import FirmForm
from organisations.addresses import AddressField, clean_address
from organisations.refusals import NotAllowed

NONE = ["", "anne", "a@localhost", "a@[127.0.0.1]", "a@[::1]", "bo\u017fs@x.example", "\u212aari@x.example",
        "kåre@x.example", "a@\u017f.example", "a@b@x.example", "a@x..example", "a" * 250 + "@x.no"]  # fmt: skip


@pytest.mark.parametrize("address", NONE)
def test_what_no_mail_can_go_to_is_refused_with_the_ordinary_sentence(address):
    with pytest.raises(NotAllowed, match="E-postadressen er ikke gyldig"):
        clean_address(address)


@pytest.mark.parametrize("address", ["anne@vik.example", " Anne.Vik+byra@VIK.example ", "o'brien@blåbær.example"])
def test_an_address_is_kept_in_lower_case(address):
    assert clean_address(address) == address.strip().lower()


@pytest.mark.parametrize(
    "field",
    [
        ClientForm.base_fields["email"],
        ContactForm.base_fields["email"],
        FirmForm.base_fields["email"],
        *(
            form.declared_fields[name]
            for form, name in (
                (MainContactForm, "email"),
                (AgreementForm, "contact_email"),
                (ReceiverForm, "email"),
                (NewLinkForm, "address"),
                (InvitationForm, "email"),
                (EmployeeInvitationForm, "email"),
            )
        ),
    ],
)
def test_every_field_of_ours_reads_addresses_alike(field):
    assert isinstance(field, AddressField)
