import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_contracts import loading
from ingestion.conform import conform
from ingestion.sources.catalog import SOURCES
from tests.unit.ingestion.files import HANG, csv_text, read
from tests.unit.ingestion.files import settings as lake_settings
from warehouse import sifting
from warehouse.layout import Layout

SOURCE = SOURCES["vcis_extract"]
HEADER = ",".join(HANG)
SOUND = csv_text([HANG]).splitlines()[1]

# Every line is one record: a break inside quotes would join two of them.
FIELDS = st.sampled_from(
    ["1", "2", "50", "51", "", "85171300", '"a, b"', '""', "é", "0.1", "I", "D"]
)
HOSTILE_LINES = st.one_of(
    st.just(SOUND),
    st.sampled_from(["1", "2"]).map(lambda stt: SOUND.replace(",1,8", f",{stt},8", 1)),
    st.lists(FIELDS, min_size=len(HANG), max_size=len(HANG)).map(",".join),
    st.lists(FIELDS, min_size=1, max_size=12).map(",".join),
    st.text(st.characters(codec="utf-8", exclude_characters='\n\r"'), min_size=1, max_size=20),
).filter(lambda line: line != "")
HOSTILE_BYTES = st.binary(min_size=1, max_size=12).filter(
    lambda line: not set(line) & set(b'\n\r"')
)
LINES = st.lists(st.one_of(HOSTILE_LINES.map(str.encode), HOSTILE_BYTES), max_size=12)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(LINES, st.sampled_from([b"\n", b"\r\n"]))
def test_every_line_is_accepted_quarantined_or_repeated(lines, line_end):
    content = line_end.join([HEADER.encode(), *lines])
    with tempfile.TemporaryDirectory() as folder:
        limits = lake_settings(Path(folder))
        reading = read(Path(folder), SOURCE, "hang_1.csv", content)
        assert reading.status == "accepted"
        found = conform(limits, SOURCE.name, [(1, reading)])["goods_item"]
        numbers = [*found.accepted["record_number"].to_pylist()]
        numbers += found.rejected["record_number"].to_pylist()
        assert sorted(numbers) == list(range(1, len(lines) + 1))
        incoming = sifting.Incoming(
            contract=loading.load_contract("goods_item"),
            source=SOURCE.name,
            accepted=found.accepted,
            rejected=found.rejected,
        )
        sifted = sifting.sift(limits, Layout(Path(folder)), incoming, [])
        counts = sifted.counts.get(1)
        total = counts.accepted + counts.quarantined + counts.repeated if counts else 0
        assert total == len(lines)
        assert sifted.accepted.num_rows == (counts.accepted if counts else 0)
