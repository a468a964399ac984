"""Shows: what a demo plays by itself before it starts over, as atheria.json has it."""


def show(steps, *events):
    """A show of so many steps, with these events in the order of their steps."""
    return {"steps": steps, "events": sorted(events, key=lambda event: event["step"])}


def plant(step, y, column):
    """At a step: a seed, its middle on a cell."""
    return {"step": step, "stroke": {"tool": "inject", "at": {"y": y, "x": column}}}


def erase(step, y, column, radius):
    """At a step: a disc of this radius in cells is wiped out."""
    return {"step": step, "stroke": {"tool": "erase", "at": {"y": y, "x": column}, "radius_cells": radius}}
