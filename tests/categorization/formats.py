"""Made-up systems of many formats, with known templates and values of every kind; no line of a real system."""

import random
import re

WORDS = """
    anna bruno carla dmitri elena farid greta hiro ines jonas katya liam mina nikos olga pavel rosa sven
    window invoice kettle garden bridge pocket engine mirror basket candle ladder ticket planet carpet bottle folder
    button summer winter forest river market hammer pencil rocket saddle tunnel violin walnut anchor
    NewsDetail MainActivity BlockManager TaskRunner SearchIndex UserStore HttpGateway MailQueue
"""
NAMES, NOUNS, CLASSES = WORDS.split()[:18], WORDS.split()[18:-8], WORDS.split()[-8:]


def hexadecimal(draw, digits):
    return "".join(draw.choices("0123456789abcdef", k=digits))


def phrase(draw, between=" "):
    return between.join(draw.choices(NOUNS, k=draw.randint(1, 4)))


VALUES = {
    "n": lambda draw: str(draw.randrange(10 ** draw.randint(1, 7))),
    "f": lambda draw: f"{draw.random() * 100:.3f}",
    "ip": lambda draw: ".".join(str(draw.randrange(1, 255)) for _ in "abcd"),
    "user": lambda draw: draw.choice(NAMES),
    "noun": lambda draw: draw.choice(NOUNS),
    "phrase": phrase,
    "list": lambda draw: phrase(draw, ", "),
    "class": lambda draw: f"com.acme.{draw.choice(NOUNS)}.{draw.choice(CLASSES)}",
    "activity": lambda draw: f"com.{draw.choice(NOUNS)}/.{draw.choice(NOUNS)}.{draw.choice(CLASSES)}",
    "type": lambda draw: draw.choice(CLASSES),
    "hex": lambda draw: "0x" + hexadecimal(draw, 8),
    "id": lambda draw: hexadecimal(draw, draw.choice([8, 32])),
    "uuid": lambda draw: "-".join(hexadecimal(draw, digits) for digits in (8, 4, 4, 4, 12)),
    "path": lambda draw: "/" + phrase(draw, "/"),
    "file": lambda draw: f"{draw.choice(NOUNS)}/{draw.choice(NOUNS)}.go",
    "windows": lambda draw: "C:\\" + phrase(draw, "\\") + ".dll",
    "host": lambda draw: f"{draw.choice(NOUNS)}-{draw.choice(NOUNS)}",
    "site": lambda draw: f"{draw.choice(NOUNS)}.example.org",
    "size": lambda draw: f"{draw.random() * 100:.1f} {draw.choice(['B', 'KB', 'MB'])}",
    "bool": lambda draw: draw.choice(["true", "false"]),
}
SYSTEMS = {
    "phone": [
        'acquire lock=<n>, flags=<hex>, tag="<noun>", name=<site>, ws=null, uid=<n>, pid=<n>',
        'release lock=<n>, flags=<hex>, tag="<phrase>", name=<site>, ws=null, uid=<n>, pid=<n>',
        "opening app wtoken = AppToken{<id> Record{<id> u0 <activity> t<n>}}, allDrawn= <bool>, moved =  <bool>",
        "Skipping AppToken{<id> Record{<id> u0 <activity> t<n>}} -- going to hide",
        "setVisibility vis=<hex> mask=<n> oldVal=<n> newVal=<n> diff=<n>",
        "startActivityUnchecked: topActivity=<activity> intent=<noun>",
        "Start proc <n>:<site>/u0a<n> for activity <activity>",
        "ready=<bool>,policy=<n>,wakefulness=<n>,bootcompleted=<bool>",
        "Bluetooth device <noun> connected with profile <type>",
        "received action android.intent.action.SCREEN_ON",
        "received action android.intent.action.SCREEN_OFF",
    ],
    "servicing": [
        "Loaded Servicing Stack v<n>.<n> with Core: <windows>",
        "SQM: Initializing online with Windows opt-in: False",
        "SQM: Failed to start upload with file pattern: <windows>, flags: <hex> [HRESULT = <hex> - E_FAIL]",
        "Read out cached package applicability for package: Pack_KB<n>~<id>~amd64~~<n>, State: <n>, Current:<n>",
        'Creating NT transaction (seq <n>), objectname [<n>]"(null)"',
        "Created NT transaction (seq <n>) result <hex>, handle @<hex>",
        "Warning: Unrecognized packageExtended attribute.",
        "Session: <n>_<n> initialized by client <type>.",
    ],
    "cluster": [
        "Found block rdd_<n>_<n> locally",
        "Block broadcast_<n> stored as values in memory (estimated size <size>, free <size>)",
        "Block broadcast_<n>_piece<n> stored as bytes in memory (estimated size <size>, free <size>)",
        "Running task <f> in stage <f> (TID <n>)",
        "Input split: hdfs://<ip>:<n><path>:<n>+<n>",
        "Changing view acls to: <list>",
        "Changing modify acls to: <list>",
        "Lost executor <n> on <host>: <phrase>",
        "machine check: i-fetch......................<n>",
        "debug interrupt enable............<n>",
        "data store interrupt caused by icbi.........<n>",
        "problem communicating with service card, chip: <type>. <class>: <phrase>",
    ],
    "cloud": [
        '<ip> "GET <path> HTTP/1.1" status: <n> len: <n> time: <f>',
        '<ip> "POST <path> HTTP/1.1" status: <n> len: <n> time: <f>',
        "[instance: <uuid>] VM Started (Lifecycle Event)",
        "[instance: <uuid>] VM Paused (Lifecycle Event)",
        "[instance: <uuid>] Attempting claim: memory <n> MB, disk <n> GB, vcpus <n> CPU",
        "image <uuid> at (<path>): checking",
        "image <uuid> at (<path>): in use: on this node <n> local, <n> on other nodes",
        "Auditing locally available compute resources for node <host>",
        "Tenant <user> created volume <noun> of type <noun>",
        "<class>: scheduler told me to run this job; however, the start time isn't for <n> seconds",
    ],
    "database": [
        "connection authorized: user=<user> database=<noun> application_name=<noun>",
        "duration: <f> ms  statement: SELECT <noun>, <noun> FROM <noun> WHERE id = <n>",
        "duration: <f> ms  statement: UPDATE <noun> SET <noun> = '<noun>' WHERE id = <n>",
        'password authentication failed for user "<user>"',
        "table <noun> was truncated by <user>",
        "index <noun> of table <noun> was rebuilt",
        "backup of <noun> to <path> failed: <phrase>",
        "canceling statement due to user request",
        "deadlock detected",
    ],
    "web": [
        '{"level":"info","ts":<f>,"caller":"<file>:<n>","msg":"request served","path":"<path>","user":"<user>"}',
        '{"level":"info","ts":<f>,"caller":"<file>:<n>","msg":"cache miss","key":"<noun>"}',
        '{"level":"warn","ts":<f>,"caller":"<file>:<n>","msg":"retrying request","error":"<phrase>"}',
        'level=info ts=<f> caller=<file> msg="compaction done" table=<noun> elapsed=<n>ms',
        'level=warn ts=<f> caller=<file> msg="slow append" table=<noun> elapsed=<n>ms',
        'level=error ts=<f> caller=<file> msg="scrape failed" target=<site> err="<phrase>"',
    ],
    "shop": [
        "Order <n> placed by customer <user> <user> for <phrase>",
        "Order <n> shipped to <noun> via <noun> express",
        "Customer <user> logged in from <ip>",
        "Customer <user> logged out",
        "Payment of <f> EUR for order <n> declined: <phrase>",
        "Payment of <f> EUR for order <n> accepted",
        "Email '<phrase>' sent to <user>@<site>",
        'Search for "<phrase>" returned <n> results in <n> ms',
        "Task <type> failed with exception <class>: <phrase>\n\tat <class>.run(<type>.java:<n>)",
        "Task <type> finished in <n> ms",
        "Status changed from <noun> to <noun> for ticket <n>",
    ],
    "daemon": [
        *(
            f"failed to {verb}"
            for verb in ("open socket", "read header", "parse config file", "rotate log", "map memory")
        ),
        *(f"service {state}" for state in ("started", "stopped", "reloaded", "entered running state")),
        *(
            f"connection from <ip> {end}"
            for end in ("accepted", "refused by policy", "timed out", "reset while reading")
        ),
        *(f"received signal {name}" for name in ("HUP", "TERM", "USR")),
        "too many open files in process <n>",
        "state of unit <host> is now active",
        "state of unit <host> is now failed",
        "worker exited with status <n>",
        "worker was killed by signal <n>",
    ],
}


def lines_of(system, count=2000, seed=1):
    """Lines of a system, the template of each drawn by Zipf's law, and which template each is of."""
    draw = random.Random(f"{system} {seed}")
    templates = SYSTEMS[system]
    order = draw.sample(range(len(templates)), len(templates))
    events = draw.choices(order, [1 / rank for rank in range(1, len(order) + 1)], k=count)
    return [re.sub(r"<(\w+)>", lambda slot: VALUES[slot[1]](draw), templates[event]) for event in events], events
