"""One word per thing: what people read says it as the glossary does."""

import pytest

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
