"""qsub, qstat, … by the name that it is called: hands the call to the server in the folder that PBS_PLAYED names."""

import json
import os
import socket
import sys

program = os.path.basename(sys.argv[0])
call = {
    "argv": [program, *sys.argv[1:]],
    "cwd": os.getcwd(),
    "env": dict(os.environ),
    "input": sys.stdin.read() if program == "qsub" else "",
}
server = socket.socket(socket.AF_UNIX)
try:
    server.connect(os.path.join(os.environ.get("PBS_PLAYED", ""), "socket"))
except OSError:
    sys.exit(f"{program}: cannot connect to server played (errno=15007)")
with server.makefile("rw") as stream:
    stream.write(json.dumps(call) + "\n")
    stream.flush()
    answer = json.loads(stream.read())
sys.stdout.write(answer["out"])
sys.stderr.write(answer["err"])
sys.exit(answer["status"])
