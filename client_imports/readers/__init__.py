"""A file with a table, read within bounds: whatever else was uploaded is refused with a sentence."""

from client_imports.readers.bounds import LARGEST_FILE, MOST_COLUMNS, MOST_ROWS, Table, Unreadable
from client_imports.readers.table import read_table

__all__ = ["LARGEST_FILE", "MOST_COLUMNS", "MOST_ROWS", "Table", "Unreadable", "read_table"]
