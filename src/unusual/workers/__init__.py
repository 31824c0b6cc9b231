"""Where open jobs live, one ordered mailbox each; know no store and no requests."""
