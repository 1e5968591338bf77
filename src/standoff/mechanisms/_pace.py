"""Numbers of a pace that lasts from month to month. Underscore: not in the registry."""

from typing import Any

from standoff import components


def persistence(per: str, of: str = "the pace") -> Any:
    """Declare the autocorrelation of a disturbance over a month."""
    return components.param(
        f"autocorrelation of {of} over a month", unit="1", per=per, source="assumption", ge=0, le=0.999, default=0
    )


def innovation(per: str, of: str = "the pace") -> Any:
    """Declare the standard deviation of the innovation of a disturbance in a month."""
    return components.param(
        f"standard deviation of the monthly innovation of the logarithm of {of}",
        unit="1",
        per=per,
        source="assumption",
        ge=0,
        le=2,
        default=0,
    )


def passing(per: str, of: str = "the factor") -> Any:
    """Declare the standard deviation of the part of a month that does not last."""
    return components.param(
        f"standard deviation of {of} of one month that does not last",
        unit="1",
        per=per,
        source="assumption",
        ge=0,
        le=3,
        default=0,
    )
