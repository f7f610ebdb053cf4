"""What this room is given: declarations that move goods, and the places and people around them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from simulator.actors.carriers import Vehicles
from simulator.cargo.routes import Routes
from simulator.kernel.arrays import Bools, Floats, Ints
from simulator.kernel.keyed import Keys
from simulator.reference.calendar import DAY_SECONDS
from simulator.reference.regimes import IMPORT

NO_PLATFORM, LANG_SON, LAO_CAI = 0, 1, 2


class Outbox(Protocol):
    """Takes rows of outside tables; `delivery.outbox.Outbox` is one."""

    def put(
        self,
        table: str,
        moment: Ints,
        columns: dict[str, pa.Array],
        operation: str | pa.Array = "I",
        registered: Ints | None = None,
    ) -> None:
        """Take rows that the sending system knows from `moment` (local seconds) on.

        `registered` is the day on which each row's declaration was registered.
        """

    def wants(self, table: str) -> bool:
        """Tell whether rows of a table are written at all."""


@dataclass(frozen=True, slots=True)
class Shipments:
    """Declarations that move goods, one position each; fields `bill_…` are equal on one bill.

    Attributes:
        key: Identity of the declaration.
        number: Its 11 digits.
        trader, country, line: Positions; `country` is the partner's, `line` the main one.
        office: Position of the office where the goods are, equal on one bill; a declaration of
            the same goods made again elsewhere has that of the first.
        direction: IMPORT or EXPORT.
        transport: VNACCS code (1 air, 2 sea container, 3 sea bulk, 4 road, 5 rail, 6 river, 9).
        registered, cleared: Local seconds at which it is registered, and from which its goods may
            leave (cleared, or released before); -1 where they may not.
        opened: Second at which a physical inspection opened the goods, -1 if none did.
        gross_kg_e2, true_gross_kg_e2: Declared and real gross mass, hundredths of kg.
        is_bonded: Is registered to move under customs control to another office (transport slip
            and seal).
        scanned_from, scanned_until: When a check by scanner begins and ends, -1 where none does.
        is_suspect: That check found something, rightly or not.
        held_from: Second from which control keeps goods that have not left port or gate, or set out
            under seal, until it has looked at them, -1 where it does not.
        held_until: When it lets them go; -1 for never, which play alone makes (of who withdraws).
        taken_off: Share of an import's goods that is taken off on its bonded trip, which leaves its
            route and whose seal is opened; where it is 1 nothing arrives.
        bill_key: Identity of the bill.
        bill_serial: Running number of the declaration that first named it.
        leads: This declaration is the first of its bill (true for exactly one of each bill).
        bill_registered: Second at which the first declaration of the bill was registered.
        bill_part, bill_parts: Which share of the bill's containers it covers, of how many;
            parts beyond the number of containers share one.
        bill_kg_e2, bill_true_kg_e2: Gross mass of the whole bill as told and as it is.
        bill_m3_e2: Volume of the whole bill, hundredths of m3.
        bill_packages: Packages of the whole bill.
        bill_edited: The carrier's manifest is changed to transit later.
    """

    key: Keys
    number: Ints
    trader: Ints
    office: Ints
    country: Ints
    line: Ints
    direction: Ints
    transport: Ints
    registered: Ints
    cleared: Ints
    opened: Ints
    gross_kg_e2: Ints
    true_gross_kg_e2: Ints
    is_bonded: Bools
    scanned_from: Ints
    scanned_until: Ints
    is_suspect: Bools
    held_from: Ints
    held_until: Ints
    taken_off: Floats
    bill_key: Keys
    bill_serial: Ints
    leads: Bools
    bill_registered: Ints
    bill_part: Ints
    bill_parts: Ints
    bill_kg_e2: Ints
    bill_true_kg_e2: Ints
    bill_m3_e2: Ints
    bill_packages: Ints
    bill_edited: Bools

    def __len__(self) -> int:
        """Return the number of declarations."""
        return len(self.key)

    @property
    def is_scanned(self) -> Bools:
        """Whether each is sent through a scanner."""
        result: Bools = self.scanned_from >= 0
        return result

    @property
    def comes_under_seal(self) -> Bools:
        """Whether each is an export that a bonded trip brings to the port or gate."""
        result: Bools = self.is_bonded & (self.direction != IMPORT)
        return result

    @property
    def day(self) -> Ints:
        """Day of registration (since 1970)."""
        return self.registered // DAY_SECONDS


@dataclass(frozen=True, slots=True)
class BillTexts:
    """What bills say in words, one position each: text columns without nulls."""

    trader_code: pa.Array
    trader_name: pa.Array
    partner_name: pa.Array
    goods: pa.Array
    hs4: pa.Array


Describe = Callable[[Ints], BillTexts]
OfficeCodes = Callable[[Ints, Ints], pa.Array]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Places, fleets and traffic; drawn once.

    Attributes:
        seed: Seed of the world.
        office_codes: Office positions and days to codes as text (`reference.offices.codes`).
        office_names: Text of each office, the gate's name at the border.
        platform: NO_PLATFORM, LANG_SON or LAO_CAI of each office.
        on_single_window: Whether each office reports to the national single window as well.
        department: First two digits of each office's old code, as a number.
        port: Position of each office's port in `port_codes`.
        port_codes: UN/LOCODE of the ports of this country.
        calls: Calls a day, shape (ports, len(MODES)), at least 1.
        shared_trucks: Trucks a day with goods of several declarations, an office; at least 1.
        foreign_ports: UN/LOCODE of places abroad.
        foreign_places: Positions in them by country, VNACCS transport and turn; -1 for none.
        across: Place abroad by office and transport, shape (offices, 10), for partners from which
            nothing leaves that way: the neighbour's gate by land, a hub by sea and air.
        is_cold: Whether goods of each line travel cooled (and meet quarantine).
        home, partners: Vehicles of this country and of the neighbours.
        careless: How many times as often as usual each vehicle of `home` goes astray.
        neighbour: Position in `partners` for each office; -1 away from the land border.
        routes: Approved routes of transport under customs control.
    """

    seed: int
    office_codes: OfficeCodes
    office_names: pa.Array
    platform: Ints
    on_single_window: Bools
    department: Ints
    port: Ints
    port_codes: pa.Array
    calls: Ints
    shared_trucks: Ints
    foreign_ports: pa.Array
    foreign_places: Ints
    across: Ints
    is_cold: Bools
    home: Vehicles
    careless: Floats
    partners: tuple[Vehicles, ...]
    neighbour: Ints
    routes: Routes
