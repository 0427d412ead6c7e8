"""The part of a list's address after the question mark."""

from urllib.parse import urlencode


def query_string(**query: str | list[str]) -> str:
    return f"?{urlencode(query, doseq=True)}"
