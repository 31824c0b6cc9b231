"""What is settled beside jobs: calendars, filters, rules, links to elsewhere."""
