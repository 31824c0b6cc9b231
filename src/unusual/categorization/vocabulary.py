"""Words that play a known role in log lines of any system, in several languages; the only place that names words."""

from itertools import product

import numpy as np

from unusual.kernels.logbytes import word_hash
from unusual.kernels.logwords import CUE, DATE, FIXED, LEVEL, TEXT, UNIT, Lexicon, enter

_ENGLISH = (
    "January February March April May June July August September October November December "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
).split()
_SHORT = "Tues Thur Thurs Sept".split()
_OTHER = (
    "Januar Jänner Februar März Mai Juni Juli Oktober Dezember Mär Okt Dez "
    "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag "
    "janvier février avril juin juillet août septembre octobre novembre décembre "
    "lundi mardi mercredi jeudi vendredi samedi dimanche "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre "
    "lunes martes miércoles jueves viernes sábado domingo "
    "janeiro fevereiro março maio junho julho setembro outubro dezembro "
    "gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre "
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря "
    "понедельник вторник среда четверг пятница суббота воскресенье"
).split()
_SIZES = [
    f"{scale}{unit}" for scale, unit in product(("", "k", "K", "M", "G", "T", "Ki", "Mi", "Gi"), ("B", "b", "Hz"))
]
_WORDS: dict[int, tuple[str, ...]] = {
    FIXED: (
        *"true false True False TRUE FALSE null Null NULL none None nil nan NaN undefined".split(),
        *"root admin localhost".split(),
    ),
    DATE: (*_ENGLISH, *(name[:3] for name in _ENGLISH), *_SHORT, *_OTHER),
    UNIT: (
        *_SIZES,
        *"byte bytes bit bits ns us µs ms msec msecs s sec secs second seconds min mins minute minutes".split(),
        *"hour hours hr hrs day days week weeks millis milliseconds microseconds nanoseconds pages MHZ mhz".split(),
        *"AM PM am pm UTC GMT EST EDT CST CDT MST MDT PST PDT CET CEST MSK JST IST".split(),
    ),
    LEVEL: (
        *"TRACE DEBUG INFO NOTICE WARN WARNING ERROR ERR CRITICAL CRIT ALERT EMERG FATAL SEVERE FINE FINER".split(),
        *"Trace Debug Info Information Notice Warn Warning Error Critical Alert Fatal Verbose VERBOSE".split(),
        *"trace debug info notice warn warning error err critical crit alert emerg fatal verbose".split(),
        *"D I W E F V".split(),
    ),
    CUE: (
        *"user username account host hostname client login owner".split(),
        *"User Username Account Host Hostname Client Login Owner".split(),
    ),
    TEXT: "msg message Message event error err reason log text body description exception Exception cause".split(),
}


def _lexicon() -> Lexicon:
    spelt = {name: kind for kind, names in _WORDS.items() for name in names if name}
    size = 8
    while size < 2 * len(spelt):
        size *= 2
    lexicon = Lexicon(np.zeros(size, np.uint64), np.zeros(size, np.uint8))
    for name, kind in spelt.items():
        raw = np.frombuffer(name.encode(), np.uint8)
        enter(lexicon, np.uint64(word_hash(raw, 0, raw.size)), kind)
    return lexicon


LEXICON = _lexicon()
