"""Hand over: who approves another firm may end the one it has, from a day. The caller holds the locks."""

from datetime import datetime

from django.utils.translation import gettext as _

from agreements.rules import verbs
from agreements.rules.facts import Outcome
from agreements.rules.values import Party, Seat
from collaboration.actions.agreement_store import store
from collaboration.actions.end_collaboration import check_last_day, find_active
from collaboration.actions.locks import Agreement
from collaboration.actions.refusals import check_foretold
from collaboration.agreement_refusals import in_words
from collaboration.hand_over import HandOver, foretell_hand_over, payer_of
from collaboration.models import Collaboration
from ground.clock import oslo_date
from ground.refusals import NotAllowed
from organisations.models import CompanyUser, Firm


def check_hand_over(agreement: Agreement | None, hand_over: HandOver, *, to: Firm, at: datetime) -> Collaboration:
    """The collaboration that is to end, locked. Raises NotAllowed; PageIsStale when it brings what was not shown."""
    if agreement is None:
        raise NotAllowed(_("Samarbeidet er allerede avsluttet."))
    old, day = find_active(agreement, hand_over.collaboration), oslo_date(at)
    check_last_day(hand_over.last_day, today=day)
    if old.firm_id == to.pk or (hand_over.payer is not None and hand_over.payer.pk != to.pk):
        raise NotAllowed(_("Fakturamottakeren må være selskapet eller byrået dere godkjenner."))
    check_foretold(hand_over.shown, foretell_hand_over(agreement.value, hand_over, day=day), day=day)
    return old


def carry_out(
    agreement: Agreement, hand_over: HandOver, old: Collaboration, new: Collaboration, *, by: CompanyUser, at: datetime
) -> None:
    """An ordinary dated end, and where the old firm pays, an ordinary change of payer; both can be taken back."""
    agreement.collaborations.append(new)
    agreement.loaded.names.know([new.firm])
    joined = verbs.join(agreement.value, Seat(new.pk, Party(new.firm_id)))
    with in_words():
        outcome: Outcome = verbs.hand_over(joined, old.pk, hand_over.on, payer=payer_of(hand_over), day=oslo_date(at))
    store(agreement, outcome, by=by, at=at)
