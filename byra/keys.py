"""The secrets that the project signs with: which values no process may start with."""

from collections.abc import Mapping
from itertools import combinations

from django.core.exceptions import ImproperlyConfigured

SHORTEST = 32  # bytes: as many as the HMACs that are made with it
RECIPE = "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"


def check_keys(keys: Mapping[str, str]) -> None:
    """Raise ImproperlyConfigured, with a sentence for whoever starts the process, for keys that can be guessed."""
    for name, key in keys.items():
        if fault := fault_of(key):
            raise ImproperlyConfigured(f"{name} {fault}. Give it a secret of its own, made by: {RECIPE}")
    for (name, key), (other, its_key) in combinations(keys.items(), 2):
        if key.strip() == its_key.strip():
            raise ImproperlyConfigured(
                f"{other} is the same as {name}. Each needs a secret of its own, made by: {RECIPE}"
            )


def fault_of(key: str) -> str:
    """What is wrong with one key, as the end of a sentence; empty when nothing is."""
    key = key.strip()
    if not key:
        return "is missing or blank"
    if len(key.encode()) < SHORTEST:
        return f"is shorter than {SHORTEST} bytes"
    return ""
