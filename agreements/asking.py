"""What an agreement needs of the request by which a firm came into it. The request itself lies in the room above."""

from typing import Any, Protocol

from agreements.models import Collaboration
from clients.models import Client, Task
from organisations.models import Employee, Firm
from subscriptions.models import Service

# The label by which events and alerts name a request.
OF_REQUEST: str = Collaboration._meta.get_field("activation").related_model._meta.label_lower


class Asking(Protocol):
    """Who asked, for which client, with which task."""

    pk: Any

    @property
    def firm(self) -> Firm: ...

    @property
    def firm_id(self) -> int: ...

    @property
    def client(self) -> Client: ...

    @property
    def service(self) -> Service: ...

    @property
    def task(self) -> Task | None: ...

    @property
    def requested_by(self) -> Employee | None: ...

    @property
    def requested_by_id(self) -> int | None: ...
