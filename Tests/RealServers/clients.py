"""Clients of the gateway who know the truth, and tell it a moment later."""

import http.client
import json
import queue
import random
import threading
import time

from servers import call


class Clients:
    """Ask for digits at a steady rate; with `labels` they send feedback about every answer.

    Every second label brings the prediction it was compared with; the others rely on the one that was stored.
    """

    def __init__(self, port, api, rows, truths, per_second=150, count=4, seed=1):
        self.port, self.api, self.rows, self.truths = port, api, rows, truths
        self.pause, self.seed = count / per_second, seed
        self.labels = False
        self.answers, self.results = {}, {}
        self.known = queue.Queue(maxsize=100_000)
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.ask, args=(number,)) for number in range(count)]
        self.threads.append(threading.Thread(target=self.tell))
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def ask(self, number):
        chance = random.Random(self.seed * 1000 + number)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        due = time.monotonic()
        while not self.stopped.is_set():
            due = max(due + self.pause, time.monotonic() - 1)
            time.sleep(max(0, due - time.monotonic()))
            index = chance.randrange(len(self.rows))
            tensor = {"name": "input", "shape": [1, 64], "datatype": "FP32", "data": self.rows[index].tolist()}
            try:
                connection.request(
                    "POST", "/v2/models/digits/infer", json.dumps({"inputs": [tensor]}),
                    {"Content-Type": "application/json"},
                )
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                with self.lock:
                    self.answers["broken"] = self.answers.get("broken", 0) + 1
                continue
            with self.lock:
                key = (answer.getheader("x-serin-version"), answer.status)
                self.answers[key] = self.answers.get(key, 0) + 1
            if answer.status == 200 and self.labels:
                predicted = json.loads(body)["outputs"][0]["data"][0]
                item = {"requestId": answer.getheader("x-serin-request-id"), "label": int(self.truths[index])}
                if chance.random() < 0.5:
                    item["prediction"] = predicted
                self.known.put(item)

    def tell(self):
        """Labels come a little later than their predictions, as they do."""
        while not self.stopped.wait(1):
            items = []
            while not self.known.empty() and len(items) < 5_000:
                items.append(self.known.get())
            if not items:
                continue
            time.sleep(2)
            told = call("POST", self.api + "/v1/models/digits/feedback", {"items": items})
            with self.lock:
                for result in told["items"]:
                    kind = result["result"]
                    self.results[kind] = self.results.get(kind, 0) + 1
