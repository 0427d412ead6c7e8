"""English is complete: what a person reads is marked for translation, and has one that is not fuzzy.

The compiled catalogue holds neither what is missing nor what is fuzzy; an empty plural it does hold.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import allauth
import django
import django.contrib.admin
import django.contrib.auth
import polib
import pytest
from django.conf import settings
from django.template import Template
from django.template.base import Node
from django.template.engine import Engine
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

APPS = ["agreement_pages", "agreements", "bulk", "business_register", "byra", "client_imports", "clients",
        "collaboration", "commitments", "devtools", "ground", "history", "my_services", "notifications", "office",
        "organisations", "privacy", "subscriptions", "sweeps"]  # fmt: skip
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
CONTEXT_SEPARATOR = "\x04"
PLACEHOLDER = re.compile(r"%\(\w+\)s|%s|\{\w+\}")
TEMPLATES = sorted(path for path in (settings.BASE_DIR / "templates").rglob("*.*") if path.is_file())

NAMES_OF_CLASSES = r"{% *block (?:page_class|color) *%}.*?{% *endblock[^%]*%}"
MARKED_TEXT = r"{% *blocktranslate.*?{% *endblocktranslate *%}"
CODE_OF_TEMPLATES = re.compile(
    rf"{NAMES_OF_CLASSES}|{MARKED_TEXT}|{{% *comment.*?endcomment *%}}|{{%.*?%}}|{{{{.*?}}}}|{{#.*?#}}", re.DOTALL
)
CODE_OF_HTML = re.compile(r"<(script|style|svg)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL)
READ_ALOUD = re.compile(r'\b(?:aria-label|alt|title|placeholder)="([^"]*)"')
WORD = re.compile(r"[^\W\d_]{2,}")
SAME_IN_ALL = {"Byrå", "SHA", "innboks", "json"}


def strings_of_python() -> Iterator[tuple[Path, str]]:
    for path in (path for app in APPS for path in sorted((settings.BASE_DIR / app).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
                yield path, marked_string(path, node, takes_context=node.func.id.startswith("pgettext"))


def marked_string(path: Path, call: ast.Call, *, takes_context: bool) -> str:
    texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    assert texts, f"{path}, line {call.lineno}: what is marked is no plain string"
    return CONTEXT_SEPARATOR.join(texts[:2]) if takes_context else texts[0]


def strings_of_templates() -> Iterator[tuple[Path, str]]:
    engine = Engine.get_default()
    for path in TEMPLATES:
        source = path.read_text()
        yield from ((path, text) for text in re.findall(r'\b_\("([^"]+)"\)', source))
        for node in Template(source, engine=engine, name=str(path)).nodelist.get_nodes_by_type(Node):
            if isinstance(node, BlockTranslateNode):
                yield path, node.render_token_list(node.singular)[0]
            elif isinstance(node, TranslateNode) and node.filter_expression.var.literal is not None:
                yield path, node.filter_expression.var.literal


def source_of(entry: polib.POEntry) -> str:
    return f"{entry.msgctxt}{CONTEXT_SEPARATOR}{entry.msgid}" if entry.msgctxt else entry.msgid


def forms_of(entry: polib.POEntry) -> list[tuple[str, str]]:
    """Each translation with what it translates: in Norwegian and English the first form is the singular."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid if form == 0 else entry.msgid_plural, text) for form, text in entry.msgstr_plural.items()]


def translated(catalogue: Iterable[polib.POEntry]) -> set[str]:
    """The sources with a translation in each of their forms."""
    return {source_of(entry) for entry in catalogue if all(text for _source, text in forms_of(entry))}


def named_otherwise(catalogue: Iterable[polib.POEntry]) -> list[tuple[str, str]]:
    """The sources and translations that do not name the same things."""
    pairs = [pair for entry in catalogue for pair in forms_of(entry)]
    return [pair for pair in pairs if len({tuple(sorted(PLACEHOLDER.findall(text))) for text in pair}) > 1]


@pytest.fixture(scope="module")
def english() -> list[polib.POEntry]:
    return polib.mofile(str(settings.BASE_DIR / "locale/en/LC_MESSAGES/django.mo"))


@pytest.mark.parametrize("strings", [strings_of_python, strings_of_templates])
def test_every_marked_string_has_its_english(strings, english):
    known = translated(english)

    missing = {(str(path.relative_to(settings.BASE_DIR)), text) for path, text in strings() if text not in known}

    assert not missing


def test_a_translation_names_what_its_source_names(english):
    assert named_otherwise(english) == []


def test_in_english_only_agreements_are_cancelled(english):
    """A button "Cancel" beside "Cancel the agreement" would say the opposite of it."""
    said = {entry.msgid for entry in english if entry.msgstr.startswith("Cancel")}

    assert {norwegian for norwegian in said if not re.match("[Ss](i|agt) opp", norwegian)} == set()


def read_libraries(language: str) -> list[polib.POEntry]:
    """Our words for what Django and allauth say."""
    return polib.pofile(str(settings.BASE_DIR / f"locale/libraries/{language}/LC_MESSAGES/django.po"))


@pytest.mark.parametrize("language", ["nb", "en"])
def test_what_libraries_say_is_said_in_our_words_in_full(language):
    catalogue = read_libraries(language)

    assert translated(catalogue) == {source_of(entry) for entry in catalogue}
    assert [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete] == []
    assert named_otherwise(catalogue) == []


def test_it_is_said_in_both_languages_and_only_what_the_libraries_still_say():
    ours = [{source_of(entry) for entry in read_libraries(language)} for language in ("nb", "en")]
    theirs = {
        source_of(entry)
        for package in (django, django.contrib.admin, django.contrib.auth, allauth)
        for folder in (Path(package.__path__[0]), Path(package.__path__[0]) / "conf")
        for path in folder.glob("locale/en/LC_MESSAGES/django.po")
        for entry in polib.pofile(str(path))
    }

    assert ours[0] == ours[1]
    assert not ours[0] - theirs


def catalogue_of(*, singular: str, plural: str) -> list[polib.POEntry]:
    """Of two entries: one with two forms as given, one without."""
    return polib.pofile(
        f"""
msgid "%(days)s dag til %(firm)s"
msgid_plural "%(days)s dager til %(firm)s"
msgstr[0] "{singular}"
msgstr[1] "{plural}"

msgctxt "måned"
msgid "Mai"
msgstr "May"
"""
    )


@pytest.mark.parametrize(
    ("singular", "plural", "expected"),
    [
        ("%(days)s day for %(firm)s", "%(days)s days for %(firm)s", {"%(days)s dag til %(firm)s", "måned\x04Mai"}),
        ("%(days)s day for %(firm)s", "", {"måned\x04Mai"}),
        ("", "%(days)s days for %(firm)s", {"måned\x04Mai"}),
    ],
)
def test_a_form_that_is_empty_is_a_missing_translation(singular, plural, expected):
    catalogue = catalogue_of(singular=singular, plural=plural)

    assert translated(catalogue) == expected


@pytest.mark.parametrize(
    ("singular", "plural", "wrong"),
    [
        ("%(days)s day for %(firm)s", "%(days)s days for %(firm)s", []),
        ("%(days)s day for %(firm)s", "%(day)s days for %(firm)s", ["%(days)s dager til %(firm)s"]),
        ("one day for the firm", "%(days)s days for %(firm)s", ["%(days)s dag til %(firm)s"]),
    ],
)
def test_each_form_names_what_its_own_source_names(singular, plural, wrong):
    catalogue = catalogue_of(singular=singular, plural=plural)

    assert [source for source, _text in named_otherwise(catalogue)] == wrong


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR / "templates")))
def test_no_word_stands_in_a_template_without_its_mark(path):
    text = CODE_OF_TEMPLATES.sub("", path.read_text())
    words = WORD.findall(CODE_OF_HTML.sub(" ", text))
    words += [word for value in READ_ALOUD.findall(text) for word in WORD.findall(value)]

    assert not set(words) - SAME_IN_ALL
