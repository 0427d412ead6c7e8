"""How names are compared: the functions behind `ground.names`, and the order of companies.

They name PostgreSQL's own collation of Unicode, not that of the database, so that they are immutable and may stand
in indexes. A key in place of a collation of ICU: not every server has ICU, and its next version would break the
indexes.
"""

from django.db import migrations, models

import ground.names

# Small letters, apart from their marks; no apostrophes, soft hyphens and characters without width.
LETTERS_OF = r"""
CREATE FUNCTION letters_of(typed text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN normalize(
    lower(normalize(translate(typed, E'\'\u2019\u2018\u02BC\u0060\u00B4\u2032\u02B9\u02BB\uFF07'
        '\u00AD\u200B\u200C\u200D\u200E\u200F\u2060\uFEFF', ''), NFKC) COLLATE pg_c_utf8),
    NFKD
);
"""
# å is a (and aa is a), ø is o, æ is ae; whatever is neither letter nor digit parts words.
SEARCHED_FORM = r"""
CREATE FUNCTION searched_form(typed text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(regexp_replace(regexp_replace(
    replace(replace(replace(replace(
        translate(
            regexp_replace(letters_of(typed) COLLATE pg_c_utf8, '[\u0300-\u036F]+', '', 'g'),
            'øđðłŋŧħı', 'oddlnthi'
        ),
        'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'), 'þ', 'th') COLLATE pg_c_utf8,
    '[^[:alnum:]]+', ' ', 'g') COLLATE pg_c_utf8,
    'a+', 'a', 'g'));
"""
# "24-7" and "A/S" as one word.
SEARCHED_TOGETHER = r"""
CREATE FUNCTION searched_together(typed text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN searched_form(
    regexp_replace(letters_of(typed) COLLATE pg_c_utf8, '[^[:alnum:][:space:]\u0300-\u036F]+', '', 'g')
);
"""
# { | } come after z.
NORWEGIAN_ORDER = r"""
CREATE FUNCTION norwegian_order(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(regexp_replace(
    replace(replace(replace(
        translate(
            replace(replace(replace(replace(replace(replace(
                regexp_replace(letters_of(name) COLLATE pg_c_utf8, '[^[:alnum:]\u0300-\u036F]+', ' ', 'g'),
                U&'a\030A', '}'), U&'a\0308', '{'), U&'o\0308', '|'), U&'o\030B', '|'), U&'u\0308', 'y'), U&'u\030B', 'y'),
            'æøđðłŋŧħı', '{|ddlnthi'
        ),
        'œ', 'oe'), 'ß', 'ss'), 'þ', 'th') COLLATE pg_c_utf8,
    '[\u0300-\u036F]+', '', 'g')) || chr(1) || lower(name COLLATE pg_c_utf8);
"""
FUNCTIONS = {
    "letters_of": LETTERS_OF,
    "searched_form": SEARCHED_FORM,
    "searched_together": SEARCHED_TOGETHER,
    "norwegian_order": NORWEGIAN_ORDER,
}


class Migration(migrations.Migration):
    dependencies = [("organisations", "0002_in_sql")]

    operations = [
        *(migrations.RunSQL(sql, f"DROP FUNCTION {name}(text)") for name, sql in FUNCTIONS.items()),
        migrations.AlterModelOptions(
            name="company",
            options={
                "ordering": [ground.names.NorwegianOrder("name"), "pk"],
                "verbose_name": "selskap",
                "verbose_name_plural": "selskaper",
            },
        ),
        migrations.AlterModelOptions(
            name="firm",
            options={
                "ordering": [ground.names.NorwegianOrder("name"), "pk"],
                "verbose_name": "byrå",
                "verbose_name_plural": "byråer",
            },
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(ground.names.NorwegianOrder("name"), models.F("id"), name="company_by_name"),
        ),
    ]
