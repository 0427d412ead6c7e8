"""The approval form where another firm collaborates already: keep it, or choose its last day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collaboration import actions
from collaboration.hand_over import HandOver, asks_payer
from collaboration.models import Collaboration
from collaboration.offers import Offer
from collaboration.sentences import last_day
from ground.refusals import NotAllowed
from my_services.forms import ApprovalForm


class HandOverForm(ApprovalForm):
    """`others` are the collaborations that there are; who is to pay is asked where one of their firms pays today."""

    says_optional = False
    CHOICES = ("hand_over", "siste", "payer")  # what comes back with the page

    hand_over = forms.ChoiceField(
        label=_("Byrået dere har"),
        # __init__ says which; organisations.forms.typed tells by these what was chosen in a form not taken
        choices=[("keep", _("Behold"))],
        widget=forms.RadioSelect,
        required=False,
        initial="keep",
    )
    siste = forms.DateField(
        label=_("Siste dag med byrået dere har"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "narrow"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Datoen er ikke gyldig.")},
    )
    payer = forms.ChoiceField(
        label=_("Hvem skal betale fra neste periode?"),
        choices=[
            ("company", _("Selskapet")),
            ("firm", _("Byrået som spør")),
        ],  # for organisations.forms.typed, as above
        widget=forms.RadioSelect,
        required=False,
        initial="company",
    )
    field_order = ("shown", *CHOICES)

    def __init__(self, offer: Offer, others: Sequence[Collaboration], *args: Any, **kwargs: Any) -> None:
        super().__init__(offer, *args, **kwargs)
        assert offer.subscription  # others collaborate in it
        self.offer, self.others = offer, {str(one.pk): one for one in others}
        fields: dict[str, Any] = self.fields
        fields["hand_over"].choices = [("keep", keep_in_words(others)), *map(end_choice, others)]
        fields["siste"].widget.attrs["min"] = offer.today.isoformat()
        self.paying = {pk for pk, one in self.others.items() if asks_payer(offer.subscription, one, day=offer.today)}
        if self.paying:
            firm = offer.activation.firm.name
            fields["payer"].choices = [
                ("company", gettext("%(company)s") % {"company": offer.subscription.company.name}),
                ("firm", gettext("%(firm)s, som må si ja først") % {"firm": firm}),
            ]
            fields["payer"].help_text = gettext(
                "%(firm)s betaler i dag, og perioden som er betalt, blir ikke endret."
            ) % {"firm": self.others[min(self.paying)].firm.name}
        else:
            del fields["payer"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if self.is_hand_over and "siste" not in self.errors:
            self.check_day(answers.get("siste"))
        return answers

    def check_day(self, day: date | None) -> None:
        if day is None:
            self.add_error("siste", gettext("Velg en dag."))
            return
        try:
            actions.check_last_day(day, today=self.offer.today)
        except NotAllowed as refusal:
            self.add_error("siste", refusal.sentence)

    @property
    def is_hand_over(self) -> bool:
        return self.cleaned_data.get("hand_over") in self.others

    def chosen(self, *, shown: str | None = None) -> HandOver | None:
        """What was chosen, of a valid form; None: all are kept."""
        if not self.is_hand_over:
            return None
        pk = self.cleaned_data["hand_over"]
        payer = self.offer.activation.firm if pk in self.paying and self.cleaned_data["payer"] == "firm" else None
        on = self.cleaned_data["siste"] + timedelta(days=1)
        return HandOver(self.others[pk], on, payer, shown)


def keep_in_words(others: Sequence[Collaboration]) -> str:
    """The choice that changes nothing. Of a firm with a last day already it tells the day instead of keeping it."""
    leaving = [
        gettext("%(firm)s slutter som avtalt, siste dag er %(day)s")
        % {"firm": one.firm.name, "day": last_day(one.ends_on)}
        for one in others
        if one.ends_on
    ]
    if not leaving:
        return gettext("Behold begge") if len(others) == 1 else gettext("Behold alle")
    return "; ".join(leaving if len(leaving) == len(others) else [*leaving, gettext("de andre beholdes")])


def end_choice(collaboration: Collaboration) -> tuple[str, str]:
    words = (
        gettext("Velg en annen siste dag for %(firm)s")
        if collaboration.ends_on
        else gettext("Velg en siste dag for %(firm)s")
    )
    return str(collaboration.pk), words % {"firm": collaboration.firm.name}
