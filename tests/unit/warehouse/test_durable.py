"""What is written to outlive a crash stands whole under its name, or not at all."""

import pytest

from warehouse import durable


def test_a_pointer_names_the_new_thing_and_leaves_no_draft(tmp_path):
    pointer = tmp_path / "CURRENT"
    for name in (b"1\n", b"2\n"):
        durable.point(pointer, name)
        assert pointer.read_bytes() == name
    assert list(tmp_path.iterdir()) == [pointer]


def test_what_cannot_be_written_leaves_the_pointer_as_it_was(tmp_path):
    pointer = tmp_path / "CURRENT"
    durable.point(pointer, b"1\n")
    pointer.unlink()
    pointer.mkdir()
    with pytest.raises(IsADirectoryError):
        durable.point(pointer, b"2\n")
    assert pointer.is_dir()


def test_syncing_what_is_not_there_says_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        durable.sync(tmp_path / "nothing")
