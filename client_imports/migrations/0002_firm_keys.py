"""What Django cannot say: an import and its rows refer to rows of the same firm alone."""

from django.db import migrations

from organisations.firm_keys import firm_key


class Migration(migrations.Migration):
    dependencies = [
        ("client_imports", "0001_initial"),
        ("clients", "0002_firm_keys"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        firm_key("client_imports_clientimport", "by_id", "organisations_employee"),
        firm_key("client_imports_clientimport", "undone_by_id", "organisations_employee"),
        firm_key("client_imports_importrow", "client_import_id", "client_imports_clientimport"),
        firm_key("client_imports_importrow", "client_id", "clients_client"),
    ]
