"""What independent libraries make of the tracks that `skygrid export` writes: gpxpy, fastkml or lxml, czml3, Shapely and
DuckDB. Called by .ci/readers with the program and a scratch folder; every format must say the same of every sample."""

import datetime
import json
import os
import subprocess
import sys
import zipfile

import czml3
import duckdb
import gpxpy
import shapely.geometry
from lxml import etree

program, folder = sys.argv[1:3]
path = lambda name: os.path.join(folder, name)
KML, GX = "{http://www.opengis.net/kml/2.2}", "{http://www.google.com/kml/ext/2.2}"


def skygrid(*arguments):
    """What the program prints, as JSON."""
    return json.loads(subprocess.run([program, *arguments, "--json"], check=True, capture_output=True).stdout)


def instant(text):
    """Milliseconds since 1970."""
    return round(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


def row(name, millis, lon, lat, height):
    return name, millis, round(lon, 7), round(lat, 7), round(height, 2)


run, counts = path("tracks-run"), {}
skygrid("run", "scenarios/fenghuang.toml", "--until", "1200", "--out", run, "-q")
for ending in ["czml", "kml", "kmz", "gpx", "geojson", "csv", "parquet"]:
    events = [] if ending in ["csv", "parquet"] else ["--events"]
    counts[ending] = skygrid("export", run, "--out", path(f"tracks.{ending}"), *events)
samples = counts["csv"]["samples"]
assert samples > 1000 and all(count["samples"] == samples for count in counts.values()), counts

# Parquet by DuckDB is the yardstick: both heights of every sample.
table = duckdb.sql(f"""SELECT drone, time, lon_deg, lat_deg, altitude_amsl_m, altitude_ellipsoid_m, altitude_agl_m, sortie
                       FROM '{path('tracks.parquet')}'""").fetchall()
assert len(table) == samples
amsl = sorted(row(drone, instant(time), lon, lat, height) for drone, time, lon, lat, height, *_ in table)
ellipsoid = sorted(row(drone, instant(time), lon, lat, height) for drone, time, lon, lat, _, height, *_ in table)
undulation = [high - low for *_, low, high, _, _ in table]
assert 3.3 < min(undulation) and max(undulation) < 3.6, (min(undulation), max(undulation))
assert all(-1 <= agl <= 125 for *_, agl, _ in table)
print(f"parquet  {samples} samples, ellipsoid over sea level {min(undulation):.2f} to {max(undulation):.2f} m (DuckDB)")

read = duckdb.sql(f"SELECT drone, time, lon_deg, lat_deg, altitude_amsl_m FROM read_csv('{path('tracks.csv')}', types={{'time': 'VARCHAR'}})")
assert sorted(row(drone, instant(time), lon, lat, height) for drone, time, lon, lat, height in read.fetchall()) == amsl
print(f"csv      {samples} samples, equal (DuckDB)")

with open(path("tracks.gpx"), encoding="utf-8") as file:
    gpx = gpxpy.parse(file)
points = [(track.name, point) for track in gpx.tracks for segment in track.segments for point in segment.points]
found = sorted(row(name, round(p.time.timestamp() * 1000), p.longitude, p.latitude, p.elevation) for name, p in points)
assert found == amsl and len(gpx.tracks) == counts["gpx"]["sorties"] and len(gpx.waypoints) == counts["gpx"]["events"]
print(f"gpx      {len(gpx.tracks)} tracks, {len(points)} points, {len(gpx.waypoints)} waypoints, heights above sea level (gpxpy)")

document = etree.parse(path("tracks.kml"))
found, tracks = [], 0
for placemark in document.iter(KML + "Placemark"):
    for track in placemark.iter(GX + "Track"):
        tracks += 1
        assert track.findtext(KML + "altitudeMode") == "absolute"
        whens = [when.text for when in track.iter(KML + "when")]
        coords = [[float(part) for part in coord.text.split()] for coord in track.iter(GX + "coord")]
        assert len(whens) == len(coords)
        found += [row(placemark.findtext(KML + "name"), instant(when), *coord) for when, coord in zip(whens, coords)]
assert sorted(found) == amsl and tracks == counts["kml"]["sorties"]
styles = {style.get("id") for style in document.iter(KML + "Style")}
assert all(url.text[1:] in styles for url in document.iter(KML + "styleUrl"))
assert zipfile.ZipFile(path("tracks.kmz")).read("doc.kml") == open(path("tracks.kml"), "rb").read()
layers = subprocess.run(["ogrinfo", "-ro", "-q", path("tracks.kml")], check=True, capture_output=True, text=True).stdout
print(f"kml      {tracks} gx:Track, {len(found)} points, heights above sea level (lxml), {len(layers.splitlines())} layers (GDAL)")

packets = json.load(open(path("tracks.czml"), encoding="utf-8"))
assert packets[0]["id"] == "document" and packets[0]["version"] == "1.0"
found = []
for packet in packets[1:]:
    # What czml3 takes for positions, paths, points and labels of the specification.
    position = czml3.properties.Position(**packet["position"])
    czml3.properties.Point(**{key: value for key, value in packet["point"].items() if key == "pixelSize"})
    if "path" not in packet:
        continue
    czml3.Packet(id=packet["id"], name=packet["name"], position=position)
    epoch, flat = instant(packet["position"]["epoch"]), packet["position"]["cartographicDegrees"]
    spans = [tuple(map(instant, span.split("/"))) for span in packet["availability"]]
    for at in range(0, len(flat), 4):
        seconds, lon, lat, height = flat[at : at + 4]
        millis = epoch + round(seconds * 1000)
        assert any(start <= millis <= end for start, end in spans), (packet["id"], seconds)
        found.append(row(packet["id"], millis, lon, lat, height))
assert sorted(found) == ellipsoid
print(f"czml     {len(packets) - 1} packets, {len(found)} samples, inside their availability, ellipsoidal heights (czml3)")

collection = json.load(open(path("tracks.geojson"), encoding="utf-8"))
found = []
for feature in collection["features"]:
    geometry, about = shapely.geometry.shape(feature["geometry"]), feature["properties"]
    if "times" in about:
        assert geometry.has_z and len(geometry.coords) == len(about["times"])
        found += [row(about["drone"], instant(time), *place) for time, place in zip(about["times"], geometry.coords)]
assert sorted(found) == ellipsoid
print(f"geojson  {len(collection['features'])} features, {len(found)} samples, ellipsoidal heights (Shapely)")
