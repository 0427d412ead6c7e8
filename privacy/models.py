"""The record of an erasure, which is all that is left to say of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisations.models import User


class Person(User):
    """A user as the admin's pages of privacy list it."""

    class Meta:
        proxy = True
        verbose_name = _("person")
        verbose_name_plural = _("innsyn og sletting")


class Erasure(models.Model):
    """When a person was erased and how many rows of each kind were blanked; never who it was."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("bruker"),
        help_text=_("Den tomme raden som er igjen. Uten: adressen hadde ingen bruker."),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("av"),
        help_text=_("Uten: klokka, da tiden var ute, eller en kommando på serveren."),
    )
    erased_at = models.DateTimeField(_("slettet"))
    counts = models.JSONField(_("rader"), default=dict)

    class Meta:
        verbose_name = _("sletting")
        verbose_name_plural = _("slettinger")
        ordering = ["-erased_at", "-pk"]

    def __str__(self) -> str:
        return str(self.pk)
