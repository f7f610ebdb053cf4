"""What an answer costs the lane service beside the decision itself."""

import asyncio
import fcntl
import json
from collections.abc import Iterator
from contextlib import closing

import pytest
from uvicorn import Config

from ml.lanes.connection import LaneConnection
from ml.lanes.draining import LaneServer
from ml.lanes.service import LaneService, service_of
from tests.lanes.lane_lake import SERVING, LaneLake
from tests.lanes.raw_http import Answer, answers, connected, only, request
from warehouse.settings import LakeSettings


@pytest.fixture
def kernel_questions(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Give the questions to the kernel, each of which is answered as ever."""
    asked: list[int] = []
    ioctl = fcntl.ioctl

    def counted(descriptor: int, question: int, argument: bytes) -> bytes:
        asked.append(question)
        return ioctl(descriptor, question, argument)

    monkeypatch.setattr(fcntl, "ioctl", counted)
    return asked


@pytest.mark.parametrize("is_draining", [False, True])
def test_the_kernel_is_asked_for_more_only_while_the_service_stops(
    lane_lake: LaneLake, kernel_questions: list[int], *, is_draining: bool
):
    service = service_of(LakeSettings(home=lane_lake.layout.home), SERVING)
    body = json.dumps(lane_lake.requests(1)[0]).encode()
    answer = asyncio.run(answer_of(service, request(body), is_draining=is_draining))
    assert answer.status == 200
    assert (bool(kernel_questions), answer.closes) == (is_draining, is_draining)


async def answer_of(service: LaneService, data: bytes, *, is_draining: bool) -> Answer:
    """Return the second answer of a connection of this process."""
    config = Config(service, interface="asgi3", proxy_headers=False)
    config.load()
    state = LaneServer(config, is_alone=True).server_state

    def connection() -> LaneConnection:
        return LaneConnection(config=config, server_state=state, app_state={})

    def ask(port: int) -> Answer:
        with closing(connected(port)) as client:
            client.sendall(data)
            assert not only(answers(client, 1)).closes
            state.is_draining = is_draining
            client.sendall(data)
            return only(answers(client, 1))

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        return await asyncio.to_thread(ask, port)
