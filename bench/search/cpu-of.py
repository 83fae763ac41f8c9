"""Runs a program and writes the CPU seconds that it and its children took: `cpu-of.py FILE PROGRAM ARGUMENTS…`."""

import resource
import signal
import subprocess
import sys

signal.signal(signal.SIGTERM, signal.SIG_IGN)
program = subprocess.Popen(sys.argv[2:], preexec_fn=lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL))
status = program.wait()
taken = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as file:
    print(taken.ru_utime + taken.ru_stime, file=file)
sys.exit(status if status >= 0 else 128 - status)
