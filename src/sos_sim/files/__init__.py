"""Reading: one map of lines, one way to refuse; scenario files and what study files share."""
