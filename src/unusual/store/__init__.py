"""The ports that keep things, over SQL; knows no requests and no analysis."""
