"""What independent libraries make of the routes that skygrid writes, and skygrid of theirs; called by .ci/readers with a
scratch folder and the program."""

import csv
import json
import os
import subprocess
import sys
import threading
import time
import zipfile

import fastkml
import gpxpy
import gpxpy.gpx
import shapely.geometry
from mavsdk.component_type import ComponentType
from mavsdk.mavsdk import Configuration, Mavsdk
from mavsdk.plugins.mission_raw.mission_raw import MissionRaw
from pymavlink import mavutil, mavwp

folder, program = sys.argv[1:3]
path = lambda name: os.path.join(folder, name)


def skygrid(given, out, *more):
    subprocess.run([program, "-q", "import", "route", given, "--out", path(out), *more], check=True, capture_output=True)
    return path(out)


def rows(name):
    """Places and heights of a table of ours: the one that the others are compared with."""
    table = csv.DictReader(open(name, newline="", encoding="utf-8"))
    height = lambda row: float(row.get("altitude_amsl_m") or row.get("altitude_agl_m"))
    return [(float(row["lat_deg"]), float(row["lon_deg"]), height(row)) for row in table]


def same(found, wanted, what, metres=1e-3):
    assert len(found) == len(wanted), (what, len(found), len(wanted))
    for ours, theirs in zip(wanted, found):
        assert abs(ours[0] - theirs[0]) <= 1e-7 and abs(ours[1] - theirs[1]) <= 1e-7, (what, ours, theirs)
        assert abs(ours[2] - theirs[2]) <= metres, (what, ours, theirs)


scene = ["--scenario", "tests/places/drawn.toml"]
delivery = "tests/places/routes/delivery.plan"
over_ground = rows(skygrid(delivery, "ground.csv"))
over_sea = rows(skygrid(delivery, "sea.csv", "--heights", "amsl", *scene))
patterns = "tests/routes/patterns.plan"


def by_mavsdk(*names):
    """Plans by MAVSDK, which reads them for a vehicle that it knows: a heartbeat is enough."""
    done = threading.Event()

    def beat():
        link = mavutil.mavlink_connection("udpout:127.0.0.1:14540", source_system=1, source_component=1)
        while not done.is_set():
            link.mav.heartbeat_send(2, 12, 0, 0, 4)
            time.sleep(0.1)

    with Mavsdk(Configuration.create_with_component_type(ComponentType.GROUND_STATION)) as host:
        host.add_any_connection("udpin://127.0.0.1:14540")
        vehicle = threading.Thread(target=beat)
        vehicle.start()
        try:
            reader = MissionRaw(host.first_autopilot(20.0))
            return [reader.import_qgroundcontrol_mission(name) for name in names]
        finally:
            done.set()
            vehicle.join()


flown = {16, 17, 18, 19, 21, 22, 31, 82, 84, 85, 94}
ground_plan, sea_plan = skygrid(delivery, "ground.plan"), skygrid(delivery, "sea.plan", "--heights", "amsl", *scene)
written = skygrid(patterns, "patterns.plan")
read = by_mavsdk(ground_plan, sea_plan, written)
for data, wanted, frame in zip(read, (over_ground, over_sea), (10, 0)):
    items = [item for item in data.mission_items if item.command in flown]
    assert {item.frame for item in items} == {frame}
    same([(item.x / 1e7, item.y / 1e7, item.z) for item in items], wanted, "MAVSDK")
mission, fence, rally = read[2].mission_items, read[2].geofence_items, read[2].rally_items
places = [item for item in mission if item.command in flown]
assert {item.frame for item in places} == {0, 10} and [item.command for item in fence] == [5001] * 4 + [5004]
assert [(item.frame, item.z) for item in rally] == [(3, 50.0)]
holds = sorted(item.param1 for item in mission if item.command in (16, 19, 82, 93) and item.param1 > 0)
assert holds == [15.0, 20.0, 30.0], holds
print(f"plan     MAVSDK reads {len(mission)} items, {len(fence)} of fences, {len(rally)} rally point; places and heights equal")

# WPL by pymavlink, and what pymavlink writes by us.
loader = mavwp.MAVWPLoader()
loader.load(skygrid(delivery, "ground.waypoints"))
items = [loader.wp(index) for index in range(1, loader.count())]
same([(item.x, item.y, item.z) for item in items if item.command in flown], over_ground, "pymavlink", 1e-3)
assert (loader.wp(0).x, loader.wp(0).y, loader.wp(0).z) == (-33.905, 18.425, 8)
loader.save(path("theirs.waypoints"))
same(rows(skygrid(path("theirs.waypoints"), "theirs.csv")), over_ground, "WPL of pymavlink")
print(f"wpl      pymavlink reads {loader.count()} lines, and skygrid what pymavlink writes")

# KML by fastkml and GDAL.
for name, wanted, mode in (("ground", over_ground, "relativeToGround"), ("sea", over_sea, "absolute")):
    document = skygrid(path(f"{name}.csv"), f"{name}.kml")
    placemark = fastkml.KML.parse(document).features[0].features[0]
    assert placemark.kml_geometry.altitude_mode.value == mode and placemark.kml_geometry.tessellate
    same([(lat, lon, up) for lon, lat, up in placemark.geometry.coords], wanted, "fastkml")
    zipped = skygrid(path(f"{name}.csv"), f"{name}.kmz")
    assert zipfile.ZipFile(zipped).read("doc.kml") == open(document, "rb").read()


def by_gdal(name, layer=None):
    command = ["ogr2ogr", "--config", "GPX_ELE_AS_25D", "YES", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=15", "/vsistdout/", name]
    text = subprocess.run(command + ([layer] if layer else []), check=True, capture_output=True).stdout
    line = json.loads(text)["features"][0]["geometry"]
    return [(lat, lon, up) for lon, lat, up in line["coordinates"]]


same(by_gdal(path("sea.kml")), over_sea, "GDAL")
print("kml      fastkml and GDAL read the same places, heights and altitude modes")

# GPX by gpxpy and GDAL, and what gpxpy writes by us.
document = skygrid(path("sea.csv"), "sea.gpx")
route = gpxpy.parse(open(document, encoding="utf-8")).routes[0]
same([(point.latitude, point.longitude, point.elevation) for point in route.points], over_sea, "gpxpy")
same(by_gdal(document, "routes"), over_sea, "GDAL")
theirs = gpxpy.gpx.GPX()
theirs.routes.append(gpxpy.gpx.GPXRoute("theirs"))
theirs.routes[0].points.extend(gpxpy.gpx.GPXRoutePoint(lat, lon, elevation=up) for lat, lon, up in over_sea)
open(path("theirs.gpx"), "w", encoding="utf-8").write(theirs.to_xml(version="1.1"))
same(rows(skygrid(path("theirs.gpx"), "theirs-gpx.csv")), over_sea, "GPX of gpxpy")
print(f"gpx      gpxpy and GDAL read {len(route.points)} points, and skygrid what gpxpy writes")

# GeoJSON by Shapely: the third number is over the ellipsoid, 31 m over mean sea level at Cape Town.
collection = json.load(open(skygrid(path("sea.csv"), "sea.geojson"), encoding="utf-8"))
line = shapely.geometry.shape(collection["features"][0]["geometry"])
offsets = [up - wanted[2] for (_, _, up), wanted in zip(line.coords, over_sea)]
assert line.has_z and all(29.0 < offset < 33.0 for offset in offsets), offsets
same([(lat, lon, wanted[2]) for (lon, lat, _), wanted in zip(line.coords, over_sea)], over_sea, "Shapely")
print(f"geojson  Shapely reads heights {min(offsets):.2f} to {max(offsets):.2f} m over those above mean sea level: EGM96")
