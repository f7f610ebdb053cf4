"""What the judge says, line by line, and the page of the docs."""

from collections.abc import Iterator
from typing import Any

from benchmark.mechanisms.claims import Finding
from benchmark.mechanisms.judge import (
    Judgement,
    LookedAt,
    Unproven,
    UnprovenSign,
    Waiting,
)
from benchmark.mechanisms.marks import Mark
from benchmark.mechanisms.signs import LOOKS_AT, OF_INSPECTION, SIGNS
from benchmark.mechanisms.stories import STORIES, Story
from benchmark.mechanisms.strength import MOST, Strength
from measures.counted import counted
from measures.intervals import Interval

_NATION = ("scale", "first_date", "days")
_UNTOLD = "no story told"


def judgement_lines(judgement: Judgement) -> Iterator[str]:
    """Yield what a judgement says."""
    yield (
        f"{judgement.declarations:,} declarations, {judgement.items:,} items, "
        f"{judgement.irregular:,} of them irregular on purpose; "
        f"{judgement.slips:,} slips of border residents, {judgement.stacked:,} of them for others"
    )
    for one in judgement.strengths:
        yield (
            f"{one.mechanism} ({one.rows:,}): {one.rule} by {one.grain}, precision "
            f"{_share(one.precision)}, recall {_share(one.recall)}"
        )
    kept = sum(one.is_kept is True for one in judgement.findings)
    unseen = sum(one.is_kept is None for one in judgement.findings)
    yield (f"{kept} claims hold, {unseen} have too few rows to be judged by")
    yield from _waiting(judgement.waiting)
    yield _proof(judgement.unproven)
    yield _signs_proof(judgement.unproven_signs)
    yield counted(len(judgement.faults), "fault")
    yield from (f"  {fault}" for fault in judgement.faults)


def page_lines(judgement: Judgement) -> Iterator[str]:
    """Yield the page of the docs: every mechanism, its story, how it shows, and the signs."""
    yield "# What goes wrong in the simulated nation"
    yield ""
    yield (
        "Made by `customs bench mechanisms --page`; figures are on simulated data and say nothing "
        "of a real administration."
    )
    yield ""
    yield (
        f"Measured on one nation: {_nation(judgement.arguments)}; "
        f"{judgement.declarations:,} declarations and {judgement.items:,} goods items, "
        f"{judgement.irregular:,} of them irregular on purpose; "
        f"{judgement.slips:,} slips of border residents, {judgement.stacked:,} of them for others."
    )
    yield ""
    yield from _stories()
    for line in _waiting(judgement.waiting):
        yield line
        yield ""
    yield from rule_rows(judgement.strengths)
    yield from _looked_at(judgement.looked_at)
    yield from _signs(judgement.strengths, judgement.unproven)
    yield from _claims(judgement.findings)
    yield "## Faults"
    yield ""
    yield from (f"- {fault}" for fault in judgement.faults or ("none",))
    yield ""
    yield from sign_rows()


def _nation(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{name} {arguments.get(name, 'not told')}" for name in _NATION)


def _stories() -> Iterator[str]:
    yield "## Stories"
    yield ""
    yield "WHOLE is ((1 + MFN) (1 + VAT) - 1) of the invoice value, at the rates of the true code."
    yield ""
    yield "| mechanism | actors | motive | method | duty evaded | shows in | silent |"
    yield "|---|---|---|---|---|---|---|"
    yield from story_rows()
    yield ""


def story_rows() -> list[str]:
    """Return the row of each mechanism's story on the page."""
    return [_story(name, story) for name, story in STORIES.items()]


def _story(name: str, story: Story) -> str:
    told = (story.actors, story.motive, story.method, story.money)
    return _row(name, *told, ", ".join(story.tables), ", ".join(story.silent))


def rule_rows(strengths: list[Strength]) -> Iterator[str]:
    """Return what rules are and what the best of each mechanism does, line by line."""
    yield "## The best single rule"
    yield ""
    yield (
        "A rule is one sign and a threshold; it flags items, whole declarations or traders, and "
        "only honest goods of the same side (imports, exports, slips) are flagged wrongly. Of a "
        "declaration it looks at the highest of its items, or at what repeats itself: the standard "
        "score of the sign over all declarations of its trader, or of this client by this broker "
        "at this office. A slip of a border resident counts as an item, and its van as a trader. "
        "Precision and recall are those of the rule that is best in one half of the traders, in "
        "the other half; 95 % intervals over traders. The last columns are the highest share that "
        "both precision and recall reach in the whole nation, whatever the sign and the threshold: "
        f"{MOST:.0%} is too much."
    )
    yield ""
    yield "| mechanism | rows | best sign | flags | precision | recall | both at once | by |"
    yield "|---|---|---|---|---|---|---|---|"
    for one in strengths:
        shares = (_share(one.precision), _share(one.recall), f"{one.strictest:.0%}")
        own = (one.mechanism, f"{one.rows:,}", one.rule, one.grain)
        yield _row(*own, *shares, one.strictest_rule)
    yield ""


def _looked_at(looked_at: list[LookedAt]) -> Iterator[str]:
    yield "## What the nation's own control finds"
    yield ""
    yield (
        "Of the declarations of each mechanism that stood: those that were inspected by any "
        "method, those of which an inspection found something, rightly or not, and those that an "
        "audit charges by the end of the files. Beside it all declarations without any."
    )
    yield ""
    yield "| mechanism | declarations | inspected | found | charged by an audit |"
    yield "|---|---|---|---|---|"
    for one in looked_at:
        shares = (one.inspected, one.found, one.audited)
        told = (f"{share / one.declarations:.1%}" for share in shares)
        yield _row(one.mechanism, f"{one.declarations:,}", *told)
    yield ""


def _signs(strengths: list[Strength], unproven: list[Unproven]) -> Iterator[str]:
    yield "## How strongly each sign shows"
    yield ""
    yield (
        "The share of honest items of the same side that lie below an irregular one, by each sign "
        "that its story names (of declarations where it is one for all items of each): 50 % tells "
        "nothing, 100 % tells all. In bold: beyond doubt (three standard errors over traders). Not "
        "proven: there are too few to tell it from chance here. What stands at chance although "
        "there are enough, in the middle beyond doubt, is a fault of the story. Of a mechanism "
        "that is not proven no sign could be told from chance."
    )
    yield ""
    yield "| mechanism | signs |"
    yield "|---|---|"
    for one in strengths:
        yield _row(one.mechanism, ", ".join(_mark(mark) for mark in one.marks) or _UNTOLD)
    yield ""
    yield _proof(unproven)
    yield ""


def _proof(unproven: list[Unproven]) -> str:
    few = (f"{one.mechanism} ({one.rows:,} items, {one.traders:,} traders)" for one in unproven)
    return f"Not proven here, too few: {', '.join(few) or 'none'}"


def _waiting(waiting: list[Waiting]) -> Iterator[str]:
    """Yield one line on what no control can see by the end of the files, where there is any."""
    if waiting:
        shares = ", ".join(f"{one.mechanism} {one.share:.1%}" for one in waiting)
        yield f"Of the loss not yet visible at the end of the files: {shares}"


def _signs_proof(unproven: list[UnprovenSign]) -> str:
    few = (f"{one.mechanism} {one.sign} ({', '.join(one.tables)})" for one in unproven)
    return f"Signs not proven here, too few: {', '.join(few) or 'none'}"


def _mark(mark: Mark) -> str:
    if mark.error == float("inf"):
        return f"{mark.sign} not proven (too few)"
    share = f"{mark.apart + 0.5:.0%}"
    if mark.shows:
        return f"{mark.sign} **{share}**"
    return f"{mark.sign} {share} {'at chance' if mark.is_at_chance else 'not proven'}"


def _claims(findings: list[Finding]) -> Iterator[str]:
    yield "## What was held against truth and files"
    yield ""
    yield (
        "Must hold: of so many rows at least, less two standard errors of luck. Not judged: so few "
        "that they could hold, or fail, by luck."
    )
    yield ""
    yield "| mechanism | about | claim | rows | hold | must hold |"
    yield "|---|---|---|---|---|---|"
    for one in sorted(findings, key=lambda one: (one.mechanism, one.kind, one.statement)):
        share = f"{one.holds / one.rows:.1%}" if one.rows else "no row"
        claim = one.statement.replace("_", " ")
        bar = "not judged" if one.is_kept is None else f"{one.least:.1%}"
        yield _row(one.mechanism, one.kind, claim, f"{one.rows:,}", share, bar)
    yield ""


def sign_rows() -> Iterator[str]:
    """Yield what each sign looks at, line by line: the end of the page."""
    yield "## The signs"
    yield ""
    yield (
        "A sign is one number of a goods item that stood, or of a slip of a border resident: the "
        "higher, the more suspicious. It is empty where it says nothing, and the same for all "
        "items of what it speaks of (a declaration, a trader). Logs are natural: 0.69 is twice as "
        "much. A price is that of one unit in VND, a line a code of eight digits, a unit that of "
        "the quantity, a bill the first that a declaration names; mass is net unless it is called "
        "gross; first words are those with which the name of the goods begins, before models and "
        "sizes. Of what is compared the item itself is a part, unless others are named. Signs that "
        "look at how the declaration itself was inspected are no part of the ceiling: "
        f"{', '.join(sign for sign in SIGNS if sign in OF_INSPECTION)}."
    )
    yield ""
    yield "| sign | tables | what it looks at |"
    yield "|---|---|---|"
    for sign, tables in SIGNS.items():
        yield _row(sign, ", ".join(tables), LOOKS_AT[sign])


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _share(interval: Interval) -> str:
    if interval.value is None:
        return "nothing flagged"
    return f"{interval.value:.0%} ({interval.low:.0%} to {interval.high:.0%})"
