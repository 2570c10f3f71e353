//! Every word the viewer says, in both languages.

use crate::frame::{AlertLevel, Contingency, FlightPhase, IntentState};
use crate::message::Language;
use crate::message::words::Word;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $en:literal, $zh:literal;)*) => {
        $($(#[$doc])* pub const $name: Word = Word::new($en, $zh);)*
    };
}

words! {
    /// Layer.
    TERRAIN = "Terrain", "地形";
    /// Layer.
    CONTOURS = "Contour lines", "等高线";
    /// Layer.
    RIVERS = "Rivers", "河流";
    /// Layer.
    OBSTACLES = "Buildings and other obstacles", "建筑与其他障碍物";
    /// Layer.
    AREA = "Airspace box", "空域边界";
    /// Layer.
    CEILING = "Ceiling surface", "限高面";
    /// Layer.
    CELLS = "Grid map", "空域网格图";
    /// Layer.
    COVERAGE = "Radio coverage", "无线覆盖";
    /// Layer.
    ZONES = "Zones and approvals", "区域与批准";
    /// Layer.
    SURFACES = "Airport surfaces", "机场障碍物限制面";
    /// Layer.
    POINTER = "What is under the pointer", "指针处信息";
    /// Panel: height of the slice.
    SLICE = "Slice, m above ground", "切片真高（米）";
    /// Pointer.
    GROUND_AMSL = "ground AMSL", "地面海拔";
    /// Pointer.
    OUTSIDE = "outside the area", "空域之外";
    /// Pointer.
    WITHOUT_APPROVAL = "without an approval", "无需批准";
    /// Pointer.
    WITH_APPROVAL = "with an approval", "经批准";
    /// Layer.
    ROUTES = "Routes", "航线";
    /// Layer.
    PADS = "Hubs, pads, rally sites", "起降点与备降点";
    /// Layer.
    DRONES = "Drones", "无人机";
    /// Layer.
    TRAILS = "Trails", "尾迹";
    /// Layer.
    CONFLICTS = "Conflicts", "冲突";
    /// Layer.
    LABELS = "Labels", "标注";
    /// Layer.
    LEGEND = "Legend", "图例";

    /// Layer.
    WIND = "Wind", "风";
    /// Layer, and legend: the ring at a reported position.
    REPORTED = "Reported positions", "上报位置";
    /// Layer.
    CONTINGENCIES = "Contingencies", "应急处置";
    /// Layer, and legend.
    MANNED = "Manned aircraft", "有人驾驶航空器";

    /// Layer.
    INTENTS = "Reserved volumes", "预留空域体";
    /// Layer.
    ALTERNATIVES = "Alternative routes", "备选航线";
    /// Layer.
    PROFILE = "Profile of the selected plan", "所选计划剖面";
    /// Profile: nothing to show.
    NO_PLAN = "no plan is flown: select a drone on its way", "当前无飞行计划：请选择航行中的无人机";
    /// Profile: heights above mean sea level.
    ALTITUDES = "altitude AMSL", "海拔";
    /// Profile: heights above ground.
    TRUE_HEIGHTS = "height AGL", "真高";
    /// Profile: the lower plot.
    BATTERY_LEFT = "left in the battery, Wh", "剩余电量（瓦时）";
    /// Profile.
    NO_RETURN = "point of no return", "最后返航点";
    /// Column, and unit of distances.
    KILOMETRES = "km", "公里";
    /// Column.
    MINUTES = "min", "分钟";
    /// Column.
    WATT_HOURS = "Wh", "瓦时";
    /// Column: in the mean of the flight.
    PEOPLE_BELOW = "people/km²", "人/平方千米";
    /// Column: lowest and highest.
    HEIGHTS_AGL = "m AGL", "真高（米）";
    /// Column: where a route comes nearest to what bounds the air.
    LEAST_ROOM = "least room", "最小余量";
    /// Column.
    ALTERNATIVE = "route", "航线";

    /// Mark of a place that is only roughly known.
    SCHEMATIC = "schematic", "示意";
    /// Mark of made-up relief.
    SCHEMATIC_TERRAIN = "schematic terrain", "示意地形";
    /// Caption.
    SEED = "seed", "种子";
    /// Legend: the ceiling above ground.
    CEILING_AGL = "ceiling above ground", "真高上限";
    /// Legend: what the rings are.
    RING_RADIUS = "rings: half the horizontal minimum", "圆环：水平间隔标准之半";
    /// Separation is lost now.
    LOSS_OF_SEPARATION = "Loss of separation", "失去间隔";

    /// Legend: what no drone may enter around a manned aircraft.
    WELL_CLEAR = "well clear of manned aircraft", "与有人机的安全净距";
    /// Legend: gusts that a type may not fly in.
    GUST_BEYOND = "gust beyond a type's limit of", "阵风超过机型限值";
    /// On the ground away from hub and pad.
    STRANDED = "Down, to be fetched", "迫降待回收";

    /// Timeline: a mission from which nobody leaves.
    GROUNDED = "Departures grounded", "停止放行";
    /// Timeline: they leave again.
    RESUMED = "Departures resumed", "恢复放行";
    /// Timeline: a drone and a manned aircraft came too close.
    WELL_CLEAR_LOST = "Well clear lost", "失去安全净距";
    ENTERED = "Entered while evading", "避让时进入";

    /// Timeline.
    PLAY = "Play", "播放";
    /// Timeline.
    PAUSE = "Pause", "暂停";
    /// Timeline.
    REVERSE = "Reverse", "倒放";
    /// Timeline.
    SPEED = "Speed", "速度";
    /// Timeline.
    LIVE = "Live", "实时";
    /// Timeline, the area graph.
    AIRBORNE = "airborne", "在空";
    /// Timeline and panels.
    ENCOUNTERS = "conflict pairs", "冲突对";

    /// Timeline, the stretch that is played over and over.
    LOOP = "Loop", "循环";
    /// Panel.
    GO_TO = "Go to time of day", "跳到时刻";
    /// Panel.
    LAYERS = "Layers", "图层";
    /// Panel.
    DRONE_LIST = "Drones", "无人机列表";
    /// Panel.
    HELP = "Keys", "按键";
    /// Button.
    FOLLOW = "Follow", "跟随";
    /// Button.
    UNFOLLOW = "Stop following", "停止跟随";
    /// Button.
    PROFILE_BUTTON = "Profile", "剖面";
    /// Button.
    CLOSE = "Close", "关闭";
    /// Button: the other language.
    OTHER_LANGUAGE = "中文", "English";
    /// Hint of an empty selection.
    NOTHING_SELECTED = "Click a drone, or choose one:", "点击一架无人机，或在此选择：";
    /// Filter of the list.
    FIND = "find by name", "按名称查找";

    /// Column.
    MISSION = "Mission", "任务";
    /// Column.
    AIRCRAFT = "Aircraft", "机型";
    /// Column.
    PHASE = "Phase", "阶段";
    /// Height above ground.
    HEIGHT_AGL = "Height", "真高";
    /// Height above mean sea level.
    ALTITUDE_AMSL = "Altitude", "海拔高";
    /// Speed over ground.
    GROUND_SPEED = "Ground speed", "地速";
    /// Climb rate.
    CLIMB = "Climb rate", "升降率";
    /// Battery.
    BATTERY = "Battery", "电量";
    /// Row: the mean wind where it is.
    WIND_THERE = "Wind", "风";
    /// Row: gusts where it is.
    GUST_THERE = "Gust", "阵风";
    /// Wind in a scenario without weather.
    STILL_AIR = "still air", "静风";
    /// Before the direction that a wind comes from.
    WIND_FROM = "from", "来自";
    /// Row: reception where it is.
    COVERAGE_THERE = "Reception", "信号";
    /// Row: age of the last report.
    LINK = "Last report", "最近上报";
    /// Link in a scenario without stations.
    PERFECT_LINK = "perfect link", "理想链路";
    /// After an age.
    AGO = "s ago", "秒前";
    /// Row: how far the reported position is from the true one.
    POSITION_ERROR = "Position error", "位置误差";
    /// Row.
    CONFORMANCE = "Conformance", "符合性";
    /// Row.
    CONTINGENCY = "Contingency", "应急";

    /// Loading.
    LOADING = "Loading", "正在加载";
    /// Loading step.
    LOADING_TERRAIN = "shaping and shading the ground", "生成地形";
    /// Loading step.
    LOADING_RECORDING = "waiting for the first frame", "等待首帧";
    /// Empty run.
    NO_DRONES = "This run has no drones.", "本次运行没有无人机。";
    /// A picture was written.
    PICTURE_WRITTEN = "picture written", "已保存图片";

    /// Key help.
    KEY_SPACE = "play, pause", "播放、暂停";
    /// Key help.
    KEY_ARROWS = "± 0.1 s · Shift ± 1 s · Ctrl: previous, next event of any kind",
        "± 0.1 秒 · Shift ± 1 秒 · Ctrl：上一、下一事件（不限类别）";
    /// Key help.
    KEY_HOME = "start · end (follow live)", "开头 · 结尾（跟随实时）";
    /// Key help.
    KEY_SPEED = "slower · faster", "减速 · 加速";
    /// Key help.
    KEY_REVERSE = "reverse", "倒放";
    /// Key help.
    KEY_STRETCH = "loop: from here · to here · on, off", "循环：起点 · 终点 · 开、关";
    /// Key help.
    KEY_GO_TO = "go to a time", "跳到指定时刻";
    /// Key help.
    KEY_FIND = "find a drone by name", "按名称查找无人机";
    /// Key help.
    KEY_CAMERA = "overview · summit · top · opposite side", "全景 · 山顶 · 俯视 · 对面";
    /// Key help.
    KEY_FOLLOW = "follow the selected drone · free camera", "跟随所选无人机 · 自由视角";
    /// Key help.
    KEY_NEXT = "next mark of the timeline · Shift: previous · Ctrl: of the selected drone",
        "时间轴下一标记 · Shift：上一标记 · Ctrl：仅所选无人机";
    /// Key help.
    KEY_MOVE = "move the view", "移动视点";
    /// Key help.
    KEY_LIST = "list of drones", "无人机列表";
    /// Key help.
    KEY_LAYERS = "layers", "图层";
    /// Key help.
    KEY_PROFILE = "profile of the selected plan", "所选计划剖面";
    /// Key help.
    KEY_INTENTS = "reserved volumes", "预留空域体";
    /// Key help.
    KEY_LANGUAGE = "language", "语言";
    /// Key help.
    KEY_PICTURE = "picture of the view", "保存当前画面";
    /// Key help.
    KEY_HELP = "this help", "本帮助";
    /// Key help.
    KEY_INTERFACE = "hide, show the interface", "隐藏、显示界面";
    /// Mouse help.
    MOUSE_ORBIT = "drag: turn · right drag: move · wheel: zoom · click: select · Shift click: follow",
        "左键拖动：旋转 · 右键拖动：平移 · 滚轮：缩放 · 单击：选择 · Shift 单击：跟随";
}

/// Name of an alert level.
pub const fn alert(level: AlertLevel) -> Word {
    match level {
        AlertLevel::Advisory => Word::new("Advisory: conflict predicted", "提示：预测冲突"),
        AlertLevel::Caution => Word::new("Caution", "注意"),
        AlertLevel::Warning => Word::new("Warning", "警告"),
    }
}

/// What the volumes of an intent in a state are called.
pub fn volumes(state: IntentState, language: Language) -> String {
    let state = state.name().get(language);
    match language {
        Language::English => format!("reserved, {state}"),
        Language::Chinese => format!("预留空域体：{state}"),
    }
}

/// Name of a phase of flight.
pub const fn phase(phase: FlightPhase) -> Word {
    match phase {
        FlightPhase::Parked => Word::new("parked", "停放"),
        FlightPhase::TurnAround => Word::new("turn-around", "再次出动准备"),
        FlightPhase::TakeOff => Word::new("take-off", "起飞"),
        FlightPhase::Cruise => Word::new("en route", "航线飞行"),
        FlightPhase::Hover => Word::new("hovering", "悬停"),
        FlightPhase::Landing => Word::new("landing", "降落"),
        FlightPhase::HandOver => Word::new("handing over", "交付"),
        FlightPhase::Winch => Word::new("lowering by winch", "绞车投放"),
        FlightPhase::Parachute => Word::new("on its parachute", "开伞下降"),
        FlightPhase::Stranded => Word::new("down, to be fetched", "迫降待回收"),
        FlightPhase::Left => Word::new("gone out of the area", "已飞离空域"),
    }
}

/// A contingency in words: what went wrong and what is done about it.
pub fn contingency(contingency: Contingency, language: Language) -> String {
    format!("{} → {}", contingency.trouble.name().get(language), contingency.response.name().get(language))
}
