"""The mails' language, and that their placeholders are the source's."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

from notifications.models import Email
from organisations.models import User

pytestmark = pytest.mark.django_db


def test_a_mail_speaks_its_receivers_language(known, kari, sent, approve):
    User.objects.filter(pk=known.administrator.user_id).update(language="en")
    known.administrator.user.refresh_from_db()

    approve(sent(known.client, by=kari), by=known.administrator)

    subjects = dict(Email.objects.values_list("kind", "subject"))
    assert subjects["activation_sent"] == "Fjord Regnskap AS asks for collaboration in Visma eAccounting"
    assert subjects["activation_approved"] == "Ørsta Rør AS har godkjent samarbeidet i Visma eAccounting"
    message = bytes(Email.objects.get(kind="activation_sent").message).decode()
    assert message.count("What does it cost me?") == 2  # text and HTML
    assert "Hva koster det meg?" not in message


def test_a_receiver_whom_nobody_knows_is_written_to_in_norwegian(new, kari, sent):
    sent(new.client, by=kari)

    assert Email.objects.get().subject == "Fjord Regnskap AS ber om samarbeid i Visma eAccounting"


def test_every_translation_has_the_placeholders_of_its_source():
    catalogue = polib.pofile(str(Path(settings.BASE_DIR) / "locale/en/LC_MESSAGES/django.po"))
    names = re.compile(r"%\((\w+)\)s")

    wrong = [
        entry.msgid
        for entry in catalogue
        if not entry.msgid_plural and set(names.findall(entry.msgid)) != set(names.findall(entry.msgstr))
    ]

    assert wrong == []
    assert [entry.msgid for entry in catalogue if "fuzzy" in entry.flags] == []
