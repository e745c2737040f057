"""An authority's own returns, read, checked, linked over years and counted.

Returns hold children's lives. What leaves this wing for a file or the screen are counts: no identifier, no date of
birth, no row that stands for a child (``docs/records-governance.md`` says so to those who have to decide on it).
"""
