"""Redis as a cache that may be away: nothing of value lives in it, so its absence is a miss and never an error."""

import logging
import time

import redis
from django.core.cache.backends.redis import RedisCache

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 10


class ForgivingRedisCache(RedisCache):
    """Answers from Redis, or as an empty cache for PAUSE_SECONDS after a failure, so that no page waits twice."""

    _away_until = 0.0

    @classmethod
    def forget_outage(cls) -> None:
        """Ask Redis again at once."""
        ForgivingRedisCache._away_until = 0.0

    def _or_miss(self, operation, miss, *args, **kwargs):
        if time.monotonic() < ForgivingRedisCache._away_until:
            return miss
        try:
            return operation(*args, **kwargs)
        except redis.RedisError as error:
            ForgivingRedisCache._away_until = time.monotonic() + PAUSE_SECONDS
            logger.warning("the cache is away: %s", error)
            return miss

    def add(self, *args, **kwargs):
        return self._or_miss(super().add, True, *args, **kwargs)

    def get(self, key, default=None, version=None):
        return self._or_miss(super().get, default, key, default, version=version)

    def set(self, *args, **kwargs):
        return self._or_miss(super().set, None, *args, **kwargs)

    def touch(self, *args, **kwargs):
        return self._or_miss(super().touch, False, *args, **kwargs)

    def delete(self, *args, **kwargs):
        return self._or_miss(super().delete, False, *args, **kwargs)

    def get_many(self, *args, **kwargs):
        return self._or_miss(super().get_many, {}, *args, **kwargs)

    def set_many(self, data, *args, **kwargs):
        return self._or_miss(super().set_many, list(data), data, *args, **kwargs)

    def delete_many(self, *args, **kwargs):
        return self._or_miss(super().delete_many, None, *args, **kwargs)

    def has_key(self, *args, **kwargs):
        return self._or_miss(super().has_key, False, *args, **kwargs)

    def incr(self, key, delta=1, version=None):
        return self._or_miss(super().incr, delta, key, delta, version=version)
