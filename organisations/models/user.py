"""A person who signs in. The e-mail is the name, in its one form."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ground.mail_addresses import find_form, in_its_form
from ground.stored_names import IsNFC


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=find_form(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=find_form(email or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """One sign-in per person, however many firms and companies the person belongs to."""

    class Language(models.TextChoices):
        NORWEGIAN = "nb", "Norsk bokmål"
        ENGLISH = "en", "English"

    email = models.EmailField(_("e-post"), unique=True)
    name = models.CharField(_("navn"), max_length=150)
    phone = models.CharField(_("telefon"), max_length=30, blank=True)
    language = models.CharField(_("språk"), max_length=2, choices=Language, default=Language.NORWEGIAN)
    is_active = models.BooleanField(_("aktiv"), default=True)
    is_staff = models.BooleanField(_("plattformadministrator"), default=False)
    date_joined = models.DateTimeField(_("opprettet"), default=timezone.now)

    # Of one who is only invited: the firm or company, whose name makes no password either.
    place_names: tuple[str, ...] = ()

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("bruker")
        verbose_name_plural = _("brukere")
        constraints = [
            models.CheckConstraint(condition=in_its_form("email"), name="user_email_in_its_form"),
            models.CheckConstraint(condition=IsNFC("name"), name="user_name_nfc"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]
