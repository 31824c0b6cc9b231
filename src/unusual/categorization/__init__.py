"""Log lines into categories by the words they share; knows nothing of jobs, documents, disk or clock."""
