"""Examples of rarity, times, places and populations: one odd event among usual ones."""

import numpy as np
import polars as pl
from scenes import DAY, HOUR, START, Example, Make, Planted, View, rhythm, within

DAYS = 28
HOURS = 24 * DAYS
ODD = 24 * 26 + 14  # the hour in which something is planted
AT = START + ODD * HOUR


def _with(records: pl.DataFrame, **odd: object) -> pl.DataFrame:
    """The records and one more, in the middle of the odd hour unless it has a time of its own."""
    one = pl.DataFrame([{"time": AT + HOUR // 2} | odd]).cast({"time": pl.Int64})
    return pl.concat([records, one.select(records.columns).cast(records.schema)]).sort("time", maintain_order=True)


def rare(rng: np.random.Generator) -> Example:
    counts = {"sshd": 8.0, "cron": 4.0, "postgres": 6.0, "backup": 0.5, "logrotate": 0.3}
    frames = []
    for name, often in counts.items():
        times, _ = within(rng, rng.poisson(often, HOURS))
        frames.append(pl.DataFrame({"time": times, "process": name}, schema_overrides={"time": pl.Int64}))
    found = ("rare by process",)
    return Example(
        "rare",
        "Programs that start on a machine, some often, some seldom: one that was never there before.",
        "process",
        found,
        _with(pl.concat(frames), process="netcat"),
        (Planted(AT + HOUR // 2, found),),
        View.NAMES,
        span=HOUR // 4,
    )


def _visits(rng: np.random.Generator, pages: int, odd: int) -> pl.DataFrame:
    """People who look at pages all use, and `odd` records of one of them at pages that nobody uses."""
    times, hour = within(rng, rng.poisson(30 + 30 * rhythm(HOURS)))
    person = rng.integers(0, 20, len(hour))
    page = (rng.random(len(hour)) ** 2 * 8).astype(np.int64)
    secret = AT + np.arange(odd) * (HOUR // (odd + 1))
    return pl.DataFrame(
        {
            "time": np.concatenate([times, secret]),
            "person": [f"person {k:02}" for k in person] + ["person 07"] * odd,
            "page": [f"/page/{k}" for k in page] + [f"/admin/{k % pages}" for k in range(odd)],
        }
    ).sort("time", maintain_order=True)


def rare_over(rng: np.random.Generator) -> Example:
    found = ("rare by page over person",)
    return Example(
        "rare_over",
        "Twenty people and the eight pages that all of them look at: one opens eight that nobody else has opened.",
        "page",
        found,
        _visits(rng, pages=8, odd=8),
        (Planted(AT, found),),
        View.NAMES,
    )


def freq_rare(rng: np.random.Generator) -> Example:
    found = ("freq_rare by page over person",)
    return Example(
        "freq_rare",
        "The same people and pages: one opens a page that nobody else has opened, sixty times over. To `rare` "
        "that is one rare page.",
        "page",
        found,
        _visits(rng, pages=1, odd=60),
        (Planted(AT, found),),
        View.NAMES,
    )


def population(rng: np.random.Generator) -> Example:
    clients = 12
    hour = np.repeat(np.arange(HOURS), clients)
    value = (20 + 60 * rhythm(HOURS)[hour]) * rng.lognormal(0.0, 0.25, len(hour))
    client = np.tile(np.arange(clients), HOURS)
    value[(hour == ODD) & (client == 4)] = 500.0  # noqa: PLR2004 - any of them
    found = ("high_mean(sent) over client",)
    return Example(
        "population",
        "Twelve clients that share a daily rhythm: one of them sends far more than its peers do at that hour.",
        "sent per request [KB]",
        found,
        pl.DataFrame({"time": START + hour * HOUR, "client": [f"client {k:02}" for k in client], "sent": value}),
        (Planted(AT, found),),
        View.MEMBERS,
        shown_days=4,
    )


def _logins(rng: np.random.Generator, days: int, *, weekdays: bool) -> list[int]:
    """Times of logins around nine, with a second peak after lunch."""
    times = []
    for day in range(days):
        if weekdays and day % 7 >= 5:  # noqa: PLR2004 - the first day is a Monday
            continue
        hours = np.concatenate([rng.normal(9.0, 0.7, 8), rng.normal(13.5, 0.8, 5)])
        times += [START + day * DAY + int(h * HOUR) for h in hours]
    return sorted(times)


def time_of_day(rng: np.random.Generator) -> Example:
    at = START + 26 * DAY + 3 * HOUR
    found = ("time_of_day",)
    return Example(
        "time_of_day",
        "Logins in the morning and after lunch: one at twenty past three at night.",
        "time of the day [h, UTC]",
        found,
        _with(pl.DataFrame({"time": _logins(rng, DAYS, weekdays=False)}), time=at + 1200),
        (Planted(at, found),),
        View.DAYTIMES,
        shown_days=DAYS,
    )


def time_of_week(rng: np.random.Generator) -> Example:
    days = 70
    at = START + 69 * DAY + 9 * HOUR
    found = ("time_of_week",)
    return Example(
        "time_of_week",
        "Logins on working days, over ten weeks: one on a Sunday at nine, which is an odd time only of the week.",
        "day of the week [UTC]",
        found,
        _with(pl.DataFrame({"time": _logins(rng, days, weekdays=True)}), time=at + 600),
        (Planted(at, found),),
        View.WEEKTIMES,
        shown_days=days,
    )


def lat_long(rng: np.random.Generator) -> Example:
    cities = np.array([(48.86, 2.35), (45.76, 4.84), (47.22, -1.55)])
    times, _ = within(rng, rng.poisson(0.8, HOURS))
    city = rng.choice(3, len(times), p=[0.6, 0.3, 0.1])
    places = cities[city] + rng.normal(0.0, 0.15, (len(times), 2))
    records = pl.DataFrame({"time": times, "place": [f"{lat:.4f},{long:.4f}" for lat, long in places]})
    found = ("lat_long(place)",)
    return Example(
        "lat_long",
        "Card payments in Paris, Lyon and Nantes: one in Oslo.",
        "latitude [°]",
        found,
        _with(records, place="59.9139,10.7522"),
        (Planted(AT, found),),
        View.PLACES,
        shown_days=DAYS,
    )


EXAMPLES: tuple[Make, ...] = (
    rare,
    rare_over,
    freq_rare,
    population,
    time_of_day,
    time_of_week,
    lat_long,
)
