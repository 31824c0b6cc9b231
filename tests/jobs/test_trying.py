"""A job tried on some history finds what the job itself would find, and leaves nothing behind."""

import asyncio

import orjson

from unusual.jobs.trying import Trial
