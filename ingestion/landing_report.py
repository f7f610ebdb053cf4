"""What one landing did, counted: the files of the call and the records of its accepted files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingestion.sources.reading import is_column_name
from warehouse.ledger import Delivery, Outcome, TableCount

_MAXIMUM_LISTED = 1000
_MAXIMUM_COLUMNS = 50


@dataclass(frozen=True, slots=True)
class FileNote:
    """One file of the call with the reason of its fate."""

    file: str
    reason_code: str
    reason: str


@dataclass(slots=True)
class LandingReport:
    """Counts of one call of `customs land`.

    Attributes:
        source: Name of the source.
        is_check: Whether nothing was landed.
        files: All files of the call: the sum of the four kinds.
        accepted_files: Loaded; records that break their contract are in quarantine.
        not_applicable_files: Sound, but for no table of the lake.
        refused_files: Unusable or beyond a limit.
        duplicate_files: Deliveries that came before and were not refused or taken back.
        resumed_files: Files of an earlier, interrupted call that were loaded first; they are not
            among `files`.
        records: Accepted, quarantined and repeated records of this call's files, by table.
        empty_records: Records of this call's files that hold no row: their lists are empty, or not
            there.
        refused: Which files were refused and why.
        not_applicable: Which were not applicable and why.
        unterminated: Accepted files that ended without a line end: their last record may be cut.
        drift: Unknown columns with names like those of columns, by the word of the file's name.
        drift_unnamed: Most unknown columns of one file that are not in `drift`, by the same word:
            their names may be anything, or they are too many.
        renewed: Names that came before with another content, where records came with it that are
            not there yet or contradict those that are; repetitions alone renew nothing.
    """

    source: str
    is_check: bool = False
    accepted_files: int = 0
    not_applicable_files: int = 0
    refused_files: int = 0
    duplicate_files: int = 0
    resumed_files: int = 0
    records: dict[str, TableCount] = field(default_factory=dict)
    empty_records: int = 0
    refused: list[FileNote] = field(default_factory=list)
    not_applicable: list[FileNote] = field(default_factory=list)
    unterminated: list[str] = field(default_factory=list)
    drift: dict[str, list[str]] = field(default_factory=dict)
    drift_unnamed: dict[str, int] = field(default_factory=dict)
    renewed: list[str] = field(default_factory=list)

    @property
    def files(self) -> int:
        """All files of the call."""
        return (
            self.accepted_files
            + self.not_applicable_files
            + self.refused_files
            + self.duplicate_files
        )

    @property
    def quarantined_records(self) -> int:
        """Records of this call in quarantine, over all tables."""
        return sum(count.quarantined for count in self.records.values())

    @property
    def is_clean(self) -> bool:
        """Whether nothing was refused or quarantined."""
        return self.refused_files == 0 and self.quarantined_records == 0

    def add_outcome(self, delivery: Delivery, outcome: Outcome) -> None:
        """Count a file that was received in this call."""
        note = FileNote(delivery.name, outcome.reason_code or "", outcome.reason_text or "")
        if outcome.state == "accepted":
            self.accepted_files += 1
        elif outcome.state == "not_applicable":
            self.not_applicable_files += 1
            self.not_applicable.append(note)
        else:
            self.refuse(note)
        for table, count in outcome.counts.items():
            self.records[table] = self.records.get(table, TableCount()) + count

    def refuse(self, note: FileNote) -> None:
        """Count a refused file."""
        self.refused_files += 1
        self.refused.append(note)

    def add_drift(self, word: str, columns: Sequence[str]) -> None:
        """Remember unknown columns of a file whose name says its table by a word."""
        if not columns:
            return
        known = self.drift.setdefault(word, [])
        new = [one for one in columns if is_column_name(one) and one not in known]
        known.extend(new[: _MAXIMUM_COLUMNS - len(known)])
        unnamed = len(set(columns).difference(known))
        if unnamed > self.drift_unnamed.get(word, 0):
            self.drift_unnamed[word] = unnamed

    def as_json(self) -> dict[str, Any]:
        """Return the report for `--json`; long lists of files are cut, the counts are not."""
        return {
            "source": self.source,
            "check": self.is_check,
            "files": self.files,
            "accepted_files": self.accepted_files,
            "not_applicable_files": self.not_applicable_files,
            "refused_files": self.refused_files,
            "duplicate_files": self.duplicate_files,
            "unterminated_files": len(self.unterminated),
            "resumed_files": self.resumed_files,
            "records": {table: self.records[table].as_json() for table in sorted(self.records)},
            "empty_records": self.empty_records,
            "refused": [_note(note) for note in self.refused[:_MAXIMUM_LISTED]],
            "not_applicable": [_note(note) for note in self.not_applicable[:_MAXIMUM_LISTED]],
            "unterminated": self.unterminated[:_MAXIMUM_LISTED],
            "drift": {name: self.drift[name] for name in sorted(self.drift)},
            "drift_unnamed": {
                word: self.drift_unnamed[word] for word in sorted(self.drift_unnamed)
            },
            "renewed": self.renewed[:_MAXIMUM_LISTED],
        }


def _note(note: FileNote) -> Mapping[str, str]:
    return {"file": note.file, "reason_code": note.reason_code, "reason": note.reason}
