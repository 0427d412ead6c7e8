"""An agreement between Ørsta Rør and Fjord, with Vidda beside, and the deeds as a page would do them."""

from collections.abc import Callable
from datetime import date, datetime, time
from types import SimpleNamespace

import pytest

from agreements import actions
from agreements.models import Collaboration
from agreements.plans import foretell, plan_payer, plan_period, plan_variant
from ground.clock import OSLO, oslo_date
from notifications.models import Alert, Email
from organisations.models import CompanyUser, Employee
from tests.conftest import NOON, make_client
from tests.stage import STAGE


def noon(day: date) -> Callable[[], datetime]:
    return lambda: datetime.combine(day, time(12), OSLO)


@pytest.fixture
def agreement(known, kari, sent, approve) -> Callable[..., SimpleNamespace]:
    """Smart for 12 months from 10 March 2026: agreement(payer="firm"). company, per, subscription, collaboration."""

    def made(payer: str = "company", months: int = 12, variant: str = "smart") -> SimpleNamespace:
        def make() -> SimpleNamespace:
            approve(sent(known.client, by=kari, payer=payer, months=months, variant=variant), by=known.administrator)
            Email.objects.all().delete()
            Alert.objects.all().delete()
            collaboration = Collaboration.objects.get()
            return SimpleNamespace(
                company=known.company, per=known.administrator, client=known.client,
                collaboration=collaboration, subscription=collaboration.subscription,
            )  # fmt: skip

        return STAGE.reach(("agreement", payer, months, variant), make)

    return made


@pytest.fixture
def join(sent, approve) -> Callable[..., Collaboration]:
    """Another firm comes in: join(case, nils)."""

    def joined(case: SimpleNamespace, lead: Employee) -> Collaboration:
        client = make_client(
            lead,
            name=case.company.name,
            org_number=case.company.org_number,
            contact_name=case.per.name,
            contact_email=case.per.email,
        )
        activation = approve(sent(client, by=lead), by=case.per)
        return Collaboration.objects.get(activation=activation)

    return joined


def party_of(by: Employee | CompanyUser) -> int | None:
    return by.firm_id if isinstance(by, Employee) else None


PLANS = {"variant": plan_variant, "payer": plan_payer, "months": plan_period}
DEEDS = {"variant": actions.change_variant, "payer": actions.change_payer, "months": actions.change_period}


def change(subscription, by, *, at=lambda: NOON, shown=None, **what):
    """change(subscription, kari, payer=None), of what a page shows at that hour."""
    ((kind, to),) = what.items()
    subscription.refresh_from_db()
    if shown is None:
        shown = PLANS[kind](subscription, to, asking=party_of(by), day=oslo_date(at())).fingerprint
    name = "firm" if kind == "payer" else kind
    return DEEDS[kind](subscription=subscription, by=by, shown=shown, clock=at, **{name: to})


def answer(change, by, accepts=True, *, at=lambda: NOON, shown=None):
    change.refresh_from_db()
    change.subscription.refresh_from_db()
    if shown is None:
        shown = foretell(change, day=oslo_date(at())).fingerprint if accepts and change.is_proposed else ""
    return actions.answer_change(change=change, accepts=accepts, by=by, shown=shown, clock=at)


def renew(day: date) -> int:
    return actions.renew_subscriptions(clock=noon(day))
