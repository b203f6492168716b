"""A worker loop as AGILAB's, step by step: lists, claims, runs, beats and publishes.

Written from the description of the loop alone; needs nothing but Python's standard library.

    agilab_worker.py QUEUE NAME ID [--max-tasks N] [--idle-exit SECONDS] [--poll SECONDS]
                     [--die-before-claim-is-written | --die-before-terminal | --die-after-terminal]
                     [--task-seconds S] [--result-bytes N] [--fail]

Ends after N tasks, or when it found nothing for so many seconds; prints what it did as one line of JSON.
"""
import argparse
import json
import os
import re
import signal
import sys
import threading
import time
import traceback
import uuid

SCHEMA = "agi.service.task.v1"


def safe(name):
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-") or "worker"


def sync_folder(folder):
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def publish(path, payload, draft, **style):
    """Temporary file, flush, fsync, replace, fsync of the folder."""
    with open(draft, "w", encoding="utf-8") as out:
        out.write(json.dumps(payload, **style))
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, path)
    sync_folder(os.path.dirname(path))


def expand(value, missing):
    """What the handler sees of a plan."""
    if value is None and missing:
        return []
    if not (isinstance(value, dict) and value.get("__agi_worker_chunk__")):
        return value
    index, total, chunk = value.get("worker_idx"), value.get("total_workers"), value.get("chunk")
    if not isinstance(index, int) or isinstance(index, bool) or index < 0:
        raise ValueError("worker_idx is not a whole number")
    if not isinstance(total, int) or total <= 0:
        total = 0
    if total and index >= total:
        raise ValueError("worker_idx is beyond total_workers")
    empty = [] if isinstance(chunk, list) else {} if isinstance(chunk, dict) else None
    expanded = [empty for _ in range(max(total, index + 1))]
    expanded[index] = chunk
    return expanded


class Heart:
    def __init__(self, worker):
        self.worker = worker
        self.incarnation = uuid.uuid4().hex
        self.path = os.path.join(
            worker.folder("heartbeats"), "%03d-%s.json" % (worker.id, safe(worker.name or str(worker.id))))

    def beat(self, state):
        payload = {
            "worker_id": self.worker.id,
            "worker": self.worker.name,
            "pid": os.getpid(),
            "worker_incarnation": self.incarnation,
            "timestamp": time.time(),
            "state": state,
        }
        try:
            publish(self.path, payload, "%s.%d-%s.tmp" % (self.path, os.getpid(), uuid.uuid4().hex))
        except OSError:
            pass


class Worker:
    def __init__(self, options):
        self.options = options
        self.queue, self.name, self.id = options.queue, options.name, options.id
        for state in ("pending", "running", "done", "failed", "heartbeats"):
            os.makedirs(self.folder(state), exist_ok=True)
        self.heart = Heart(self)
        self.processed = self.failed = 0
        self.stop = threading.Event()

    def folder(self, state):
        return os.path.join(self.queue, state)

    def run(self):
        self.heart.beat("running")
        idle_since = time.monotonic()
        while not self.stop.is_set():
            self.heart.beat("running")
            self.quarantine_pickles()
            if self.claim_one():
                idle_since = time.monotonic()
                if self.options.max_tasks and self.processed + self.failed >= self.options.max_tasks:
                    break
                continue
            if time.monotonic() - idle_since > self.options.idle_exit:
                break
            self.stop.wait(self.options.poll or 0.05)
        self.heart.beat("stopped")
        return {"status": "stopped", "processed": self.processed, "failed": self.failed}

    def names(self, end):
        return sorted(name for name in os.listdir(self.folder("pending")) if name.endswith(end))

    def quarantine_pickles(self):
        for name in self.names(".task.pkl"):
            self.refuse(name)

    def refuse(self, name):
        try:
            os.replace(os.path.join(self.folder("pending"), name), os.path.join(self.folder("failed"), name))
        except FileNotFoundError:
            pass

    def claim_one(self):
        for name in self.names(".task.json"):
            pending = os.path.join(self.folder("pending"), name)
            try:
                with open(pending, encoding="utf-8") as source:
                    payload = json.load(source)
                if not isinstance(payload, dict) or payload.get("schema") != SCHEMA:
                    raise ValueError("schema")
            except FileNotFoundError:
                continue
            except (OSError, ValueError):
                self.refuse(name)
                continue
            if not self.is_mine(payload):
                continue
            claim = "%s.claim-%s.task.json" % (name[: -len(".task.json")], uuid.uuid4().hex)
            running = os.path.join(self.folder("running"), claim)
            try:
                os.rename(pending, running)
            except FileNotFoundError:
                continue
            sync_folder(self.folder("running"))
            sync_folder(self.folder("pending"))
            if self.options.die_before_claim_is_written:
                os.kill(os.getpid(), signal.SIGKILL)
            payload["claim"] = {
                "worker_id": self.id,
                "worker": self.name,
                "worker_incarnation": self.heart.incarnation,
                "claimed_at": time.time(),
                "task_filename": name,
            }
            self.write_task(running, payload)
            self.process(running, payload)
            return True
        return False

    def is_mine(self, payload):
        index, worker = payload.get("worker_idx"), (payload.get("worker") or "").strip()
        return (index is None or index == self.id) and (not worker or worker == self.name)

    @staticmethod
    def write_task(path, payload):
        publish(path, payload, "%s.%s.tmp" % (path, uuid.uuid4().hex), sort_keys=True)

    def process(self, running, payload):
        started = time.monotonic()
        self.heart.beat("processing")
        over = threading.Event()
        interval = min(max(self.options.poll or 0.05, 0.1), 5.0)

        def keep_beating():
            while not over.wait(interval):
                self.heart.beat("processing")

        beats = threading.Thread(target=keep_beating, daemon=True)
        beats.start()
        state = "done"
        try:
            payload["logs"] = self.handle(
                expand(payload.get("plan"), "plan" not in payload),
                expand(payload.get("metadata"), "metadata" not in payload))
        except Exception as error:
            state = "failed"
            payload["error"], payload["traceback"] = str(error), traceback.format_exc()
        payload.update(
            status=state,
            finished_at=time.time(),
            runtime=time.monotonic() - started,
            worker_id=self.id,
            worker_name=self.name)
        if self.options.die_before_terminal:
            os.kill(os.getpid(), signal.SIGKILL)
        self.write_task(os.path.join(self.folder(state), payload["claim"]["task_filename"]), payload)
        if self.options.die_after_terminal:
            os.kill(os.getpid(), signal.SIGKILL)
        if state == "done":
            self.processed += 1
        else:
            self.failed += 1
        over.set()
        beats.join(interval + 0.5)
        self.heart.beat("running")
        os.unlink(running)
        sync_folder(self.folder("running"))

    def handle(self, plan, metadata):
        if self.options.task_seconds:
            time.sleep(self.options.task_seconds)
        if self.options.fail:
            raise RuntimeError("told to fail")
        if self.options.result_bytes:
            return "x" * self.options.result_bytes
        return {"by": self.name, "plan": plan, "metadata": metadata}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("queue")
    parser.add_argument("name")
    parser.add_argument("id", type=int)
    parser.add_argument("--max-tasks", type=int, default=0)
    parser.add_argument("--idle-exit", type=float, default=1.0)
    parser.add_argument("--poll", type=float, default=0.05)
    parser.add_argument("--task-seconds", type=float, default=0)
    parser.add_argument("--result-bytes", type=int, default=0)
    for flag in ("die-before-claim-is-written", "die-before-terminal", "die-after-terminal", "fail"):
        parser.add_argument("--" + flag, action="store_true")
    worker = Worker(parser.parse_args())
    signal.signal(signal.SIGTERM, lambda *_: worker.stop.set())
    print(json.dumps(worker.run()))
    sys.exit(0)


if __name__ == "__main__":
    main()
