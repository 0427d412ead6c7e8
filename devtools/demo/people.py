"""People who can sign in, all with the one password of the demo."""

from allauth.account.models import EmailAddress

from devtools.demo.stage import Stage
from organisations.models import User


def make_user(stage: Stage, email: str, name: str, *, phone: str = "", is_platform: bool = False) -> User:
    user = User.objects.create(
        email=email,
        name=name,
        phone=phone,
        password=stage.password,
        is_staff=is_platform,
        is_superuser=is_platform,
        date_joined=stage.ago(760),
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    stage.users[email] = user
    return user
