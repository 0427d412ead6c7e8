"""What is given back of a form that was not taken: as the form reads, and nothing that it does not show."""

import pytest
from django import forms
from django.http import QueryDict
from django.urls import get_resolver
from django.utils import translation

from organisations.forms.typed import forms_of, what_was_typed

_ = get_resolver().url_patterns  # with the pages, their forms are there
SIDES = ("firm", "company")
POSTED = [(side, form) for side in SIDES for form in forms_of(side)]
# By GET, or on pages that belong to no firm or company.
NEVER_POSTED = {
    "ClientFilterForm",
    "CollaborationFilterForm",
    "TaskFilterForm",
    "ChangeForm",
    "NewLinkForm",
    "ReceiptCheckForm",
}


def typed(query: str, side: str) -> list[tuple[str, str]]:
    return what_was_typed(QueryDict(query), side=side)


def value_of(field: forms.Field) -> tuple[str, str]:
    """What a browser sends for the field, and what is read of it; nothing for chosen rows."""
    if isinstance(field, forms.ModelChoiceField):
        return "7", ""
    if isinstance(field, forms.BooleanField):
        return "on", "ja"
    if isinstance(field, forms.ChoiceField):
        choices = [(value, label) for value, label in field.choices if value]
        if not choices:
            return "7", ""  # they are the rows of who looks
        value, label = choices[-1]
        return str(value), str(label)
    if isinstance(field, forms.DateField):
        return "2027-01-01", "1. januar 2027"
    return "Anne Vik", "Anne Vik"


def is_posted(form) -> bool:
    by_get = form.__module__ == "agreement_pages.forms"
    return form.__name__ not in NEVER_POSTED and not by_get


@pytest.mark.parametrize(
    ("side", "form"), [(side, form) for side, form in POSTED if is_posted(form)], ids=lambda value: str(value)
)
def test_each_form_is_given_back_under_its_own_labels(side, form):
    query, expected = QueryDict(mutable=True), []
    for name, field in form.base_fields.items():
        value, words = value_of(field) if not field.widget.is_hidden else ("abc:1", "")
        query[name] = value
        if words:
            expected.append((str(field.label), words))

    assert what_was_typed(query, side=side) == [(label[0].upper() + label[1:], words) for label, words in expected]


def test_every_form_of_the_pages_is_found():
    found = {form.__name__ for _side, form in POSTED}

    assert found >= {"ClientForm", "AgreementForm", "HandOverForm", "OrderForm", "DeclineForm", "ServicesForm"}
    assert not [form for _side, form in POSTED if "admin" in form.__module__.split(".")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "shown=abc123&accepts_terms=on&hand_over=18&siste=2027-01-01&payer=firm&foretold=x",
            [
                ("Jeg godkjenner vilkårene for tjenesten", "ja"),
                ("Siste dag med byrået dere har", "1. januar 2027"),
                ("Hvem skal betale fra neste periode?", "Byrået som spør"),
            ],
        ),
        (
            "reason=too_expensive&comment=Dyrt",
            [("Hvorfor avslår du?", "Prisen er for høy"), ("Kommentar til byrået", "Dyrt")],
        ),
        ("link_version=1&name=Anne+Vik&phone=", [("Navn", "Anne Vik")]),
        (
            "shown_1=6%3A1%3A0.00%3A2a78&shown_12=x&variant=smart&months=12&accepts_terms=on",
            [("Avtaleperiode", "12 måneder"), ("Jeg godkjenner vilkårene for tjenesten", "ja")],
        ),
        ("siste=2027-01-01", [("Siste dag med byrået", "1. januar 2027")]),
        ("siste=i+morgen", [("Siste dag med byrået", "i morgen")]),
        ("reason=ukjent&subscriptions=4&subscriptions=5", []),
        ("csrfmiddlewaretoken=hemmelig&_company=4&next=%2Fx%2F&outcome=continues&answer=ja", []),
        ("", []),
    ],
)
def test_what_a_companys_forms_give_back(query, expected):
    assert typed(query, "company") == expected


def test_a_form_beside_another_is_given_back_too():
    query = (
        "name=%C3%98rsta+R%C3%B8r+AS&legal_form=AS&account_manager=3&form_key=1b2c&contact-email=per%40orstaror.example"
    )

    assert typed(query, "firm") == [
        ("Navn", "Ørsta Rør AS"),
        ("Organisasjonsform", "Aksjeselskap (AS)"),
        ("E-post", "per@orstaror.example"),
    ]


def test_the_same_name_has_the_words_of_its_own_side():
    assert typed("role=administrator", "firm") == [
        ("Rolle", "Administrator: styrer også medarbeidere og innstillinger")
    ]
    assert typed("role=administrator", "company") == [
        ("Rolle", "Administrator: svarer på forespørsler, avslutter samarbeid og styrer brukerne")
    ]


def test_in_the_language_of_the_person():
    with translation.override("en"):
        assert typed("accepts_terms=on", "company")[0][1] == "yes"
