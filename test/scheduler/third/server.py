"""The server of a small batch system in the manner of PBS, for tests: it really runs jobs, as processes of this machine.

python3 server.py FOLDER [SLOTS]   listens on FOLDER/socket, for client.py

It knows arrays with a limit of running tasks, dependencies, holds, time limits, requeues, and what became of jobs.
A command is one line of JSON {argv, cwd, env, input}; the answer one of {out, err, status}.
"""

import json
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import time

NAME = "played"
TICK_S = 0.05
KILL_DELAY_S = 20


class Refusal(Exception):
    """What a program says instead of doing what it was asked."""


class Task:
    def __init__(self, job, index):
        self.job, self.index = job, index
        self.state = "Q"
        self.runs = []  # of those that ended: what is on record of them
        self.process = None
        self.started = self.ended = 0.0
        self.why = None  # it is being ended for that
        self.kill_at = None
        self.held = job.held

    def name(self):
        return f"{self.job.id}.{NAME}" if self.index is None else f"{self.job.id}[{self.index}].{NAME}"

    def end(self, status, why=None):
        self.state, self.ended = "F", time.time()
        self.runs.append({"started": self.started, "ended": self.ended, "status": status, "why": why})

    def ok(self):
        return self.state == "F" and self.runs[-1]["status"] == 0


class Job:
    def __init__(self, number, options, script, cwd, env):
        self.id, self.options, self.script, self.cwd, self.env = number, options, script, cwd, env
        self.held = "h" in options
        self.limit = walltime(options.get("l", []))
        indices, self.most = array_of(options.get("J"))
        self.tasks = [Task(self, index) for index in indices]
        self.after = []
        self.created = time.time()


def walltime(lists):
    for part in ",".join(lists).split(","):
        if part.startswith("walltime="):
            seconds = 0
            for number in part[9:].split(":"):
                seconds = seconds * 60 + int(number)
            return seconds
    return None


def array_of(text):
    if text is None:
        return [None], None
    ranges, _, most = text.partition("%")
    indices = []
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        indices.extend(range(int(first), int(last or first) + 1))
    return indices, int(most) if most else None


class Server:
    def __init__(self, folder, slots):
        self.folder, self.slots, self.jobs = folder, slots, {}

    # What the programs ask.

    def qsub(self, options, words, call):
        number = len(self.jobs) + 1
        script = os.path.join(self.folder, f"{number}.sh")
        job = Job(number, options, script, options.get("d", call["cwd"]), call["env"])
        cpus = re.search(r"ncpus=(\d+)", ",".join(options.get("l", [])))
        if cpus and int(cpus[1]) > self.slots:
            raise Refusal("Job violates queue and/or server resource limits")
        for part in options.get("W", "").removeprefix("depend=").split(","):
            if part:
                kind, _, name = part.partition(":")
                job.after.append((kind, self.find(name)))
        with open(script, "w") as file:
            file.write(call["input"])
        self.jobs[number] = job
        return f"{job.id}{'' if job.tasks[0].index is None else '[]'}.{NAME}\n"

    def qstat(self, options, words, call):
        tasks = [task for job in self.jobs.values() for task in job.tasks]
        shown = {task.name(): self.record(task) for task in tasks if "x" in options or task.state != "F"}
        return json.dumps({"timestamp": time.time(), "pbs_version": "1.0", "Jobs": shown}) + "\n"

    def record(self, task):
        job = task.job
        return {
            "Job_Name": job.options["N"],
            "job_state": "H" if task.state == "Q" and task.held else task.state,
            "depends": task.state == "Q" and self.waits(task),
            "array_index": task.index,
            "ctime": job.created,
            "stime": task.started,
            "runs": task.runs,
        }

    def qdel(self, options, words, call):
        for task in self.named(words):
            if task.state == "Q":
                task.end(271, "deleted")
            elif task.state == "R":
                self.stop(task, "deleted")

    def qhold(self, options, words, call):
        for task in self.named(words):
            task.held = True

    def qrls(self, options, words, call):
        for task in self.named(words):
            task.held = False

    def qrerun(self, options, words, call):
        for task in self.named(words):
            if task.state != "R":
                raise Refusal(f"Request invalid for state of job {task.name()}")
            self.stop(task, "requeued")

    def qalter(self, options, words, call):
        most = options["W"].removeprefix("max_run_subjobs=")
        for task in self.named(words):
            task.job.most = int(most) or None

    def find(self, name):
        match = re.fullmatch(rf"(\d+)(\[(\d*)\])?(\.{NAME})?", name)
        job = match and self.jobs.get(int(match[1]))
        if not job:
            raise Refusal(f"Unknown Job Id {name}")
        return [task for task in job.tasks if not match[3] or task.index == int(match[3])]

    def named(self, words):
        return [task for word in words for task in self.find(word)]

    # What goes on by itself.

    def waits(self, task):
        return any(not self.fulfilled(task, kind, others) for kind, others in task.job.after)

    def fulfilled(self, task, kind, others):
        """Whether a dependency is; None: it never will be."""
        if kind == "aftereach":
            others = [other for other in others if other.index == task.index]
        if kind != "afterany" and any(other.state == "F" and not other.ok() for other in others):
            return None
        return all(other.state == "F" for other in others)

    def tick(self):
        tasks = [task for job in self.jobs.values() for task in job.tasks]
        for task in tasks:
            if task.state == "R":
                self.watch(task)
        running = sum(task.state == "R" for task in tasks)
        for task in tasks:
            if task.state != "Q":
                continue
            known = [self.fulfilled(task, kind, others) for kind, others in task.job.after]
            most = task.job.most or len(task.job.tasks)
            if None in known:
                task.end(271, "dependency")
            elif all(known) and not task.held and running < self.slots and self.running(task.job) < most:
                self.start(task)
                running += 1

    def running(self, job):
        return sum(task.state == "R" for task in job.tasks)

    def start(self, task):
        job, index = task.job, task.index
        env = {**job.env, "PBS_JOBID": task.name(), "PBS_RUN_COUNT": str(len(task.runs)), "PBS_QUEUE": "workq"}
        if index is not None:
            env["PBS_ARRAY_INDEX"] = str(index)
        path = job.options["o"].replace("^id^", str(job.id)).replace("^index^", str(index))
        task.started, task.state, task.why, task.kill_at = time.time(), "R", None, None
        with open(path, "ab") as output:
            task.process = subprocess.Popen(
                ["bash", job.script], cwd=job.cwd, env=env, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )

    def watch(self, task):
        status = task.process.poll()
        if status is not None:
            # What a job leaves behind is ended with it.
            signal_session(task.process.pid, signal.SIGKILL)
            self.finish(task, status if status >= 0 else 256 - status)
        elif task.kill_at and time.time() > task.kill_at:
            signal_session(task.process.pid, signal.SIGKILL)
        elif task.why is None and task.job.limit and time.time() > task.started + task.job.limit:
            self.stop(task, "walltime")

    def finish(self, task, status):
        task.end(status, task.why)
        if task.why == "requeued":
            task.state = "Q"

    def stop(self, task, why):
        if task.why is None:
            task.why, task.kill_at = why, time.time() + KILL_DELAY_S
            signal_session(task.process.pid, signal.SIGTERM)


def signal_session(leader, number):
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and os.getsid(int(entry)) == leader:
                os.kill(int(entry), number)
        except OSError:
            pass


def options_of(argv):
    """Options of one letter, some with a value; what may be given several times is a list."""
    options, words, rest = {}, [], list(argv)
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            words.append(word)
        elif word[1] == "l":
            options.setdefault("l", []).append(rest.pop(0))
        elif word[1] in "NJWodFj":
            options[word[1]] = rest.pop(0)
        else:
            options[word[1]] = True
    return options, words


def answer(server, call):
    program, *argv = call["argv"]
    try:
        return {"out": getattr(server, program)(*options_of(argv), call) or "", "err": "", "status": 0}
    except Refusal as refusal:
        return {"out": "", "err": f"{program}: {refusal}\n", "status": 1}


def main(folder, slots):
    server = Server(folder, int(slots))
    path = os.path.join(folder, "socket")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{path}.new")
    listener.listen(64)
    os.rename(f"{path}.new", path)
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for _ in selector.select(TICK_S):
            connection, _ = listener.accept()
            with connection, connection.makefile("rw") as stream:
                stream.write(json.dumps(answer(server, json.loads(stream.readline()))))
        server.tick()


main(sys.argv[1], *(sys.argv[2:] or ["8"]))
