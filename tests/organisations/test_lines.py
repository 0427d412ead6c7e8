"""What is typed on one line: nothing that nobody sees, nothing that draws over other lines, every language whole."""

import pytest

from organisations.lines import MOST_MARKS, clean_line, clean_lines


@pytest.mark.parametrize(
    "unseen",
    ["", " ", "\u00a0", "\u200b", "\u2060\u200b", "\u00ad", "\u3164", "\u115f\u1160", "\uffa0", "\u2800", "\u202e",
     "\u200d", "\u200c\u200d", "\ufe0f", "\u034f", "\u180e", "\ufeff", "\U000e0041", "\u0301", "\u0301" * 10],
)  # fmt: skip
def test_what_nobody_sees_is_nothing(unseen):
    assert clean_line(unseen) == ""


@pytest.mark.parametrize("hidden", ["\u200b", "\u2060", "\u00ad", "\u3164", "\ufe0f", "\u202e", "\u034f", "\U000e0061"])
def test_what_is_hidden_in_a_name_is_taken_out(hidden):
    assert clean_line(f"An{hidden}ne{hidden} {hidden} Vik{hidden}") == "Anne Vik"


@pytest.mark.parametrize(
    "name",
    [
        "Nguye\u0302\u0303n Thi\u0323 Ho\u0302\u0300ng",  # Vietnamese, its marks apart
        "Nguyễn Thị Hồng",
        "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd \u05e9\u05bc\u05c2\u05b8\u05e8\u05b8\u05d4",  # Hebrew with niqqud
        "\u0915\u094d\u0937\u093f\u0924\u093f\u091c",  # Devanagari
        "\u0930\u093e\u091c\u094d\u200d\u092f",  # a joiner after a virama
        "\u0d05\u0d35\u0d28\u0d4d\u200d",  # Malayalam, one that ends a word
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian
        "\u1019\u103c\u103d\u103e\u1031\u1037",  # Burmese
        "\u0e19\u0e49\u0e33\u0e1d\u0e19",  # Thai
        "\u845b\U000e0100\u57ce",  # a Japanese name in its own shape
        "عمر",
    ],
)
def test_a_name_of_any_script_stays_as_it_is(name):
    assert clean_line(name) == name


@pytest.mark.parametrize(
    "emoji",
    ["🧁", "👩‍👩‍👧‍👦", "👩🏽‍🌾", "🏳️‍🌈", "❤️‍🔥", "👁️‍🗨️", "1️⃣", "🇳🇴", "🏴‍☠️", "🧔🏻‍♂️", "🙂‍↔️",
     "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"],
)  # fmt: skip
def test_an_emoji_stays_whole(emoji):
    assert clean_line(f"Bakeri {emoji} AS") == f"Bakeri {emoji} AS"


def test_no_letter_carries_more_marks_than_writing_needs():
    typed = "Z" + "\u0301" * 140 + "a" + "\u20dd" * 3

    assert clean_line(typed) == "Z" + "\u0301" * MOST_MARKS + "a" + "\u20dd" * 3


def test_lines_stay_lines_without_what_nobody_sees():
    assert clean_lines(" Ring\u202e meg.\r\n\r\n  Hilsen\u200b Anne \n") == "Ring meg.\n\n  Hilsen Anne"
