"""Several hands at the same moment."""

from __future__ import annotations

import threading

from django.db import connection


def at_once(*jobs):
    """Run the jobs at the same moment, each on a connection of its own; their results or problems."""
    barrier, results = threading.Barrier(len(jobs)), []

    def run(job):
        try:
            barrier.wait(10)
            results.append(job())
        except Exception as problem:
            results.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
