"""Compares conflicts and speed with BlueSky (TU Delft), on drones uniform in 5 km x 5 km that fly straight on.

30 to 120 m, 10 to 15 m/s, zone 50 m / 15 m, look-ahead 30 s, detection each second, steps of half a second.
"""

import contextlib
import csv
import io
import json
import subprocess
import sys
import time
from pathlib import Path

import bluesky
import duckdb
import numpy

SKYGRID, SCRATCH = Path(sys.argv[1]), Path(sys.argv[2])
SIDE_M, CENTRE_DEG, EARTH_M = 5000.0, (41.5375, 120.485), 6371000.0
SCENE = """
format = 1
name = "{name}"
title = {{ en = "Straight flights", zh = "直线飞行" }}
time = {{ start = "2026-05-01T09:00:00+08:00", duration_s = 2 }}
area = {{ south_deg = 41.49, north_deg = 41.585, west_deg = 120.42, east_deg = 120.55 }}
terrain = {{ flat_amsl_m = 200 }}
separation = {{ horizontal_m = 50, vertical_m = 15, look_ahead_s = 30 }}
[[initial]]
id = "d"
aircraft = "m350"
file = "{name}.csv"
"""
# How many drones, who resolves, and for how long BlueSky is watched, s.
LOADS = [(100, "OFF", 300), (100, "MVP", 300), (1000, "OFF", 20), (1000, "MVP", 20), (10000, "OFF", 2)]


def quiet():
    return contextlib.redirect_stdout(io.StringIO())


def states(count, seed):
    """Drones by columns: east and north of the south-west corner, height, speed, track."""
    draw = numpy.random.default_rng(seed)
    columns = [(0, SIDE_M), (0, SIDE_M), (30, 120), (10, 15), (0, 360)]
    return [draw.uniform(low, high, count) for low, high in columns]


def start(drawn, resolver):
    """Puts drones into BlueSky."""
    from bluesky.core import simtime
    from bluesky.traffic.asas import ConflictDetection, ConflictResolution

    bluesky.sim.reset()
    simtime.setdt(0.5)
    assert ConflictDetection.setmethod("CSTATEBASED")[0] and ConflictResolution.setmethod(resolver)[0]
    detection = ConflictDetection.instance()
    detection.rpz_def, detection.hpz_def, detection.dtlookahead_def = 50.0, 15.0, 30.0
    east, north, height, speed, track = drawn
    degree_m = numpy.radians(1.0) * EARTH_M
    lat = CENTRE_DEG[0] + (north - SIDE_M / 2) / degree_m
    lon = CENTRE_DEG[1] + (east - SIDE_M / 2) / degree_m / numpy.cos(numpy.radians(CENTRE_DEG[0]))
    names = [f"D{number}" for number in range(len(east))]
    bluesky.traf.cre(names, "M600", lat, lon, track, height, speed)
    bluesky.sim.op()
    return detection


def speed_of_bluesky(count, resolver, seconds):
    """Simulated seconds in a second of one core."""
    with quiet():
        start(states(count, 1), resolver)
        begun, used = bluesky.sim.simt, time.process_time()
        while bluesky.sim.simt < begun + seconds:
            bluesky.sim.step()
        return (bluesky.sim.simt - begun) / (time.process_time() - used)


def speed_of_skygrid(count, resolver):
    """The same, everything recorded."""
    command = [SKYGRID, "bench", "-q", "--json", "--drones", str(count), "--resolver", resolver]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found[0]["speed"]


def conflicts_of_bluesky(drawn):
    """The pairs in conflict at the start."""
    with quiet():
        detection = start(drawn, "OFF")
        detection.update(bluesky.traf, bluesky.traf)
    numbers = [sorted(int(name[1:]) for name in pair) for pair in detection.confpairs]
    return {tuple(pair) for pair in numbers}


def conflicts_of_skygrid(drawn, name):
    with open(SCRATCH / f"{name}.csv", "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "lat_deg", "lon_deg", "altitude_agl_m", "track_deg", "speed_mps", "climb_mps"])
        for number in range(len(drawn[0])):
            lat, lon = bluesky.traf.lat[number], bluesky.traf.lon[number]
            out.writerow([f"D{number}", lat, lon, drawn[2][number], drawn[4][number], drawn[3][number], 0])
    (SCRATCH / f"{name}.toml").write_text(SCENE.format(name=name))
    run = SCRATCH / name
    subprocess.run([SKYGRID, "run", SCRATCH / f"{name}.toml", "-q", "--out", run], check=True, capture_output=True)
    query = f"SELECT own, intruder FROM '{run}/conflicts.parquet' WHERE opened_s = 0"
    return {tuple(sorted(int(drone[1:]) for drone in pair)) for pair in duckdb.sql(query).fetchall()}


def compare_conflicts():
    """Both measure the earth differently: of pairs at the edge of a conflict either may see it."""
    for count, seed in [(300, 1), (1000, 2), (3000, 3)]:
        drawn = states(count, seed)
        theirs = conflicts_of_bluesky(drawn)
        ours = conflicts_of_skygrid(drawn, f"states-{count}")
        print(f"{count:>6} drones: {len(ours)} conflicts, {len(theirs)} of BlueSky's, {len(ours ^ theirs)} of one alone")
        assert len(ours ^ theirs) <= 0.02 * len(theirs) + 1, sorted(ours ^ theirs)[:10]


def compare_speed():
    print("drones  resolver  BlueSky  skygrid   ratio   (simulated seconds in a second of one core)")
    for count, resolver, seconds in LOADS:
        theirs = speed_of_bluesky(count, resolver, seconds)
        ours = speed_of_skygrid(count, "none" if resolver == "OFF" else "mvp")
        print(f"{count:>6}  {resolver:<8}  {theirs:>7.3g}  {ours:>7.4g}  {ours / theirs:>6.0f}", flush=True)


with quiet():
    bluesky.init(mode="sim", detached=True)
compare_conflicts()
compare_speed()
