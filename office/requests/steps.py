"""The wizard's pages: which there are for a draft, and where one is."""

from collaboration.models import Activation

AGREEMENT, CHECK = "activation-agreement", "activation-check"


def pages_of(activation: Activation) -> list[str]:
    """Scenario 1 is one page: task, findings, Aktiver. The others fill in the agreement first."""
    return [CHECK] if activation.keeps_agreement else [AGREEMENT, CHECK]


def first_page(activation: Activation) -> str:
    return pages_of(activation)[0]


def is_agreement_complete(activation: Activation) -> bool:
    """Whether the agreement's page has been answered, so that the check has something to check."""
    if activation.keeps_agreement:
        return True
    return bool(activation.task_id and activation.payer and activation.period_months)
