"""One word per thing: what people read says it as the glossary does."""

import re
from collections import Counter

import pytest
import yaml

from dashboards.superset_files import superset_files
from data_contracts.code_lists import code_list, code_list_names
from data_contracts.loading import load_contracts
from ml.lanes.grounds import NEXT_STEPS
from ml.models.risk import MODEL
from tests.architecture.tree import REPOSITORY, tracked_files

GLOSSARY = REPOSITORY / "docs" / "glossary.md"
# What was written, and the word of the glossary. The law's table `vipham` is a decision about a
# violation: a name, not a text.
WORDS = {
    "vi phạm": "sai phạm",
    "bản công bố": "bản phát hành",
    "trị giá hải quan": "trị giá tính thuế",
}
TEXTS = {".md", ".py", ".sql", ".yaml", ".yml"}
# What no screen, sheet, answer or description says, and the word of the glossary.
NOT_ON_SCREENS = {
    r"\bpartners?\b": "foreign party",
    r"đối tác(?! nước ngoài)": "đối tác nước ngoài",
    r"\bcheck(s|ed|ing)?\b": "inspection",
}


@pytest.mark.parametrize(("other", "word"), WORDS.items())
def test_the_word_of_the_glossary_is_written_everywhere(other, word):
    assert word in GLOSSARY.read_text(encoding="utf-8")
    wrong = [
        f"{path.relative_to(REPOSITORY)}:{number}"
        for path in tracked_files()
        if path.suffix in TEXTS and path.name != "test_words.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if other in line.lower()
    ]
    assert wrong == []


def texts_of_data():
    """Yield where the text of a contract or code list is shown, and the text."""
    for contract in load_contracts().values():
        for field in contract.fields:
            shown = f"{field.label_vi} / {field.label_en} / {field.description}"
            yield f"{contract.name}.{field.name}", shown
            if field.listed is not None:
                texts = (field.listed.head_vi, field.listed.head_en)
                notes = (field.listed.note_vi, field.listed.note_en)
                yield f"list, {contract.name}.{field.name}", " / ".join((*texts, *notes))
    for name in code_list_names():
        for code in code_list(name):
            yield f"code list {name}, {code.code}", f"{code.label_vi} / {code.label_en}"


def texts_of_answers_and_pages():
    """Yield where the text of a reason, a next step, the workbook or the page is shown."""
    for feature in MODEL.features:
        labels = f"{feature.label_vi} / {feature.label_en} / {feature.null_means}"
        yield feature.name, f"{labels} / {feature.reason_vi} / {feature.reason_en}"
    for lane, steps in NEXT_STEPS.items():
        yield f"next step of {lane}", " / ".join(steps)
    for path, asset in superset_files().items():
        yield path, yaml.safe_dump(asset, allow_unicode=True, width=10_000)


@pytest.mark.parametrize(("other", "word"), NOT_ON_SCREENS.items())
def test_what_is_shown_has_the_word_of_the_glossary(other, word):
    assert word in GLOSSARY.read_text(encoding="utf-8")
    shown = [*texts_of_data(), *texts_of_answers_and_pages()]
    wrong = [place for place, text in shown if re.search(other, text.lower())]
    assert wrong == []


def test_each_word_stands_once_in_the_glossary():
    rows = [
        [cell.strip() for cell in line.split("|")[1:3]]
        for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| We write")
    ]
    words = Counter(word.strip() for cells in rows for cell in cells for word in cell.split(","))
    assert {"random arm", "examined"} <= set(words)
    assert [word for word, count in words.items() if count > 1] == []
