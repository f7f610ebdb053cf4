"""Two folders of two nations are told apart, whatever lies where they say which nation it is."""

import json
import os

import pytest

from benchmark.outside import told_arguments
from benchmark.truth import refuse_as_world
from benchmark.world_note import refuse_another, world_beside
from data_contracts.errors import CustomsDataError
from data_contracts.simulated import begun_in, mark, nation_in
from tests.unit.benchmark.nations import loss, write_truth


def put_pipe(path):
    os.mkfifo(path)


def put_folder(path):
    path.mkdir()


def put_link_to_nothing(path):
    path.symlink_to(path.parent / "nowhere")


def put_link_to_itself(path):
    path.symlink_to(path.name)


def put_device(path):
    path.symlink_to("/dev/zero")


NO_FILES = [put_pipe, put_folder, put_link_to_nothing, put_link_to_itself, put_device]


def test_the_outside_files_may_be_named_beside_the_truth(tmp_path):
    assert world_beside(tmp_path) == (None, "")
    (tmp_path / "world.json").write_text(json.dumps({"out": "../world"}))
    assert world_beside(tmp_path) == (tmp_path / "../world", "")
    (tmp_path / "world.json").write_text("{}")
    with pytest.raises(CustomsDataError, match="found None"):
        world_beside(tmp_path)


@pytest.mark.parametrize("put", NO_FILES)
def test_what_is_no_file_does_not_tell_nothing(tmp_path, put):
    world = tmp_path / "world"
    mark(world, "one")
    put(tmp_path / "world.json")
    put(world / "world.json")
    for read in (lambda: refuse_another(tmp_path, world), lambda: world_beside(tmp_path)):
        with pytest.raises(CustomsDataError, match=r"world\.json: expected a JSON file, found"):
            read()
    with pytest.raises(CustomsDataError, match=r"world\.json: expected a JSON file, found"):
        told_arguments(world)


@pytest.mark.parametrize("put", NO_FILES)
@pytest.mark.parametrize(("name", "read"), [(".simulated", nation_in), (".begun", begun_in)])
def test_a_mark_that_is_no_file_does_not_tell_nothing(tmp_path, put, name, read):
    put(tmp_path / name)
    with pytest.raises((CustomsDataError, OSError), match=name):
        read(tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"out": "a", "out": "b"}', "expected each name once, found 'out' more than once"),
        ('{"out": "a", "nation": 5}', r"at \$\.nation: expected `str`, got `int`"),
        ('{"out": "a", "nation": null}', r"at \$\.nation: expected `str`, got `null`"),
        ('{"out": 7}', r"at \$\.out: expected `str \| null`, got `int`"),
        ('{"out": "a", "days": []}', r"at \$\.days: expected `str`, got `array`"),
    ],
)
def test_what_the_note_of_a_truth_cannot_say_is_told(tmp_path, text, told):
    (tmp_path / "world.json").write_text(text)
    for read in (lambda: refuse_another(tmp_path, tmp_path), lambda: world_beside(tmp_path)):
        with pytest.raises(CustomsDataError, match=told):
            read()


@pytest.mark.parametrize("text", ['{"arguments": 5}', '{"arguments": {"a": 1, "a": 2}}'])
def test_what_the_note_of_outside_files_cannot_say_is_told(tmp_path, text):
    (tmp_path / "world.json").write_text(text)
    with pytest.raises(CustomsDataError, match=r"world\.json.*; make the nation anew"):
        told_arguments(tmp_path)


def test_a_note_may_name_a_folder_that_is_none(tmp_path):
    write_truth(tmp_path, [loss(1, 1)])
    (tmp_path / "lp").symlink_to("lp")
    (tmp_path / "world.json").write_text('{"out": "lp"}')
    with pytest.raises(CustomsDataError, match="expected the folder of the outside files"):
        refuse_as_world(tmp_path)
