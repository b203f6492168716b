"""Writes task files the way an AGILAB controller's submit does.

Written from the description of the format alone; needs nothing but Python's standard library.

    agilab_submit.py QUEUE --worker NAME... [--task-id ID] [--seq N] [--plan JSON] [--metadata JSON]
                     [--nan] [--surrogate] [--huge] [--extra JSON] [--any] [--pickle] [--no-wrap]

Prints the names of the files, one a line.
"""
import argparse
import json
import os
import pickle
import re
import time
import uuid


def safe(name):
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-") or "worker"


def chunk(plan, index):
    """A list goes out in shares, anything else as it is to everybody."""
    if not plan:
        plan = []
    if not isinstance(plan, list):
        return plan
    return {
        "__agi_worker_chunk__": True,
        "chunk": plan[index] if index < len(plan) else [],
        "total_workers": len(plan),
        "worker_idx": index,
    }


def write(path, payload):
    """A temporary name in the same folder, then an atomic replace; no fsync."""
    draft = path + ".tmp"
    with open(draft, "w", encoding="utf-8") as out:
        out.write(json.dumps(payload, sort_keys=True))
    os.replace(draft, path)


def odd_values(options):
    odd = {}
    if options.nan:
        odd.update(nan=float("nan"), inf=float("inf"), minus=float("-inf"))
    if options.surrogate:
        odd.update(lone="a\ud800b", pair="\U0001f600", text="\u00fcml\u00e4ut")
    if options.huge:
        odd.update(huge=10 ** 400 + 7, negative=-(10 ** 30), exact=1795225087.166985, tiny=5e-324)
    return odd


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("queue")
    parser.add_argument("--worker", action="append", required=True)
    parser.add_argument("--task-id", default="")
    parser.add_argument("--task-name", default="service-workplan")
    parser.add_argument("--seq", type=int, default=1)
    parser.add_argument("--plan", default="[]")
    parser.add_argument("--metadata", default="[]")
    parser.add_argument("--extra", default="{}")
    parser.add_argument("--any", action="store_true", help="for any worker")
    for flag in ("nan", "surrogate", "huge", "pickle", "no-wrap"):
        parser.add_argument("--" + flag, action="store_true")
    options = parser.parse_args()
    batch = options.task_id or "%d-%s" % (int(time.time() * 1000), uuid.uuid4().hex[:8])
    plan, metadata = json.loads(options.plan), json.loads(options.metadata)
    pending = os.path.join(options.queue, "pending")
    os.makedirs(pending, exist_ok=True)
    for index, worker in enumerate(options.worker):
        payload = {
            "schema": "agi.service.task.v1",
            "task_id": batch,
            "task_name": options.task_name,
            "created_at": time.time(),
            "worker": "" if options.any else worker,
            "worker_idx": None,
            "plan": plan if options.no_wrap else chunk(plan, index),
            "metadata": metadata if options.no_wrap else chunk(metadata, index),
            "args": odd_values(options),
        }
        payload.update(json.loads(options.extra))
        name = "%06d-%s-%03d-%s.task" % (options.seq, batch, index, safe(worker))
        if options.pickle:
            with open(os.path.join(pending, name + ".pkl"), "wb") as out:
                pickle.dump(payload, out)
            print(name + ".pkl")
        else:
            write(os.path.join(pending, name + ".json"), payload)
            print(name + ".json")


if __name__ == "__main__":
    main()
