"""What the published definitions of ASTM F3548-21 make of the intents that skygrid writes: called by .ci/readers with the program
and a scratch folder."""

import json
import os
import subprocess
import sys

from implicitdict import ImplicitDict
from uas_standards.astm.f3548.v21.api import OperationalIntentDetails, PutOperationalIntentReferenceParameters

skygrid, folder = sys.argv[1:3]
path = os.path.join(folder, "intents.json")
options = ["--until", "00:30:00", "--set", "algorithms.strategic=least-cost", "--intents", path, "-q"]
subprocess.run([skygrid, "conflicts", "scenarios/fenghuang.toml", *options], check=True, stdout=subprocess.DEVNULL)
intents = json.load(open(path))["operational_intents"]
volumes = 0
for intent in intents:
    parameters = ImplicitDict.parse(intent["parameters"], PutOperationalIntentReferenceParameters)
    details = ImplicitDict.parse(intent["details"], OperationalIntentDetails)
    assert parameters.state.value in ("Accepted", "Activated", "Nonconforming", "Contingent")
    all_volumes = list(details.volumes) + list(details.off_nominal_volumes)
    assert all_volumes and len(parameters.extents) >= len(all_volumes) / 2
    for volume in all_volumes:
        corners = volume.volume.outline_polygon.vertices
        assert len(corners) >= 3 and (corners[0].lat, corners[0].lng) != (corners[-1].lat, corners[-1].lng)
        assert volume.volume.altitude_lower.value < volume.volume.altitude_upper.value
        assert volume.volume.altitude_lower.reference == "W84"
        assert volume.time_start.value.datetime < volume.time_end.value.datetime
    volumes += len(all_volumes)
assert len(intents) > 10
print(f"f3548    uas_standards reads {len(intents)} intents with {volumes} volumes")
