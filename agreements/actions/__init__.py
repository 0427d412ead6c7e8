"""The deeds with a running agreement: lock, load, verb, store, tell. One file per deed."""

from agreements.actions.answer_change import answer_change, take_back_change
from agreements.actions.cancel_subscription import cancel_subscription, resume_subscription
from agreements.actions.change_subscription import change_payer, change_period, change_variant
from agreements.actions.change_task import change_task
from agreements.actions.end_collaboration import check_last_day, end_collaboration, plan_end, take_back_end
from agreements.actions.open_service import open_service
from agreements.actions.record_agreement import correct_agreement, record_agreement, take_back_agreement
from agreements.actions.refusals import PageIsStale, TermsNotAccepted
from agreements.actions.renew_subscriptions import renew_subscriptions, send_renewal_notices
from agreements.actions.send_access_notices import send_access_notice, send_access_notices
from agreements.actions.start_subscription import start_subscription

__all__ = [
    "PageIsStale",
    "TermsNotAccepted",
    "answer_change",
    "cancel_subscription",
    "change_payer",
    "change_period",
    "change_task",
    "change_variant",
    "check_last_day",
    "correct_agreement",
    "end_collaboration",
    "open_service",
    "plan_end",
    "record_agreement",
    "renew_subscriptions",
    "resume_subscription",
    "send_access_notice",
    "send_access_notices",
    "send_renewal_notices",
    "start_subscription",
    "take_back_agreement",
    "take_back_change",
    "take_back_end",
]
