"""The deeds with a request: locks first, then checks, then writes, then mail. One file per deed, folders by subject."""

from agreements.actions.refusals import PageIsStale, TermsNotAccepted
from collaboration.actions.alerts.choose_alert_emails import choose_alert_emails
from collaboration.actions.alerts.read_alerts import read_alert, read_all_alerts
from collaboration.actions.alerts.send_alert_digests import send_alert_digests
from collaboration.actions.answering.approve_activation import approve_activation, check_decider, check_settled
from collaboration.actions.answering.decline_activation import decline_activation
from collaboration.actions.asking.draft import discard_draft, discard_old_drafts, refresh_scenario, save_answers
from collaboration.actions.asking.expire_activations import expire_activations
from collaboration.actions.asking.send_activation import ScenarioChanged, Stopped, send_activation
from collaboration.actions.asking.start_activation import change_activation, restart_activation, start_activation
from collaboration.actions.asking.withdraw_activation import withdraw_activation
from collaboration.actions.firm.close_task import close_task, reopen_task
from collaboration.actions.firm.deactivate_client import activate_client, deactivate_client
from collaboration.actions.firm.deactivate_employee import deactivate_employee
from collaboration.actions.firm.edit_client import edit_client
from collaboration.actions.link.accept_place_by_link import accept_place_by_link
from collaboration.actions.link.disown_activation import disown_activation
from collaboration.actions.link.forward_activation import check_message, forward_activation, issue_forward_code
from collaboration.actions.link.request_new_link import request_new_link
from collaboration.actions.link.see_activation import see_activation
from collaboration.actions.register.compare_clients import compare_clients
from collaboration.actions.register.take_over_from_register import take_over_from_register
from collaboration.actions.reminders.send_due_reminders import send_due_reminders
from collaboration.actions.repair.answer_forward_proposal import answer_forward_proposal
from collaboration.actions.repair.correct_address import correct_address
from collaboration.actions.repair.react_to_bounces import react_to_bounces
from collaboration.actions.repair.resend_activation import resend_activation
from collaboration.actions.settling.settle_company import clear_disputes, settle_company

__all__ = [
    "PageIsStale",
    "ScenarioChanged",
    "Stopped",
    "TermsNotAccepted",
    "accept_place_by_link",
    "activate_client",
    "answer_forward_proposal",
    "approve_activation",
    "change_activation",
    "check_decider",
    "check_message",
    "check_settled",
    "choose_alert_emails",
    "clear_disputes",
    "close_task",
    "compare_clients",
    "correct_address",
    "deactivate_client",
    "deactivate_employee",
    "decline_activation",
    "discard_draft",
    "discard_old_drafts",
    "disown_activation",
    "edit_client",
    "expire_activations",
    "forward_activation",
    "issue_forward_code",
    "react_to_bounces",
    "read_alert",
    "read_all_alerts",
    "refresh_scenario",
    "reopen_task",
    "request_new_link",
    "resend_activation",
    "restart_activation",
    "save_answers",
    "see_activation",
    "send_activation",
    "send_alert_digests",
    "send_due_reminders",
    "settle_company",
    "start_activation",
    "take_over_from_register",
    "withdraw_activation",
]
