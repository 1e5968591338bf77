"""Configuration of the documentation site, for Sphinx; `python -m docs.site.build` stages the pages and calls it."""

from standoff.versions import VERSION

project, author, copyright = "standoff", "The standoff authors", "2026, The standoff authors"
version = release = VERSION
language = "en"

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_*.md"]  # parts that pages include
myst_heading_anchors = 4  # links such as compare.md#the-epistemic-band, as on a code host
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
nitpicky = True
toc_object_entries = False  # each name of the API has a heading
nitpick_ignore_regex = [("py:.*", ".*")]  # types in signatures are text: most are private or of other packages

html_theme = "furo"
html_title = f"standoff {VERSION}"
html_static_path = ["static"]
templates_path = ["templates"]
html_css_files = ["colours.css", "site.css"]
html_copy_source = html_show_sourcelink = False
html_theme_options = {"footer_icons": []}
