"""One module per demo, each with a `DEMO`."""
