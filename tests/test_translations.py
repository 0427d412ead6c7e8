"""English is complete: what a person reads is marked for translation, and has one that is not fuzzy.

The compiled catalogue holds neither what is missing nor what is fuzzy.
"""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Template
from django.template.base import Node
from django.template.engine import Engine
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

APPS = ["byra", "clients", "collaboration", "devtools", "history", "my_services", "notifications", "office",
        "organisations", "privacy", "subscriptions"]  # fmt: skip
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


@pytest.fixture(scope="module")
def english() -> dict:
    with (settings.BASE_DIR / "locale/en/LC_MESSAGES/django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)._catalog


@pytest.mark.parametrize("strings", [strings_of_python, strings_of_templates])
def test_every_marked_string_has_its_english(strings, english):
    known = {key[0] if isinstance(key, tuple) else key for key in english}

    missing = {(str(path.relative_to(settings.BASE_DIR)), text) for path, text in strings() if text not in known}

    assert not missing


def test_a_translation_names_what_its_source_names(english):
    singular = [(source, text) for source, text in english.items() if source and isinstance(source, str)]

    wrong = [pair for pair in singular if len({tuple(sorted(PLACEHOLDER.findall(text))) for text in pair}) > 1]

    assert not wrong


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR / "templates")))
def test_no_word_stands_in_a_template_without_its_mark(path):
    text = CODE_OF_TEMPLATES.sub("", path.read_text())
    words = WORD.findall(CODE_OF_HTML.sub(" ", text))
    words += [word for value in READ_ALOUD.findall(text) for word in WORD.findall(value)]

    assert not set(words) - SAME_IN_ALL
