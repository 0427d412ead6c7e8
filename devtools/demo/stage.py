"""What has been made of the demo so far, and the hours at which things happened."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from clients.models import Client
from ground.clock import OSLO, Clock, oslo_date
from organisations.models import Company, Employee, User


@dataclass
class Stage:
    """Rows by the names that the cast uses."""

    now: datetime
    password: str  # hashed
    employees: dict[str, Employee] = field(default_factory=dict)  # by e-mail
    users: dict[str, User] = field(default_factory=dict)  # by e-mail
    clients: dict[tuple[str, int], Client] = field(default_factory=dict)  # by firm's slug and number
    companies: dict[int, Company] = field(default_factory=dict)  # by number

    @property
    def today(self) -> date:
        return oslo_date(self.now)

    def ago(self, days: int, number: int = 0) -> datetime:
        """An hour of that day in Oslo, so many days before the load; `number` spreads the clients over the day."""
        day = self.now.astimezone(OSLO) - timedelta(days=days)
        return day.replace(hour=8 + number % 7, minute=number * 7 % 60, second=number % 60, microsecond=0)


def at_hour(at: datetime) -> Clock:
    """A clock that stands still."""
    return lambda: at
