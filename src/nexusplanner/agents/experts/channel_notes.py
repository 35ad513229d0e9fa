"""Channel notes: why each channel has the money it has, from its own curve and past."""

from __future__ import annotations

from nexusplanner.agents.experts.amounts import money, percent, result
from nexusplanner.agents.experts.craft import craft_of
from nexusplanner.agents.experts.story import Story
from nexusplanner.agents.experts.voice import sentence
from nexusplanner.agents.facts import ChannelFact
from nexusplanner.domain.proposal import ChannelNote
from nexusplanner.domain.spoken import spoken


def channel_notes(s: Story) -> tuple[ChannelNote, ...]:
    """Write one note a channel of the allocation, in its order."""
    return tuple(
        ChannelNote(
            channel=fact.channel,
            role=_role(s, fact),
            formats=craft_of(fact.channel).formats,
            why=" ".join(_why(s, fact)),
            evidence=s.desk.about(f"channel {fact.channel}") or s.desk.about("budget"),
        )
        for fact in s.option.channels
    )


def _role(s: Story, fact: ChannelFact) -> str:
    if fact.status != "measured":
        return "probe"
    if craft_of(fact.channel).is_direct:
        return "dialogue"
    if fact.channel == s.option.channels[0].channel:
        return "lead"
    return "build" if fact.decay >= 0.4 else "close"


def _why(s: Story, fact: ChannelFact) -> list[str]:
    sentences = [_money(s, fact), _return(s, fact), _memory(s, fact), _limits(s, fact)]
    return [sentence(text) for text in sentences if text]


def _money(s: Story, fact: ChannelFact) -> str:
    voice, channel = s.voice(f"money {fact.channel}"), spoken(fact.channel)
    amount, share = money(fact.amount, s.currency), percent(fact.share)
    if fact.past_share is None:
        return voice.tell(
            f"{channel} gets {amount}, {share} of what {s.name} spends, without a past to compare it with",
            f"{amount} goes to {channel} for {s.name} ({share}); there is no earlier share to set beside it",
            f"{share} of the money for {s.name}, {amount}, opens {channel}",
        )
    past = percent(fact.past_share)
    return voice.tell(
        f"{channel} gets {amount}, {share} of the money, where it used to have {past}",
        f"{amount} for {channel}: {share} now, {past} in the history",
        f"from {past} of past spend, {channel} moves to {share}, {amount}",
        f"{share} of the money, {amount}, is for {channel}; its past share was {past}",
    )


def _return(s: Story, fact: ChannelFact) -> str:
    voice, channel, metric = (
        s.voice(f"return {fact.channel}"),
        spoken(fact.channel),
        s.desk.brief.objective.metric,
    )
    expected = result(fact.expected, metric, s.currency)
    if metric == "revenue":
        gain = money(fact.marginal_return, s.currency)
        return voice.tell(
            f"that should bring {expected}, and one more {s.currency} there {gain}",
            f"{expected} is expected of {channel}, with {gain} for the next {s.currency}",
            f"its curve gives {expected} for that, and {gain} for one {s.currency} more",
        )
    cost = money(fact.unit_cost, s.currency) if fact.unit_cost is not None else f"no known price in {s.currency}"
    return voice.tell(
        f"that should bring {expected} at {cost} each",
        f"{expected} are expected of {channel}, {cost} each",
        f"its curve gives {expected} for that, one for {cost}",
    )


def _memory(s: Story, fact: ChannelFact) -> str:
    voice, channel = s.voice(f"memory {fact.channel}"), spoken(fact.channel)
    if fact.status == "assumed":
        return voice.tell(
            f"no rows speak of {channel}: the price of its results is assumed to be the one the target of {s.name} implies",
            f"{s.name} has no history, so {channel} is reckoned at what the target itself would have to cost",
            f"until {channel} has rows of its own, {s.name} reckons it at budget over target",
        )
    if fact.status == "pooled":
        return voice.tell(
            f"no rows speak of {channel}: its curve is borrowed from the other channels of {s.name}",
            f"{channel} is a test for {s.name}, since its curve rests on the other channels' rows",
            f"{s.name} never measured {channel}, so this is money spent on learning",
        )
    lasting = percent(fact.decay)
    return voice.tell(
        f"{lasting} of a week's effect of {channel} is still there a week later",
        f"a week on, {lasting} of what {channel} did lasts",
        f"{channel} keeps {lasting} of its effect from one week to the next",
    )


def _limits(s: Story, fact: ChannelFact) -> str:
    channel, voice = spoken(fact.channel), s.voice(f"limits {fact.channel}")
    if fact.bound == "maximum":
        return voice.tell(
            f"the brief's or the lens's maximum holds {channel} at {money(fact.amount, s.currency)}",
            f"{channel} would take more than {money(fact.amount, s.currency)}; its maximum stops it",
            f"{money(fact.amount, s.currency)} is the most {channel} may have here",
        )
    if fact.bound == "minimum":
        return voice.tell(
            f"the brief's minimum keeps {channel} at {money(fact.amount, s.currency)}; its curve alone would give it less",
            f"{channel} has {money(fact.amount, s.currency)} because the brief asks for no less",
            f"left to its curve, {channel} would get less than its minimum of {money(fact.amount, s.currency)}",
        )
    return ""
