"""Phrasings: how people ask for a change, as patterns over one statement; the first that fits it whole is taken."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nexusplanner.agents.refinement.asked import Verb
from nexusplanner.agents.refinement.said import AMOUNT, DAY, SPAN


@dataclass(frozen=True)
class Phrasing:
    """A pattern whose groups are named after the fields of what is asked."""

    verb: Verb
    pattern: re.Pattern[str]


_OF = r"(?:\s+of\s+(?:the\s+)?(?:total\s+|whole\s+)?(?:budget|money))?"
_A = rf"(?P<amount>(?:{AMOUNT}){_OF})"
_ONE = r"(?P<what>(?:(?!\bfrom\b|\bto\b|\binto\b).)+?)"
_MONEY = r"(?:\s+(?:of\s+)?(?:the\s+)?(?:budget|money|spend|spending|line|share))?"
_ON = r"(?:on|into|in|for|to|behind)"
_ALL_OF_IT = r"(?:the\s+)?(?:total\s+|whole\s+|overall\s+)?(?P<what>budget)"
_RUN = r"(?:the\s+)?(?:campaign|plan|it|everything|flight|whole campaign|dates|start and end|period|run)"
_LATER = rf"{SPAN}\s+(?:later|earlier|sooner|longer|shorter)"


def _all(verb: Verb, *patterns: str) -> tuple[Phrasing, ...]:
    return tuple(Phrasing(verb, re.compile(pattern, re.IGNORECASE | re.DOTALL)) for pattern in patterns)


PHRASES: tuple[Phrasing, ...] = (
    *_all(
        "never_say",
        r"(?:(?:we|you|it)\s+)?(?:must\s+|should\s+)?(?:never|don't|do not|must not|should not|no longer)\s+(?:ever\s+)?"
        r"(?:say|mention|write|claim|use\s+(?:the\s+)?(?:words?|phrase|claim)|promise|speak of)\s+"
        r"(?:the\s+(?:words?|phrase)\s+)?(?P<what>.+)",
        r"(?:avoid|stop|no more)\s+(?:saying\s+|using\s+|mentioning\s+)?(?:the\s+)?(?:words?|phrase|claim)\s+(?P<what>.+)",
        r"(?:avoid|stop)\s+(?:saying|mentioning|using)\s+(?P<what>[\"“'‘].+)",
    ),
    *_all(
        "must_say",
        r"(?:(?:we|it|you|everything)\s+(?:must|should|always|has to|have to|needs? to)\s+|must\s+)?(?:always\s+)?"
        r"(?:say|mention|state)\s*:?\s+(?:that\s+)?(?P<what>(?!less\b|more\b).+?)(?:\s+(?:everywhere|in every piece))?",
        r"(?:always\s+|must\s+)?(?:include|use|add)\s+the\s+(?:phrase|words|line|sentence|claim)\s*:?\s+(?P<what>.+)",
    ),
    *_all(
        "voice",
        r"(?:make|keep|set|change)\s+(?:the\s+|our\s+|your\s+)?(?:tone|voice)(?:\s+of\s+voice)?(?:\s+to)?\s+"
        r"(?!as\b|unchanged|the same)(?P<what>.+)",
        r"(?:the\s+|our\s+)?(?:tone|voice)(?:\s+of\s+voice)?(?:\s*:|\s+(?:should|must)\s+be)\s+(?P<what>.+)",
        r"sound\s+(?P<what>\w[\w-]*(?:,?\s+(?:and\s+)?\w[\w-]*){0,5})",
        r"(?:speak|write|talk)\s+(?P<what>(?:(?:more|less|much)\s+)?\w+(?:ly|er)\b(?:\s+and\s+\w+(?:ly|er))?)",
        r"use\s+(?:a|an)\s+(?P<what>.+?)\s+(?:tone|voice)(?:\s+of\s+voice)?",
        r"(?:make it|be)\s+(?P<what>(?:more|less)\s+(?!money\b)\w+(?:\s+and\s+(?:more\s+|less\s+)?\w+)?)",
    ),
)
"""What is said of words; a negation belongs to it."""

ASKS: tuple[Phrasing, ...] = (
    *_all(
        "move",
        rf"(?:(?:move|shift|transfer|reallocate|take|switch|put)\s+)?{_A}{_MONEY}\s+(?:away\s+)?(?:from|out of)\s+{_ONE}"
        rf"(?:\s+and\s+(?:give|put|move|add|spend)\s+(?:it|that|them|this))?\s+(?:to|into|on|for|towards)\s+(?P<to>.+)",
        rf"(?:move|shift|transfer)\s+(?:money\s+|budget\s+)?(?:from|out of)\s+{_ONE}\s+(?:to|into)\s+(?P<to>.+?)\s*[:,]\s*{_A}",
        rf"(?:move|shift|transfer|put|take)\s+{_A}\s+of\s+{_ONE}(?:\s+and\s+(?:give|put|move|add)\s+(?:it|that|them|this))?"
        rf"\s+(?:to|into|on|for)\s+(?P<to>.+)",
        rf"(?:move|shift|transfer)\s+{_A}\s+(?:to|into)\s+(?P<to>.+?)\s+(?:from|out of)\s+(?P<what>.+)",
    ),
    *_all(
        "dates",
        rf"(?:(?:please\s+)?run\s+)?(?:the campaign\s+)?from\s+(?P<start>{DAY})\s+(?:to|until|till)\s+(?P<end>{DAY})",
        rf"(?:start|begin|launch|open|kick off)(?:\s+{_RUN})?\s+(?:on\s+|from\s+)?(?P<start>{DAY}|{_LATER})",
        rf"{_RUN}\s+(?:should\s+|must\s+|has to\s+)?(?:starts?|begins?|launch(?:es)?)\s+(?:on\s+)?(?P<start>{DAY}|{_LATER})",
        rf"(?:end|finish|stop|close)(?:\s+{_RUN})?\s+(?:on\s+|by\s+)?(?P<end>{DAY}|{_LATER})",
        rf"{_RUN}\s+(?:should\s+|must\s+|has to\s+)?(?:ends?|finish(?:es)?|stops?)\s+(?:on\s+|by\s+)?(?P<end>{DAY}|{_LATER})",
        rf"(?:extend|prolong|run)(?:\s+{_RUN})?\s+(?:to|until|till)\s+(?P<end>{DAY})",
        rf"(?:make|run)(?:\s+{_RUN})?\s+(?:for\s+)?(?P<end>{SPAN}\s+(?:longer|shorter))",
        rf"(?:shift|move|run)\s+{_RUN}\s+(?:by\s+)?(?P<shift>{_LATER})",
    ),
    *_all("dates", rf"(?:extend|prolong|lengthen)(?:\s+{_RUN})?\s+by\s+(?P<end>{SPAN})"),
    *_all("dates", rf"(?:shorten|cut)(?:\s+{_RUN})?\s+by\s+(?P<end>{SPAN})"),
    *_all("dates", rf"(?:postpone|delay|push back)(?:\s+{_RUN})?\s+(?:by\s+)?(?P<shift>{SPAN})"),
    *_all("dates", rf"(?:bring)\s+{_RUN}\s+forward\s+(?:by\s+)?(?P<shift>{SPAN})"),
    *_all(
        "cap",
        rf"(?:cap|limit)\s+{_ONE}{_MONEY}\s+(?:at|to)\s+{_A}",
        rf"(?:don't|do not|never)\s+(?:spend|put)\s+more\s+than\s+{_A}\s+{_ON}\s+(?P<what>.+)",
        rf"(?:spend|put|give|keep)?\s*(?:at most|no more than|not more than|never more than|a maximum of|up to|max)\s+{_A}\s+"
        rf"{_ON}\s+(?P<what>.+)",
        rf"(?:keep\s+)?{_ONE}\s+(?:below|under)\s+{_A}",
        rf"(?:keep\s+|give\s+)?{_ONE}\s+(?:(?:should|must|may|can)\s+)?(?:gets?\s+|have\s+)?(?:at|to)?\s*(?:at most|no more than|"
        rf"not more than|never more than)\s+{_A}",
        rf"{_ONE}\s+(?:must|should|may)\s+not\s+exceed\s+{_A}",
    ),
    *_all(
        "floor",
        rf"(?:spend|put|give|keep)?\s*(?:at least|no less than|not less than|a minimum of|min)\s+{_A}\s+{_ON}\s+(?P<what>.+)",
        rf"(?:give\s+|keep\s+)?{_ONE}\s+(?:(?:should|must)\s+)?(?:get|gets|have)?\s*(?:at least|no less than|a minimum of)\s+{_A}",
    ),
    *_all(
        "set",
        rf"(?:set|change|raise|increase|cut|reduce|lower|make|bring)\s+{_ALL_OF_IT}\s+(?:(?:down|up)\s+)?(?:to\s+)?{_A}",
    ),
    *_all("raise", rf"(?:raise|increase|grow)\s+{_ALL_OF_IT}\s+by\s+{_A}"),
    *_all("cut", rf"(?:cut|reduce|lower|decrease|trim)\s+{_ALL_OF_IT}\s+by\s+{_A}"),
    *_all(
        "raise",
        rf"(?:raise|increase|grow|up|lift)\s+{_ONE}{_MONEY}\s+by\s+{_A}",
        rf"(?:spend|put|give)?\s*{_A}\s+more\s+{_ON}\s+(?P<what>.+)",
        rf"give\s+{_ONE}\s+{_A}\s+more",
        rf"give\s+{_ONE}\s+(?:an\s+)?(?:extra|additional|another)\s+{_A}",
        rf"(?:spend|put)\s+(?:an\s+)?(?:extra|additional|another)\s+{_A}\s+{_ON}\s+(?P<what>.+)",
        rf"add\s+{_A}\s+(?:more\s+)?(?:to|on|for)\s+(?P<what>.+)",
    ),
    *_all(
        "cut",
        rf"(?:cut|reduce|lower|decrease|trim|shrink)\s+{_ONE}{_MONEY}\s+by\s+{_A}",
        rf"(?:spend|put|give)?\s*{_A}\s+less\s+{_ON}\s+(?P<what>.+)",
        rf"give\s+{_ONE}\s+{_A}\s+less",
        r"(?:halve)\s+(?P<what>.+)",
        r"(?:cut|reduce)\s+(?P<what>.+?)\s+in\s+(?P<amount>half)",
    ),
    *_all(
        "add",
        rf"(?:add|include|use|try|bring in|introduce)\s+{_ONE}\s+(?:with|at|for)\s+{_A}",
        r"(?:also\s+)?(?:address|target|speak to|talk to|write to)\s+(?P<what>.+?)(?:\s+(?:too|as well))?",
        r"(?:add|include|use|try|bring in|introduce|start using)\s+(?P<what>.+?)(?:\s+(?:too|as well|to the mix))?",
    ),
    *_all(
        "set",
        rf"(?:set|change|raise|increase|cut|reduce|lower|fix|bring|take)\s+{_ONE}{_MONEY}\s+(?:to|at)\s+{_A}",
        rf"(?:spend|put)\s+{_A}\s+{_ON}\s+(?P<what>.+)",
        rf"give\s+(?P<what>.+?)\s+{_A}",
        rf"(?:the\s+)?(?:total\s+)?(?P<what>budget)\s+(?:is|is now|must be|should be|has to be)\s+(?:only\s+)?{_A}",
        rf"hold\s+back\s+(?P<amount>(?:{AMOUNT}){_OF})",
        r"(?P<amount>double)\s+(?P<what>.+)",
    ),
    *_all(
        "keep",
        r"(?:keep|leave|hold)\s+(?P<what>.+?)\s+(?:as (?:it is|they are|is)|alone|unchanged|where (?:it is|they are)|fixed)",
    ),
    *_all(
        "drop",
        rf"(?:cut|reduce|set|bring)\s+{_ONE}{_MONEY}\s+to\s+(?:zero|nothing)",
        r"(?:stop|leave off)\s+(?:addressing|targeting|writing to)\s+(?P<what>.+)",
        r"(?:drop|remove|exclude|cancel|kill|leave out|skip|stop using|stop|delete|take out|do without|no more|no)\s+"
        r"(?P<what>.+?)(?:\s+(?:from the (?:plan|mix|campaign)|entirely|completely|altogether|please))?",
    ),
)
"""What is said of money, dates, channels and people; a statement with a negation or a condition in it is not read."""
