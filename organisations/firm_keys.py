"""Foreign keys that carry the firm, so that the database lets a row refer only to rows of its own firm.

Django's ForeignKey has one column, so these stand beside it. Each target table has UNIQUE (firm_id, id).
"""

from django.db import migrations


def firm_key(table: str, column: str, target: str) -> migrations.RunSQL:
    """FOREIGN KEY (firm_id, <column>) REFERENCES <target> (firm_id, id), as a migration's operation."""
    name = f"{table}_{column}_same_firm"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (firm_id, {column}) "
        f"REFERENCES {target} (firm_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
