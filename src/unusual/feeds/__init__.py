"""Sources that data is pulled from; know no job and no store."""
