"""Transfers are made while a killer goes round the house."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random
from threading import Event, Thread

from celery import Celery
from django.db import connection
from django.utils import timezone

from tests.calling import caller, offer_entry
from tests.crashes.house import House
from tests.crashes.transfers import (
    ACTS,
    LOAD_KG,
    Patient,
    Tally,
    Transfers,
    all_missing_kg,
)
from tests.exchange import market
from tests.exchange.market import Market
from tests.notices.audience import hook
from tests.notices.receiver import Receiver
from tests.stack import wait_until
from wastehub.notices.kinds import Kind
from wastehub.notices.models import Delivery
from wastehub.trail.models import Untold

PROGRAMS = 4
RING_EVERY_S = 0.3
TASKS = ("wastehub.notices.tasks.tell_untold", "wastehub.notices.tasks.deliver_due")


@dataclass(frozen=True)
class Plan:
    """How many transfers, how many kills, and the seed of where they fall."""

    transfers: int
    kills: int
    seed: int


@dataclass(frozen=True)
class Aftermath:
    """What there is to look at when all is over."""

    plan: Plan
    market: Market
    receiver: Receiver
    tally: Tally
    seconds: float

    def __str__(self) -> str:
        seen = ", ".join(f"{what}: {n}" for what, n in sorted(self.tally.seen.items()))
        return f"{self.plan} in {self.seconds:.0f} s; {seen}"


def lived_through(house: House, plan: Plan, receiver: Receiver) -> Aftermath:
    """All transfers made, all parts alive again, everybody told."""
    needed_kg = plan.transfers * LOAD_KG + all_missing_kg(plan.transfers)
    at = market.market(stock_kg=needed_kg)
    hook(at, receiver.url, kinds=list(Kind.values))
    tally, begun = Tally(), time.monotonic()
    transfers = Transfers(
        seller=Patient(caller(house.host, at.seller), tally),
        buyer=Patient(caller(house.host, at.buyer), tally),
        offered=offer_entry(at, LOAD_KG / 1000),
    )
    with _bell(house.queue):
        with ThreadPoolExecutor(PROGRAMS) as programs:
            runs = [
                programs.submit(transfers.make, number)
                for number in range(plan.transfers)
            ]
            _kill_at_random(house, plan, tally, runs)
        for run in runs:
            run.result()
        # Ours went with a server that was killed.
        connection.close()
        wait_until(_all_is_told, seconds=120, what="everybody to be told")
    return Aftermath(plan, at, receiver, tally, time.monotonic() - begun)


def _kill_at_random(
    house: House, plan: Plan, tally: Tally, runs: list[Future[None]]
) -> None:
    """Kill each part in turn after numbers of requests that chance has chosen."""
    chance = Random(plan.seed)
    points = sorted(chance.sample(range(plan.transfers * len(ACTS)), plan.kills))
    victims = chance.sample(sorted(house.parts), len(house.parts))
    for point, name in zip(points, islice(cycle(victims), plan.kills), strict=True):
        while tally.seen["answered"] < point and not all(run.done() for run in runs):
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.1))
        house.parts[name].kill()
        tally.count(f"{name} killed")
        time.sleep(chance.uniform(0, 0.5))
        house.parts[name].start()


@contextmanager
def _bell(queue: str) -> Iterator[None]:
    """The clock of the site, in a hurry: its tasks are sent far too often."""
    over = Event()

    def ring() -> None:
        with Celery(broker=queue, set_as_current=False) as bell:
            while not over.wait(RING_EVERY_S):
                for task in TASKS:
                    bell.send_task(task, ignore_result=True)

    ringer = Thread(target=ring)
    ringer.start()
    try:
        yield
    finally:
        over.set()
        ringer.join()


def _all_is_told() -> bool:
    """Whether nothing waits; what waits for its next attempt need not wait longer."""
    waiting = Delivery.objects.filter(status=Delivery.Status.WAITING)
    waiting.update(next_at=timezone.now())
    return not (Untold.objects.exists() or waiting.exists())
