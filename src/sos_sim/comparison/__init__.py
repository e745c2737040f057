"""Arms that share their luck: what differs, for whom, through which links, at what cost."""
