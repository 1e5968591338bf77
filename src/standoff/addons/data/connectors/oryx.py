"""Visually confirmed equipment losses of both sides by type: lower bounds.

The country is the owner of what was lost. Before a type has its first entry the table writes zero: nothing was
counted yet, so that is no claim. Headlines of the list that the table took for types are left out.

Sources: oryx2022 (the list), scarnecchia2025 (the table).
"""

from __future__ import annotations

from standoff.addons.data.connectors._dataset import Dataset, ParseResult, RowClaims, claim, collect_claims
from standoff.addons.data.connectors._tables import TableRow, read

SOURCE = Dataset(
    title="daily_count.csv (Oryx tally by type)",
    publisher="scarnecchia/oryx_data (GitHub)",
    page="https://github.com/scarnecchia/oryx_data",
    url="https://raw.githubusercontent.com/scarnecchia/oryx_data/HEAD/daily_count.csv",
    licence="CC BY 4.0",
    citation="Oryx (S. Mitzer, J. Janovsky and others), Attack on Europe: documenting equipment losses; by D. Scarnecchia",
    key="oryx2022",
    cadence="week",
)
SUBJECTS = {"russia": "RUS", "ukraine": "UKR"}
QUANTITIES = {
    "all types": "equipment_lost",
    "tanks": "tanks_lost",
    "aircraft": "aircraft_lost",
    "helicopters": "helicopters_lost",
    "armoured fighting vehicles": "armoured_fighting_vehicles_lost",
    "infantry fighting vehicles": "infantry_fighting_vehicles_lost",
    "armoured personnel carriers": "armoured_personnel_carriers_lost",
    "mine-resistant ambush protected": "mine_resistant_vehicles_lost",
    "infantry mobility vehicles": "infantry_mobility_vehicles_lost",
    "towed artillery": "towed_artillery_lost",
    "self-propelled artillery": "self_propelled_artillery_lost",
    "multiple rocket launchers": "rocket_launchers_lost",
    "rocket and missile artillery": "rocket_launchers_lost",
    "anti-aircraft guns": "anti_aircraft_guns_lost",
    "self-propelled anti-aircraft guns": "self_propelled_anti_aircraft_guns_lost",
    "surface-to-air missile systems": "sam_systems_lost",
    "radars": "radars_lost",
    "radars and communications equipment": "radars_lost",
    "jammers and deception systems": "jammers_lost",
    "command posts and communications stations": "command_posts_lost",
    "engineering vehicles and equipment": "engineering_vehicles_lost",
    "artillery support vehicles and equipment": "artillery_support_vehicles_lost",
    "self-propelled anti-tank missile systems": "anti_tank_missile_systems_lost",
    "unmanned combat aerial vehicles": "combat_uav_lost",
    "reconnaissance unmanned aerial vehicles": "recon_uav_lost",
    "unmanned ground vehicles": "ground_robots_lost",
    "naval ships": "ships_lost",
    "naval ships and submarines": "ships_lost",
    "trucks, vehicles, and jeeps": "vehicles_lost",
    "trucks, vehicles, jeeps, and trains": "vehicles_lost",
}
STATES = ("destroyed", "abandoned", "captured", "damaged")


def parse(raw: bytes) -> ParseResult:
    """One claim per country, type and day; raises `DataError`, also for an inconsistent total."""
    columns = ("country", "equipment_type", "type_total", "date_recorded", *STATES)
    return collect_claims(read(raw, SOURCE.file).need(columns), _claim)


def _claim(row: TableRow) -> RowClaims:
    kind = " ".join(row.text("equipment_type").lower().split())
    day, total = row.day("date_recorded"), row.count("type_total")
    subject = row.meaning("country", SUBJECTS, "Russia or Ukraine")
    parts = [row.count(state) for state in STATES]
    if kind.startswith("losses "):
        yield "a headline of the list, not a type"
    elif kind not in QUANTITIES:
        yield f"a type that this connector does not know: {kind[:40]}"
    elif not total:
        yield "nothing counted yet"
    elif None not in parts and sum(part or 0 for part in parts) != total:
        raise row.fault("type_total", f"the sum of {', '.join(STATES)}")
    else:
        yield claim(
            SOURCE,
            subject=subject,
            quantity=QUANTITIES[kind],
            value=total,
            unit="item",
            comparator="at_least",
            as_of=day,
            published=day,
            speaker="Oryx (visually confirmed)",
            slug="oryx",
            side="neutral",
        )
