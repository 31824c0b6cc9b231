"""Words that play a known role in log lines of any system, in several languages; the only place that names words."""

from functools import cache
from itertools import product

import numpy as np

from unusual.kernels.logbytes import word_hash
from unusual.kernels.logwords import CUE, DATE, FIXED, LEVEL, TEXT, UNIT, Lexicon, enter

_ENGLISH_DATES = """
    January February March April May June July August September October November December
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday
"""
_DATES = """
    Tues Thur Thurs Sept
    Januar Jänner Februar März Mai Juni Juli Oktober Dezember Mär Okt Dez
    Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag
    janvier février avril juin juillet août septembre octobre novembre décembre
    lundi mardi mercredi jeudi vendredi samedi dimanche
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    lunes martes miércoles jueves viernes sábado domingo
    janeiro fevereiro março maio junho julho setembro outubro dezembro
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    понедельник вторник среда четверг пятница суббота воскресенье
"""
_UNITS = """
    byte bytes bit bits ns us µs ms msec msecs s sec secs second seconds min mins minute minutes
    hour hours hr hrs day days week weeks millis milliseconds microseconds nanoseconds MHZ mhz
    AM PM am pm UTC GMT EST EDT CST CDT MST MDT PST PDT CET CEST MSK JST IST
"""
_LEVELS = """
    TRACE DEBUG LOG INFO NOTICE WARN WARNING ERROR ERR CRITICAL CRIT ALERT EMERG FATAL SEVERE FINE FINER VERBOSE
    Trace Debug Info Information Notice Warn Warning Error Critical Alert Fatal Verbose
    trace debug info notice warn warning error err critical crit alert emerg fatal verbose
    D I W E F V
"""
_WORDS = {
    FIXED: "true false True False TRUE FALSE null Null NULL none None nil nan NaN undefined root admin localhost",
    DATE: _ENGLISH_DATES + _DATES,
    UNIT: _UNITS,
    LEVEL: _LEVELS,
    CUE: "user username account host hostname client User Username Account Host Hostname Client",
    TEXT: "msg message Message event reason log text body description exception Exception cause",
}
_SCALES, _SIZES = ("", "k", "K", "M", "G", "T", "Ki", "Mi", "Gi"), ("B", "b", "Hz")


def _roles() -> dict[str, int]:
    """Each word and its role; of two roles the later one."""
    roles = {name[:3]: DATE for name in _ENGLISH_DATES.split()}
    roles |= {scale + size: UNIT for scale, size in product(_SCALES, _SIZES)}
    return roles | {name: role for role, names in _WORDS.items() for name in names.split()}


@cache
def lexicon(stopwords: tuple[str, ...] = ()) -> Lexicon:
    """The words and their roles as kernels read them, and others that tell nothing; made when first asked for."""
    roles = dict.fromkeys(stopwords, FIXED) | _roles()
    size = 1 << (2 * len(roles)).bit_length()
    words = Lexicon(np.zeros(size, np.uint64), np.zeros(size, np.uint8))
    with np.errstate(over="ignore"):  # hashes wrap around, of which they tell only when not compiled
        for name, role in roles.items():
            raw = np.frombuffer(name.encode(), np.uint8)
            enter(words, np.uint64(word_hash(raw, 0, raw.size)), role)
    return words
