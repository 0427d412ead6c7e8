"""A type of task is named in the reader's language where the firm has named it in both."""

import pytest
from django.utils import translation

from clients import actions
from clients.models import TaskType
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_standard_set_has_its_english(fjord):
    actions.create_standard_task_types(firm=fjord)

    with translation.override("en"):
        names = {str(type_) for type_ in fjord.task_types.all()}

    assert names == {"Bookkeeping", "Payroll", "VAT return", "Annual accounts", "Invoicing", "Advice"}


def test_what_a_firm_has_named_in_norwegian_alone_is_read_as_it_is(fjord):
    own = factories.TaskTypeFactory(firm=fjord, name="Styrearbeid")

    with translation.override("en"):
        assert own.local_name == "Styrearbeid"


def test_a_new_name_takes_its_english_with_it(kari):
    type_ = factories.TaskTypeFactory(firm=kari.firm, name="Lønn", name_en="Payroll")

    actions.rename_task_type(task_type=type_, by=kari, name="Lønn og reise")

    type_.refresh_from_db()
    assert (type_.name, type_.name_en) == ("Lønn og reise", "")


def test_lists_pages_and_files_name_it_in_english(kari, known, sent, sign_in):
    TaskType.objects.update(name_en="Payroll")
    norwegian = TaskType.objects.get().name
    sent(known.client, by=kari)
    kari.user.language = "en"
    kari.user.save()
    office = sign_in(kari)

    for page in (
        "/kunder/1002/oppgaver/",
        "/samarbeid/",
        "/samarbeid/eksport.csv",
        "/mine-oppgaver/",
        "/innstillinger/",
    ):
        answer = office.get(page)

        assert answer.status_code == 200, page
        assert "Payroll" in answer.content.decode(), page
        assert f">{norwegian}<" not in answer.content.decode(), page
