"""The sizes above which a file is refused before it is opened."""

from __future__ import annotations

# A member of the zip unpacked. The largest honest sheet (1,048,576 rows x 12 columns) is about 500 MB of XML; a
# company that size is better served by the database, so the limit protects the machine first.
MAX_MEMBER_BYTES = 300 * 1024**2
MAX_TOTAL_BYTES = 800 * 1024**2
# Real sheets compress 10-30 times. Small members may compress more (a blank sheet), hence the floor.
MAX_RATIO = 200
RATIO_FLOOR_BYTES = 50 * 1024**2
MAX_CSV_BYTES = 300 * 1024**2
# calamine lays a sheet out as a dense rectangle: one stray cell in XFD1048576 would ask for 17 thousand million cells
MAX_ROWS = 1_048_576
MAX_COLUMNS = 2_000
MAX_CELLS = 30_000_000

MAX_CODE = 64
MAX_TEXT = 10_000
MAX_PROBLEMS_OF_A_KIND = 1_000  # per sheet, column and code; the rest is counted in MORE_PROBLEMS
