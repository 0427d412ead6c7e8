"""The forms of a page as a browser reads them: what stands in each, and what it would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

WORDS = {"email": "ny@eksempel.example", "date": "2027-01-01", "number": "7", "tel": "90 00 00 00"}
UNSENT = {"submit", "button", "reset", "image"}


@dataclass
class Control:
    """One control; of a radio, a box or an option of a list `is_chosen` tells whether it is sent."""

    name: str
    kind: str
    value: str
    is_chosen: bool = True


@dataclass
class Form:
    action: str
    method: str
    controls: list[Control] = field(default_factory=list)

    def sent(self) -> dict[str, list[str]]:
        """What the browser would send with the form as it stands; the button that is pressed apart."""
        return pairs(control for control in self.controls if control.is_chosen and control.kind not in UNSENT)

    def visible(self) -> dict[str, list[str]]:
        """The same without the hidden fields."""
        chosen = (control for control in self.controls if control.is_chosen)
        return pairs(control for control in chosen if control.kind not in {*UNSENT, "hidden"})

    def has_something_to_fill_in(self) -> bool:
        return any(control.kind not in {*UNSENT, "hidden"} for control in self.controls)

    def fill_in(self, word: str) -> None:
        """Write the word into every text, and choose the last of everything there is to choose."""
        for control in self.controls:
            if control.kind in ("radio", "option"):
                alike = [one for one in self.controls if (one.name, one.kind) == (control.name, control.kind)]
                control.is_chosen = control is alike[-1]
            elif control.kind == "checkbox":
                control.is_chosen = True
            elif control.kind not in {*UNSENT, "hidden"}:
                control.value = WORDS.get(control.kind, word)


def pairs(controls) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for control in controls:
        found.setdefault(control.name, []).append(control.value)
    return found


def forms_of(page: str, address: str) -> list[Form]:
    """The forms that are sent by POST; `address` is the page's own."""
    return [form for form in Reader(page, address).forms if form.method == "post"]


def form_to(action: str, page: str, address: str) -> Form:
    """The page's form that is sent there, whatever stands behind the ? of either."""
    path = urlsplit(action).path
    found = [form for form in forms_of(page, address) if urlsplit(form.action).path == path]
    assert found, f"no form to {path} on {address}"
    return found[0]


class Reader(HTMLParser):
    def __init__(self, page: str, address: str) -> None:
        super().__init__()
        self.address, self.forms = address, []
        self.form: Form | None = None
        self.text: Control | None = None
        self.choice = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.address, values.get("action") or self.address)
            self.form = Form(action, values.get("method", "get").lower())
            self.forms.append(self.form)
        elif self.form is not None:
            self.read_control(tag, values)

    def read_control(self, tag: str, values: dict[str, str]) -> None:
        name, kind = values.get("name", ""), values.get("type", "text" if tag == "input" else "submit")
        if tag == "select":
            self.choice = name
        elif tag == "option" and self.choice and values.get("value"):
            self.add(Control(self.choice, "option", values["value"], "selected" in values))
        elif tag == "textarea" and name:
            self.text = self.add(Control(name, "textarea", ""))
        elif tag in ("input", "button") and name:
            is_chosen = kind not in ("radio", "checkbox") or "checked" in values
            self.add(Control(name, kind, values.get("value", "on" if kind == "checkbox" else ""), is_chosen))

    def add(self, control: Control) -> Control:
        assert self.form is not None
        self.form.controls.append(control)
        return control

    def handle_data(self, data):
        if self.text is not None:
            self.text.value += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "textarea" and self.text is not None:
            self.text.value = self.text.value.removeprefix("\n").removeprefix("\r\n")
            self.text = None
        elif tag == "select":
            self.choice = ""
