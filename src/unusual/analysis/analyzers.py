"""Configured analyzers compiled: lines to what is compared of them; knows texts and tokens, not categories.

With a tokenizer that was made for logs the own cut of `kernels.logforms` is taken, which reads more of a line than
tokens can say; any other tokenizer is followed to the letter, so that what is compared are its tokens.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import unescape
from typing import Final, TypeAlias

import polars as pl

from unusual.analysis.replacing import Replacing
from unusual.errors import Refused
from unusual.kernels.logforms import SEPARATOR
from unusual.schema.analyzer_parts import Settings, Step
from unusual.schema.categorization import Analyzer
from unusual.schema.java_patterns import flags_of

TextStep: TypeAlias = Callable[[pl.Series], pl.Series]
TokenStep: TypeAlias = Callable[[pl.DataFrame], pl.DataFrame]

_BETWEEN: Final = chr(SEPARATOR)
_OF_LOGS: Final = frozenset({"ml_classic", "ml_standard"})
_FIRST_LINES: Final = frozenset({"first_non_blank_line", "first_line_with_letters"})
_WORD: Final = r"[\p{L}\p{M}\p{N}_]+(?:[.'\u2019·:][\p{L}\p{M}\p{N}_]+)*"
_SIGN: Final = r"[\p{Han}\p{Hiragana}]"  # of scripts whose words nothing separates
_URL: Final = r"\w+://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_TOKENS: Final = {
    "ml_classic": r"[\p{L}\p{N}_][\p{L}\p{N}_.-]*",
    "ml_standard": rf"{_URL}|[\p{{L}}\p{{N}}_/\\][\p{{L}}\p{{N}}_.\-/\\@:]*",
    "standard": rf"{_SIGN}|{_WORD}",
    "classic": rf"{_SIGN}|{_WORD}",
    "uax_url_email": rf"{_URL}|{_SIGN}|{_WORD}",
    "whitespace": r"\S+",
    "letter": r"\p{L}+",
    "lowercase": r"\p{L}+",
    "keyword": r"(?s).+",
}
_CHARACTERS: Final = {
    "whitespace": r"\s",
    "letter": r"\p{L}",
    "digit": r"\p{N}",
    "punctuation": r"\p{P}",
    "symbol": r"\p{S}",
}
_ENGLISH: Final = """
    a an and are as at be but by for if in into is it no not of on or such that the their then there these they this
    to was will with
"""


@dataclass(frozen=True)
class Analysis:
    """What is done to lines before they are compared.

    texts      to whole lines, in order
    cut        lines to tokens, None when lines are compared as messages
    tokens     to tokens, in order
    stopwords  of a message, which tell nothing
    """

    texts: tuple[TextStep, ...]
    cut: TextStep | None
    tokens: tuple[TokenStep, ...]
    stopwords: tuple[str, ...]

    def compared(self, lines: pl.Series) -> pl.Series:
        """What is compared of each line: a message, or tokens with `SEPARATOR` between them."""
        for step in self.texts:
            lines = step(lines)
        if self.cut is None:
            return lines
        tokens = self.cut(lines)
        places = pl.DataFrame({"line": pl.arange(len(lines), eager=True), "token": tokens})
        frame = places.explode("token").filter(pl.col("token") != "")
        for step_of_tokens in self.tokens:
            frame = step_of_tokens(frame)
        joined = frame.group_by("line").agg(pl.col("token").str.join(_BETWEEN))
        return places.select("line").join(joined, on="line", how="left", maintain_order="left")["token"].fill_null("")


def analysis_of(analyzer: Analyzer) -> Analysis:
    """The steps of an analyzer; `errors.Refused` names what this version cannot do."""
    of_text, tokenizer, of_tokens = analyzer.steps()
    texts = [_text_step(step) for step in of_text if step.name not in _FIRST_LINES]
    own_cut = tokenizer.name in _OF_LOGS and all(_is_plain_stop(step) for step in of_tokens)
    whole = not any(step.name in _FIRST_LINES for step in of_text)
    if not whole and (texts or not own_cut):  # messages alone are read from their first line with a letter on
        texts = [_text_step(step) for step in of_text]
    if own_cut:
        stopwords = [word for step in of_tokens for word in _stopwords(step.settings)]
        lines = [Replacing(r"\n", " ")] if whole else []
        analysis = Analysis((*texts, *lines), None, (), tuple(dict.fromkeys(stopwords)))
    else:
        more = [Step("lowercase", {})] if tokenizer.name == "lowercase" else []
        tokens = tuple(_token_step(step) for step in [*more, *of_tokens])
        analysis = Analysis(tuple(texts), _cut(tokenizer), tokens, ())
    analysis.compared(pl.Series(["a 1"]))  # what cannot be done is found out now
    return analysis


def _text_step(step: Step) -> TextStep:
    settings = step.settings
    if step.name == "pattern_replace":
        return Replacing(flags_of(settings["flags"]) + settings["pattern"], settings["replacement"])
    if step.name == "mapping":
        pairs = [mapping.partition("=>") for mapping in settings["mappings"]]
        return partial(_mapped, {before.strip(): after.strip() for before, _, after in pairs})
    if step.name == "html_strip":
        return _stripped
    return partial(_first_line, r"\p{L}" if step.name == "first_line_with_letters" else r"\S")


def _mapped(pairs: dict[str, str], texts: pl.Series) -> pl.Series:
    return texts.str.replace_many(list(pairs), list(pairs.values()), leftmost=True)


def _stripped(texts: pl.Series) -> pl.Series:
    plain = texts.str.replace_all(r"(?s)<!--.*?-->|</?[a-zA-Z][^>]*>", " ")
    return pl.Series(texts.name, [None if text is None else unescape(text) for text in plain], pl.String)


def _first_line(sign: str, texts: pl.Series) -> pl.Series:
    """The first line of each text that has a sign; nothing of a text without one."""
    return texts.str.extract(rf"(?m)^(.*{sign}.*)$", 1).fill_null("")


def _cut(step: Step) -> TextStep:
    settings = step.settings
    if step.name in _TOKENS:
        return partial(_matches, _TOKENS[step.name])
    if step.name == "simple_pattern" or settings.get("group", -1) == 0:
        return partial(_matches, flags_of(settings.get("flags", "")) + settings["pattern"])
    if settings.get("group", -1) > 0:
        raise Refused("tokenizer [pattern] with a [group] other than 0 or -1 cannot be used by this version")
    if step.name == "char_group":
        return partial(_split, _characters(settings["tokenize_on_chars"]))
    return partial(_split, flags_of(settings.get("flags", "")) + settings["pattern"])


def _characters(given: list[str]) -> str:
    named = [_CHARACTERS[one] for one in given if one in _CHARACTERS]
    escaped = {"\\n": "\n", "\\t": "\t", "\\r": "\r"}
    plain = [f"\\x{{{ord(escaped.get(one, one)[0]):x}}}" for one in given if one and one not in _CHARACTERS]
    return f"[{''.join(named + plain)}]" if named or plain else ""


def _matches(pattern: str, texts: pl.Series) -> pl.Series:
    if not pattern:
        return _split("(?s).+", texts)
    mark = Replacing(f"({pattern})", f"{_BETWEEN}$1{_BETWEEN}")
    parts = mark(texts.str.replace_all(_BETWEEN, " ", literal=True)).str.split(_BETWEEN)
    return parts.list.gather_every(2, 1)  # what was marked stands between every two marks


def _split(pattern: str, texts: pl.Series) -> pl.Series:
    texts = texts.str.replace_all(_BETWEEN, " ", literal=True)
    return (Replacing(pattern, _BETWEEN)(texts) if pattern else texts).str.split(_BETWEEN)


def _is_plain_stop(step: Step) -> bool:
    return step.name == "stop" and not step.settings["ignore_case"]


def _stopwords(settings: Settings) -> list[str]:
    words: list[str] = []
    for word in settings["stopwords"]:
        if word == "_english_":
            words += _ENGLISH.split()
        elif word.startswith("_") and word.endswith("_") and word != "_none_":
            raise Refused(f"stopwords [{word}] are not known to this version; list the words themselves")
        elif word != "_none_":
            words.append(word)
    return words


def _token_step(step: Step) -> TokenStep:
    settings = step.settings
    if step.name == "limit":
        return partial(_limited, settings["max_token_count"])
    if step.name == "unique":
        return partial(pl.DataFrame.unique, maintain_order=True)
    if step.name == "stop":
        return partial(_sifted, _stopwords(settings), settings["ignore_case"], stay=False)
    if step.name == "keep":
        return partial(_sifted, settings["keep_words"], settings["keep_words_case"], stay=True)
    if step.name == "length":
        return partial(_long, settings["min"], settings["max"])
    return partial(_each, _change(step))


def _change(step: Step) -> TextStep:
    settings = step.settings
    if step.name == "pattern_replace":
        pattern = flags_of(settings["flags"]) + settings["pattern"]
        return Replacing(pattern, settings["replacement"], once=not settings["all"])
    if step.name == "truncate":
        return partial(_cut_to, settings["length"])
    return _CHANGES[step.name]


def _cut_to(length: int, tokens: pl.Series) -> pl.Series:
    return tokens.str.slice(0, length)


def _folded(tokens: pl.Series) -> pl.Series:
    plain = [unicodedata.normalize("NFKD", token) for token in tokens]
    return pl.Series(
        ["".join(sign for sign in token if not unicodedata.combining(sign)) for token in plain], dtype=pl.String
    )


_CHANGES: Final[dict[str, TextStep]] = {
    "lowercase": lambda tokens: tokens.str.to_lowercase(),
    "uppercase": lambda tokens: tokens.str.to_uppercase(),
    "trim": lambda tokens: tokens.str.strip_chars(),
    "asciifolding": _folded,
}


def _each(change: TextStep, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(change(frame["token"]).alias("token"))


def _limited(most: int, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.group_by("line", maintain_order=True).head(most)


def _long(least: int, most: int, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("token").str.len_chars().is_between(least, most))


def _sifted(words: list[str], ignore_case: bool, frame: pl.DataFrame, *, stay: bool) -> pl.DataFrame:  # noqa: FBT001 - bound by `partial`
    """Tokens that are among the words, or those that are not."""
    tokens = frame["token"].str.to_lowercase() if ignore_case else frame["token"]
    known = [word.lower() for word in words] if ignore_case else words
    return frame.filter(tokens.is_in(known) == stay)
