"""A firm's clients, their contacts and the tasks the firm does for them."""

from clients.models.client import Client, Contact, LastChange, Listing
from clients.models.task import Task, TaskParticipant, TaskType

__all__ = ["Client", "Contact", "LastChange", "Listing", "Task", "TaskParticipant", "TaskType"]
