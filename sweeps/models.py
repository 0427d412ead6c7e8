"""What a sweep remembers from one run to the next."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _


class SetAsideQuerySet(models.QuerySet):
    def of_outer_row(self, sweep: str, key: tuple[str, ...], at: datetime) -> "SetAsideQuerySet":
        """For `Exists`: whether the outer row, known by the columns of `key`, is left alone until after the hour."""
        parts: list[Any] = []
        for name in key:
            parts += [Value(":"), Cast(OuterRef(name), models.TextField())]
        known_by = Concat(Value(""), *parts[1:], output_field=models.TextField())
        return self.filter(sweep=sweep, until__gt=at).annotate(outer=known_by).filter(row=F("outer"))


class SetAside(models.Model):
    """A row that a sweep could not do: it is left alone until an hour, so that it keeps nobody else waiting."""

    sweep = models.CharField(_("feiing"), max_length=60)
    row = models.CharField(_("rad"), max_length=60)
    failures = models.PositiveSmallIntegerField(_("forsøk"), default=1)
    reason = models.TextField(_("grunn"))
    failed_at = models.DateTimeField(_("feilet"))
    until = models.DateTimeField(_("neste forsøk"))

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        verbose_name = _("rad lagt til side")
        verbose_name_plural = _("rader lagt til side")
        constraints = [models.UniqueConstraint(fields=["sweep", "row"], name="set_aside_once")]

    def __str__(self) -> str:
        return f"{self.sweep} {self.row}"


class Position(models.Model):
    """How far a sweep that goes round has come: the last row of its latest run, empty at the end of the round."""

    sweep = models.CharField(_("feiing"), max_length=60, primary_key=True)
    row = models.CharField(_("rad"), max_length=60)

    class Meta:
        verbose_name = _("sted i runden")
        verbose_name_plural = _("steder i runden")

    def __str__(self) -> str:
        return f"{self.sweep} {self.row}"
