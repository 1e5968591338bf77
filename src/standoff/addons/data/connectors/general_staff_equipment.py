"""Russian equipment losses by category, cumulative, daily, by the General Staff of Ukraine.

Categories changed on 2022-05-01: lorries and fuel tankers became one. Each keeps its own quantity; none is added up.

Sources: ivaniuk2022 (the table).
"""

from __future__ import annotations

from dataclasses import replace

from standoff.addons.data.connectors import general_staff_personnel as personnel
from standoff.addons.data.connectors._dataset import ParseResult, RowClaims, claim, collect_claims, outliers
from standoff.addons.data.connectors._tables import TableRow, read

SOURCE = replace(
    personnel.SOURCE,
    title="russia_losses_equipment.json (daily General Staff figures)",
    url=personnel.SOURCE.url.replace("personnel", "equipment"),
)
QUANTITIES = {
    "tank": "tanks_lost",
    "apc": "armoured_vehicles_lost",
    "field_artillery": "artillery_lost",
    "mrl": "rocket_launchers_lost",
    "anti_aircraft_warfare": "sam_systems_lost",
    "aircraft": "aircraft_lost",
    "helicopter": "helicopters_lost",
    "drone": "uav_lost",
    "cruise_missiles": "cruise_missiles_lost",
    "naval_ship": "ships_lost",
    "submarines": "submarines_lost",
    "vehicles_and_fuel_tanks": "vehicles_lost",
    "military_auto": "lorries_lost",
    "fuel_tank": "fuel_tankers_lost",
    "special_equipment": "special_equipment_lost",
    "mobile_srbm_system": "missile_systems_lost",
    "ground_robotic_systems": "ground_robots_lost",
}
OTHER = {"date", "day", "greatest_losses_direction"}  #: columns without counts
NEEDED = ("date", "tank", "apc", "field_artillery", "mrl", "aircraft", "helicopter")


def parse(raw: bytes) -> ParseResult:
    """One claim per day and category; raises `DataError`, also for a new category."""
    table = read(raw, SOURCE.file).need(NEEDED)
    new = [column for column in table.columns if column not in {*QUANTITIES, *OTHER}]
    present = [column for column in QUANTITIES if column in table.columns]
    odd = {
        (column, table.rows[index].where)
        for column in present
        for index in outliers([row.count(column) for row in table.rows])
    }

    def each(row: TableRow) -> RowClaims:
        day = row.day("date")
        for column in new:
            if not row.empty(column):
                yield f"a category that this connector does not know: {column}"
        for column in present:
            count = row.count(column)
            if (column, row.where) in odd:
                yield personnel.MISPRINT
            elif count is not None:
                yield claim(
                    SOURCE,
                    subject="RUS",
                    quantity=QUANTITIES[column],
                    value=count,
                    unit="item",
                    as_of=day,
                    published=day,
                    speaker="General Staff of Ukraine",
                    slug="general-staff",
                    side="ukraine",
                    origin="general-staff-equipment",
                )

    return collect_claims(table, each, present)
