"""gunicorn's settings file, for what its options cannot say. It runs before gunicorn loads the program."""

from __future__ import annotations

import signal

# Until gunicorn has a handler of its own, Ctrl-C ends it at once. Python's would print a traceback.
# gunicorn reads this file again on SIGHUP, when it must keep its handler.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
