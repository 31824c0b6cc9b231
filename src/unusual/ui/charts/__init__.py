"""Charts as ECharts options, made of what they show by pure functions; know no page."""
