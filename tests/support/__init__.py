"""Made-up worlds, tables and studies that tests share."""
