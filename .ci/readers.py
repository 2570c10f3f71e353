"""What independent libraries make of the files that skygrid writes; called by .ci/readers with a scratch folder."""

import collections
import csv
import glob
import json
import os
import sqlite3
import sys
import zipfile

import duckdb
import numpy
import rasterio
import shapely
import shapely.geometry
from lxml import etree

folder = sys.argv[1]
path = lambda name: os.path.join(folder, name)
KML = "{http://www.opengis.net/kml/2.2}"

summary = json.load(open(path("summary.parquet.json")))
classes = {entry["class"]: entry["cells"] for entry in summary["classes"]}


def number(value):
    """Values of all formats, comparable."""
    if value is None or value == "":
        return None
    try:
        return round(float(value), 6)
    except ValueError:
        return value


# Parquet by DuckDB, CSV by Python and by DuckDB.
table = duckdb.sql(f"SELECT * FROM '{path('map.parquet')}'")
names = table.columns
parquet = {row[0]: [number(value) for value in row] for row in table.fetchall()}
assert dict(duckdb.sql(f"SELECT state_class, count(*) FROM '{path('map.parquet')}' GROUP BY 1").fetchall()) == classes
rows = csv.DictReader(open(path("map.csv"), newline="", encoding="utf-8"))
lines = {row["code"]: [number(row[name]) for name in names] for row in rows}
assert lines == parquet, "CSV and Parquet differ"
total = duckdb.sql(f"SELECT count(*) FROM read_csv('{path('map.csv')}')").fetchall()[0][0]
assert total == len(parquet)
print(f"parquet  {len(parquet)} rows, {len(names)} columns, classes {classes}")

# GeoJSON by Shapely: valid, counter-clockwise, no two cells overlap.
collection = json.load(open(path("map.geojson"), encoding="utf-8"))
cells = [shapely.geometry.shape(feature["geometry"]) for feature in collection["features"]]
assert all(cell.is_valid and cell.exterior.is_ccw for cell in cells)
union, areas = shapely.unary_union(cells).area, sum(cell.area for cell in cells)
assert abs(union - areas) < 1e-9 * areas, (union, areas)
features = {f["properties"]["code"]: [number(f["properties"][name]) for name in names] for f in collection["features"]}
assert features == parquet, "GeoJSON and Parquet differ"
print(f"geojson  {len(cells)} polygons, valid, counter-clockwise, no overlap")

# GeoPackage by SQLite: the geometry blobs parsed by Shapely are those of the GeoJSON.
database = sqlite3.connect(path("map.gpkg"))
for (code, blob), cell in zip(database.execute("SELECT code, geom FROM grid_map ORDER BY fid"), cells):
    assert blob[:2] == b"GP" and shapely.from_wkb(blob[40:]).equals(cell), code
print(f"gpkg     {len(cells)} geometries equal those of the GeoJSON")

# KML: the OGC schema where pykml brings it, the order of elements, and the values.
document = etree.parse(path("map.kml"))
packaged = glob.glob(os.path.join(sys.prefix, "lib/python3*/site-packages/pykml/schemas/ogckml22.xsd"))
schema = "no packaged schema"
if packaged:
    try:
        xsd = etree.XMLSchema(etree.parse(packaged[0]))
        xsd.assertValid(document)
        schema = "valid against ogckml22.xsd"
    except etree.XMLSchemaParseError as error:
        schema = f"the packaged schema needs the network: {error}"[:90]
FEATURE = ["name", "visibility", "open", "description", "styleUrl", "Style", "ExtendedData", "Schema"]
FEATURE += ["Folder", "Placemark", "Polygon", "LineString"]
POLYGON = ["extrude", "tessellate", "altitudeMode", "outerBoundaryIs"]
ORDER = {"Document": FEATURE, "Folder": FEATURE, "Placemark": FEATURE, "Polygon": POLYGON}
for element in document.iter(*(KML + name for name in ORDER)):
    order = ORDER[element.tag.removeprefix(KML)]
    places = [order.index(child.tag.removeprefix(KML)) for child in element]
    assert places == sorted(places), element.tag
placemarks = collections.OrderedDict()
for placemark in document.iter(KML + "Placemark"):
    values = {field.get("name"): field.text for field in placemark.iter(KML + "SimpleData")}
    if values:
        placemarks[values["code"]] = [number(values.get(name)) for name in names]
assert placemarks == parquet, "KML and Parquet differ"
assert zipfile.ZipFile(path("map.kmz")).read("doc.kml") == open(path("map.kml"), "rb").read()
styles = {style.get("id") for style in document.iter(KML + "Style")}
assert all(url.text[1:] in styles for url in document.iter(KML + "styleUrl"))
print(f"kml      {len(placemarks)} placemarks, elements in order, {schema}")

# Terrain: what GDAL packed, `import terrain` unpacked.
for name in sorted(glob.glob(path("in-*.tif"))):
    with rasterio.open(name) as given, rasterio.open(name.replace("in-", "out-")) as read:
        assert given.shape == read.shape and given.transform.almost_equals(read.transform, 1e-9), name
        worst = numpy.abs(given.read(1).astype(float) - read.read(1).astype(float)).max()
        assert worst < 1e-3, (name, worst)
        print(f"terrain  {given.profile.get('compress')} predictor of {os.path.basename(name)}: {read.shape}, worst {worst} m")
