"""What every page needs: the page, tables, base figures, numbers in words."""
