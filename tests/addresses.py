"""Addresses as nobody should type them, and as some do: for every door that takes one."""

import unicodedata

from hypothesis import strategies as st

# All of them name the mailbox of `nina@ås.example`.
ONE_MAILBOX = [
    "nina@ås.example", "nina@ÅS.example", "NINA@Ås.EXAMPLE", " nina@ås.example ", "nina@a\u030as.example",
    "nina@\u212bs.example", "nina@xn--s-1fa.example", "nina@XN--S-1FA.example", "ni\u200bna@ås.example",
    "nina@å\u200bs.example", "\u202enina@ås.example", "nina@ås\u00ad.example", "\ufeffnina@ås.example",
    "nina@ås.exam\u2060ple\u200f", "nina@å\ufe0fs.example",
]  # fmt: skip
FORM = "nina@xn--s-1fa.example"
SHOWN = "nina@ås.example"

# No mail goes to any of these.
NO_ADDRESSES = [
    "", " ", "anne", "@", "@x.example", "anne@", "anne@localhost", "anne@x", "anne@x.1", "anne@1.2.3.4",
    "anne@[127.0.0.1]", "anne@[::1]", "anne@b@x.example", "anne@x..example", "anne@.example", "anne@x.example.",
    ".anne@x.example", "an..ne@x.example", "anne@-x.example", "anne@x-.example", "anne@x_y.example", "anne@x y.example",
    "an ne@x.example", '"anne"@x.example', '"an ne"@x.example', "Anne <anne@x.example>", "anne@x.example,bo@y.example",
    "anne@x.example\r\nBcc: bo@y.example", "anne\x00@x.example", "anne@x\x00.example", "\x00", "\u200b",
    "\u202e@\u202e", "kåre@x.example", "bo\u017fs@x.example", "\u212aari@x.example", "anne\uff20x.example",
    "anne@\uff41.example", "anne@x\uff0eexample", "anne@x\u3002example", "anne@\ufb01.example", "anne@\u017f.example",
    "anne@x\ufffd.example", "\ufffd@x.example", "anne@\u2603.example", "anne@🧁.example", "anne@xn--a.example",
    "anne@xn--.example", "anne@xn--vik-.example", "anne@xn--zzzzzz.example", "anne@xn--n3h.example",
    "anne@xn--ls8h.example", "anne@\u0661.example", "anne@\u05d0a1.example", "anne@\u0301\u0301.example",
    "anne@" + "a" * 64 + ".example", "anne@" + "å" * 60 + ".example", "anne@" + "xn--" + "a" * 70 + ".example",
    "a" * 65 + "@x.example", "a" * 200 + "@x.no", "a" * 250 + "@x.no",
    "anne@" + "x." * 130 + "no", "a" * 10_000 + "@x.example", "anne@" + "å" * 10_000 + ".example",
    "anne@" + "a." * 5_000 + "no", "\u200b" * 10_000 + "anne@x.example", "anne@x.example" + "\u0301" * 10_000,
    "\udcff@x.example", "anne@\ud800.example", "anne@x.example/login", "https://anne@x.example", "anne@x.example?a=b",
    "anne%40x.example", "anne@x.example\\", "anne\\u200b@x.example", "'--@x.exa'mple", "<script>@x.example",
]  # fmt: skip

# These are real ones, though they look strange.
STRANGE_ADDRESSES = [
    *ONE_MAILBOX, "o'brien+tag@blåbær.example", "anne@v\u0456k.example", "anne@\u05d0\u05d1.example",
    "anne@fa\u00df.example", "anne@\u03c2.example", "anne@\u0915\u094d\u0937.example", "anne@\u4f8b.example",
    "a" * 64 + "@x.no",
    "anne@" + "å" * 50 + ".example", "{}|~!#$%&*+-/=?^_`@x.example",
]  # fmt: skip

UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\ufeff\u00ad\u034f\u3164\ufe0f\U000e0061"
NAMES = st.text("abcXYZ019.+-_'" + UNSEEN + 'åſ\u212a "\\\x00', max_size=12)
DOMAINS = st.text("abæøåÅß.-xn--\u030a\u0301\uff0e\u3002\u0456\u05d0\ufb01\ufffd" + UNSEEN, max_size=16)


REAL_NAMES = st.text("annekarioNINA0189+_'-", min_size=1, max_size=12)
REAL_LABELS = st.one_of(
    st.text(alphabet, min_size=1, max_size=10)
    for alphabet in ("abcxyzæøåßéñþABCÆØÅÉ0189", "абвгд", "אבגדה", "例子文字", "กขคงจ")
)


@st.composite
def real_addresses(draw) -> str:
    """An address of somebody, in one of the spellings that people and programs use."""
    address = f"{draw(REAL_NAMES)}@{'.'.join(draw(st.lists(REAL_LABELS, min_size=1, max_size=3)))}.example"
    spelt = draw(st.sampled_from([str, str.upper, str.lower, lambda text: unicodedata.normalize("NFD", text)]))(address)
    place = draw(st.integers(0, len(spelt)))
    return spelt[:place] + draw(st.sampled_from(["", *UNSEEN])) + spelt[place:]


@st.composite
def typed_addresses(draw) -> str:
    """Text that a form may get: mostly nearly an address, now and then anything."""
    if draw(st.integers(0, 5)) == 0:
        return draw(st.text(max_size=60))
    return f"{draw(NAMES)}@{draw(DOMAINS)}{draw(st.sampled_from(['.example', '.no', '', '.']))}"
