//! Names of MAVLink commands: MAVLink `common.xml`, enum `MAV_CMD`.

/// Those that stand in missions, by number.
const NAMES: [(u32, &str); 68] = [
    (16, "NAV_WAYPOINT"),
    (17, "NAV_LOITER_UNLIM"),
    (18, "NAV_LOITER_TURNS"),
    (19, "NAV_LOITER_TIME"),
    (20, "NAV_RETURN_TO_LAUNCH"),
    (21, "NAV_LAND"),
    (22, "NAV_TAKEOFF"),
    (23, "NAV_LAND_LOCAL"),
    (24, "NAV_TAKEOFF_LOCAL"),
    (25, "NAV_FOLLOW"),
    (30, "NAV_CONTINUE_AND_CHANGE_ALT"),
    (31, "NAV_LOITER_TO_ALT"),
    (32, "DO_FOLLOW"),
    (34, "DO_ORBIT"),
    (35, "DO_FIGURE_EIGHT"),
    (80, "NAV_ROI"),
    (81, "NAV_PATHPLANNING"),
    (82, "NAV_SPLINE_WAYPOINT"),
    (83, "NAV_ALTITUDE_WAIT"),
    (84, "NAV_VTOL_TAKEOFF"),
    (85, "NAV_VTOL_LAND"),
    (92, "NAV_GUIDED_ENABLE"),
    (93, "NAV_DELAY"),
    (94, "NAV_PAYLOAD_PLACE"),
    (112, "CONDITION_DELAY"),
    (113, "CONDITION_CHANGE_ALT"),
    (114, "CONDITION_DISTANCE"),
    (115, "CONDITION_YAW"),
    (176, "DO_SET_MODE"),
    (177, "DO_JUMP"),
    (178, "DO_CHANGE_SPEED"),
    (179, "DO_SET_HOME"),
    (180, "DO_SET_PARAMETER"),
    (181, "DO_SET_RELAY"),
    (182, "DO_REPEAT_RELAY"),
    (183, "DO_SET_SERVO"),
    (184, "DO_REPEAT_SERVO"),
    (186, "DO_CHANGE_ALTITUDE"),
    (187, "DO_SET_ACTUATOR"),
    (188, "DO_RETURN_PATH_START"),
    (189, "DO_LAND_START"),
    (191, "DO_GO_AROUND"),
    (192, "DO_REPOSITION"),
    (193, "DO_PAUSE_CONTINUE"),
    (195, "DO_SET_ROI_LOCATION"),
    (196, "DO_SET_ROI_WPNEXT_OFFSET"),
    (197, "DO_SET_ROI_NONE"),
    (200, "DO_CONTROL_VIDEO"),
    (201, "DO_SET_ROI"),
    (202, "DO_DIGICAM_CONFIGURE"),
    (203, "DO_DIGICAM_CONTROL"),
    (204, "DO_MOUNT_CONFIGURE"),
    (205, "DO_MOUNT_CONTROL"),
    (206, "DO_SET_CAM_TRIGG_DIST"),
    (207, "DO_FENCE_ENABLE"),
    (208, "DO_PARACHUTE"),
    (211, "DO_GRIPPER"),
    (214, "DO_SET_CAM_TRIGG_INTERVAL"),
    (530, "SET_CAMERA_MODE"),
    (600, "JUMP_TAG"),
    (601, "DO_JUMP_TAG"),
    (1000, "DO_GIMBAL_MANAGER_PITCHYAW"),
    (2000, "IMAGE_START_CAPTURE"),
    (2001, "IMAGE_STOP_CAPTURE"),
    (2500, "VIDEO_START_CAPTURE"),
    (2501, "VIDEO_STOP_CAPTURE"),
    (3000, "DO_VTOL_TRANSITION"),
    (42600, "DO_WINCH"),
];

/// The name and number of a command, such as `DO_WINCH (42600)`.
pub fn name_of(command: u32) -> String {
    let known = NAMES.iter().find(|(number, _)| *number == command);
    let name = known.map_or("MAV_CMD", |(_, name)| *name);
    format!("{name} ({command})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_without_repeats() {
        assert!(NAMES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(name_of(42600), "DO_WINCH (42600)");
        assert_eq!(name_of(77), "MAV_CMD (77)");
    }
}
