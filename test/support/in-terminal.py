"""Runs a program in a pseudo-terminal: in-terminal.py COLUMNS ROWS PROGRAM [WORD...]

What the program prints goes to stdout. Lines on stdin say what happens to it: "size COLUMNS ROWS", "signal NUMBER",
"type TEXT" (JSON). The last line on stderr is its exit code, negative after a signal.
"""

import fcntl, json, os, pty, select, signal, struct, sys, termios


def resize(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))


columns, rows, *argv = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    resize(0, columns, rows)
    os.execvp(argv[0], argv)

said = b""
sources = [terminal, 0]
while terminal in sources:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:
            data = b""
        if data == b"":
            sources.remove(source)
        elif source == terminal:
            os.write(1, data)
        else:
            *lines, said = (said + data).split(b"\n")
            for line in lines:
                word, _, rest = line.decode().partition(" ")
                if word == "size":
                    resize(terminal, *rest.split())
                elif word == "signal":
                    os.kill(pid, int(rest))
                elif word == "type":
                    os.write(terminal, json.loads(rest).encode())

print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), file=sys.stderr)
