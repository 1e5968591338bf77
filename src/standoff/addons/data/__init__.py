"""Public data sets: fetched, cached with hash and licence, parsed to claims."""

FUNCTIONS = {
    "data_get": "standoff.addons.data.datasets:get",
    "data_list": "standoff.addons.data.datasets:cards",
    "data_status": "standoff.addons.data.datasets:status",
}
