"""What is written to outlive a crash stands whole under its name, or not at all."""

from hashlib import sha256
from pathlib import Path

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


def test_what_is_sealed_is_known_by_its_hash_and_never_changes(tmp_path):
    file = tmp_path / "1.json"
    file.write_bytes(b"whole")
    assert durable.seal(file) == sha256(b"whole").hexdigest()
    assert file.stat().st_mode & 0o777 == durable.READ_ONLY


def test_a_link_leads_to_the_new_thing_also_after_a_crash_on_the_way(tmp_path):
    for name in ("1", "2"):
        (tmp_path / name).mkdir()
        durable.point_link(tmp_path / "current", Path(name))
        assert (tmp_path / "current").resolve() == tmp_path / name
        (tmp_path / "current.new").symlink_to("left by a crash")


def test_a_copy_holds_the_same_and_is_a_file_of_its_own(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"x" * 100_000)
    durable.copy(source, target)
    assert target.read_bytes() == source.read_bytes()
    assert target.stat().st_ino != source.stat().st_ino
    with pytest.raises(FileExistsError):
        durable.copy(source, target)
