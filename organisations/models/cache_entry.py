"""What Django's cache keeps: how often something was tried, and which codes are used. Only here, never in Redis."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class CacheEntryQuerySet(models.QuerySet["CacheEntry"]):
    def expired(self, at: datetime) -> "CacheEntryQuerySet":
        return self.filter(expires__lt=at)


class CacheEntry(models.Model):
    """The table of settings.CACHES, with the columns that `createcachetable` gives it; django.core.cache writes it."""

    cache_key = models.CharField(_("nøkkel"), max_length=255, primary_key=True)
    value = models.TextField(_("verdi"))
    expires = models.DateTimeField(_("utløper"), db_index=True)

    objects = CacheEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("telling eller brukt kode")
        verbose_name_plural = _("tellinger og brukte koder")

    def __str__(self) -> str:
        return self.cache_key
