//! What is understood of obstacles.

use std::path::Path;

use super::*;
use crate::units::{Altitude, Datum};
use crate::world::airspace::{ObstacleKind, Shape};
use crate::world::geo::Geographic;

fn obstacles(path: &Path) -> Vec<ObstacleRecord> {
    let mut all = Vec::new();
    read(path, Reading::default(), &mut |obstacle| all.push(obstacle)).unwrap();
    all
}

#[test]
fn tags_and_properties_are_understood() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/obstacles/mapped-oddities.json");
    let all = obstacles(&path);
    let [mast, house, ropeway, first, second, ladder, line] = &all[..] else { panic!("{all:?}") };
    assert_eq!((mast.id.as_str(), mast.kind), ("node/1", ObstacleKind::Mast));
    assert_eq!(mast.name, Text::new("Transmitter", "发射塔"));
    assert_eq!(mast.top, Top::OverGround(42.0));
    assert_eq!(mast.shape, Shape::Circle { centre: Geographic::new(41.54, 120.48), radius_m: 1.0 });
    assert_eq!((house.kind, &house.top), (ObstacleKind::Building, &Top::OverGround(18.0)));
    // Of the place that stands twice the first height counts.
    assert_eq!(ropeway.top, Top::AlongLine(vec![Altitude::amsl(400.0), Altitude::amsl(690.5)]));
    assert_eq!((ropeway.kind, ropeway.clearance_m), (ObstacleKind::CableCar, Some(30.0)));
    assert_eq!((first.id.as_str(), second.id.as_str()), ("obstacle-4-1", "obstacle-4-2"));
    assert_eq!((first.kind, &second.top), (ObstacleKind::WindTurbine, &Top::Amsl(812.0)));
    assert_eq!((ladder.kind, &ladder.top), (ObstacleKind::Other, &Top::OverGround(3.5)));
    assert_eq!((line.kind, &line.top), (ObstacleKind::PowerLine, &Top::OverGround(98.5 * 0.3048)));
    assert!(matches!(line.shape, Shape::Corridor { half_width_m: 1.0, .. }));
}

#[test]
fn written_obstacles_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.geojson");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/obstacles/mapped-oddities.json");
    let mut original = Vec::new();
    rewrite(&path, &out, Reading::default(), &mut |obstacle| original.push(obstacle.clone())).unwrap();
    original[2].top = match original[2].top.clone() {
        Top::AlongLine(heights) => {
            Top::AlongLine(heights.into_iter().map(|height| Altitude { datum: Datum::Ellipsoid, ..height }).collect())
        }
        other => other,
    };
    // Heights over the ellipsoid, too, come back as what they are.
    let text = std::fs::read_to_string(&out).unwrap().replace("\"amsl\"", "\"ellipsoid\"");
    std::fs::write(&out, text).unwrap();
    assert_eq!(obstacles(&out), original);
}
