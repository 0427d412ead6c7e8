"""Hand over: who approves another firm may end the one it has, from a day. The caller holds the locks."""

from datetime import datetime

from django.utils.translation import gettext as _

from collaboration.actions.agreement_changes import open_change
from collaboration.actions.end_collaboration import check_last_day, find_active, set_end
from collaboration.actions.locks import Agreement
from collaboration.actions.refusals import check_foretold
from collaboration.hand_over import HandOver, asks_payer
from collaboration.models import Collaboration
from collaboration.outlook import outlook_of_hand_over
from collaboration.plans import plan_payer
from history.clock import oslo_date
from organisations.models import CompanyUser, Firm
from organisations.refusals import NotAllowed


def check_hand_over(agreement: Agreement | None, hand_over: HandOver, *, to: Firm, at: datetime) -> Collaboration:
    """The collaboration that is to end, locked. Raises NotAllowed; PageIsStale when it brings what was not shown."""
    if agreement is None:
        raise NotAllowed(_("Samarbeidet er allerede avsluttet."))
    old, day = find_active(agreement, hand_over.collaboration), oslo_date(at)
    check_last_day(hand_over.last_day, today=day)
    if old.firm_id == to.pk or (hand_over.payer is not None and hand_over.payer.pk != to.pk):
        raise NotAllowed(_("Fakturamottakeren må være selskapet eller byrået dere godkjenner."))
    check_foretold(
        hand_over.shown, lambda: outlook_of_hand_over(agreement.subscription, hand_over, reader=None, day=day)
    )
    return old


def carry_out(agreement: Agreement, hand_over: HandOver, old: Collaboration, *, by: CompanyUser, at: datetime) -> None:
    """An ordinary dated end, and where the old firm pays, an ordinary change of payer; both can be taken back."""
    is_to_pay = asks_payer(agreement.subscription, old)
    set_end(agreement, old, on=hand_over.on, by=by, at=at)
    if is_to_pay:
        plan = plan_payer(agreement.subscription, hand_over.payer, asking=None, day=oslo_date(at))
        open_change(agreement, plan, by=by, at=at)
