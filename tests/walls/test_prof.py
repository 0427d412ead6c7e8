import cProfile
import pstats
import time

import pytest

pytestmark = pytest.mark.django_db


def test_p(db):
    from tests.walls import crawl

    t = time.process_time()
    w = time.time()
    v, m = crawl.walk_through()
    print("CPU", time.process_time() - t, "wall", time.time() - w, len(v))
    p = cProfile.Profile(time.process_time)
    p.enable()
    crawl.walk_through()
    p.disable()
    pstats.Stats(p).sort_stats("cumtime").print_stats(110)
