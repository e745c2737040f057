"""The report of a study of authorities."""
