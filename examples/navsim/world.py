"""A small world of driving scenes, and a score for plans, in the spirit of the NAVSIM benchmark.

A scene is a curved road with three lanes, the ego vehicle on it and up to six others. A plan is eight
poses (x, y, heading), one every half second, in the frame of the ego vehicle. Scoring is non-reactive:
the others follow their own future, whatever the plan does. Lengths are in m, times in s, and every
array has a row for each scene.
"""

import numpy as np

LANES, LANE_WIDTH = 3, 3.5
LENGTH, WIDTH = 4.6, 1.9  # of every vehicle
OTHERS = 6
STEP = 0.5
TIMES = np.arange(1, 9) * STEP
FINE_TIMES = np.arange(1, 17) * STEP / 2  # when vehicles may touch
# The weights are those of the benchmark's PDM score, and the limits of comfort those of its code (m/s², m/s³).
WEIGHTS = {"ego_progress": 5, "time_to_collision_within_bound": 5, "history_comfort": 2}
MAX_ACCELERATION, MIN_ACCELERATION, MAX_LATERAL, MAX_JERK = 2.40, -4.05, 4.89, 8.37
WARNING_TIME = 1.0

# (acceleration, lanes to the left, time for the lane change); the first one keeps lane and speed.
MANOEUVRES = [
    (acceleration, lanes, time)
    for lanes, time in [(0, 4), (1, 4), (-1, 4), (1, 2.5), (-1, 2.5)]
    for acceleration in [0, 1.5, 2.3, -1.5, -3.5]
]


def make_scenes(count, seed):
    """`count` scenes: for the same seed, the same ones."""
    random = np.random.default_rng(seed)
    shape = (count, OTHERS)
    lane, their_lane = random.integers(LANES, size=count), random.integers(LANES, size=shape)
    speed, ahead = random.uniform(4, 14, count), random.uniform(-20, 45, shape)
    is_clear = (their_lane != lane[:, None]) | (np.abs(ahead) > 10)
    return {
        "curvature": random.uniform(-0.012, 0.012, count),
        "offset": (lane - 1) * LANE_WIDTH + random.normal(0, 0.2, count),
        "heading": random.normal(0, 0.02, count),
        "speed": speed,
        "limit": np.clip(speed + random.uniform(-1, 4, count), 5, 15),
        "here": is_clear & (random.random(shape) < 0.8),
        "ahead": ahead,
        "their_offset": (their_lane - 1) * LANE_WIDTH,
        "their_speed": np.clip(speed[:, None] + random.normal(-4, 3, shape), 0, 16),
        "their_acceleration": random.choice([0.0, 0.0, -2.0, 1.0], shape),
    }


def split(scenes, size=50):
    """The scenes in parts: small arrays stay in the processor's cache."""
    for start in range(0, len(scenes["speed"]), size):
        yield {name: values[start : start + size] for name, values in scenes.items()}


def plan(scenes):
    """The poses of each manoeuvre in each scene: scenes × manoeuvres × poses × 3."""
    acceleration, lanes, time = (np.array(column)[:, None] for column in zip(*MANOEUVRES))
    speed, start, limit = (scenes[name][:, None, None] for name in ("speed", "offset", "limit"))
    target = (np.round(start / LANE_WIDTH) + lanes) * LANE_WIDTH
    share = np.clip(TIMES / time, 0, 1)
    offset = start + (target - start) * share**3 * (10 - 15 * share + 6 * share**2)
    along = travel(speed, acceleration, TIMES)
    along = np.where(acceleration > 0, np.minimum(along, np.maximum(speed, limit) * TIMES), along)
    slope = np.diff(offset, prepend=np.broadcast_to(start, (*offset.shape[:2], 1)))
    return to_poses(scenes, along, offset, np.arctan2(slope, np.maximum(np.diff(along, prepend=0), STEP)))


def travel(speed, acceleration, times):
    """The distance after each time; nobody drives backwards."""
    moving = np.minimum(times, np.where(acceleration < 0, speed / np.maximum(-acceleration, 1e-6), np.inf))
    return speed * moving + acceleration * moving**2 / 2


def frame(scenes):
    """Curvature of the road, and where the ego vehicle is on it; a straight road is a very wide curve."""
    curvature, start, turn = (scenes[name][:, None, None] for name in ("curvature", "offset", "heading"))
    return np.where(np.abs(curvature) < 1e-6, 1e-6, curvature), start, turn


def to_poses(scenes, along, offset, heading):
    """Distance along the road, offset to the left of its middle, heading relative to it → poses."""
    curvature, start, turn = frame(scenes)
    x = (1 / curvature - offset) * np.sin(curvature * along)
    y = 1 / curvature - (1 / curvature - offset) * np.cos(curvature * along) - start
    turned = np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x
    return np.stack((*turned, heading + curvature * along - turn), -1)


def to_road(scenes, poses):
    """Poses → distance along the road, offset, heading relative to it."""
    curvature, start, turn = frame(scenes)
    x = np.cos(turn) * poses[..., 0] - np.sin(turn) * poses[..., 1]
    y = np.sin(turn) * poses[..., 0] + np.cos(turn) * poses[..., 1] + start
    angle = np.arctan2(curvature * x, 1 - curvature * y)
    offset = 1 / curvature - np.sign(curvature) * np.hypot(x, 1 / curvature - y)
    return angle / curvature, offset, poses[..., 2] + turn - angle


def score(scenes, poses):
    """The parts of the score and the score, each scenes × plans, for poses of scenes × plans × 8 × 3."""
    along, offset, heading = to_road(scenes, poses)
    start = np.broadcast_to(scenes["offset"][:, None, None], (*offset.shape[:2], 1))
    is_hit, is_close = find_conflicts(scenes, halve(along, 0 * start), halve(offset, start))
    reach = WIDTH / 2 + LENGTH / 2 * np.abs(np.sin(heading))
    parts = {
        "no_at_fault_collisions": 1.0 - is_hit,
        "drivable_area_compliance": 1.0 * (np.abs(offset) + reach <= LANES * LANE_WIDTH / 2).all(-1),
        "ego_progress": np.clip(along[..., -1] / (scenes["limit"][:, None] * TIMES[-1]), 0, 1),
        "time_to_collision_within_bound": 1.0 - (is_hit | is_close),
        "history_comfort": 1.0 * is_comfortable(scenes, along, np.concatenate((start, start, offset), -1)),
    }
    weighted = sum(weight * parts[name] for name, weight in WEIGHTS.items()) / sum(WEIGHTS.values())
    return {**parts, "score": parts["no_at_fault_collisions"] * parts["drivable_area_compliance"] * weighted}


def halve(values, first):
    """Values every step → every half step, without the first."""
    values = np.concatenate((first, values), -1)
    return np.stack(((values[..., 1:] + values[..., :-1]) / 2, values[..., 1:]), -1).reshape(*values.shape[:-1], -1)


def find_conflicts(scenes, along, offset):
    """Whether the ego vehicle runs into another one, and whether it would within the warning time."""
    ahead, speed, acceleration, theirs, here = (
        scenes[name][..., None] for name in ("ahead", "their_speed", "their_acceleration", "their_offset", "here")
    )
    gap = (ahead + travel(speed, acceleration, FINE_TIMES))[:, None] - along[:, :, None]
    closing = -np.diff(gap, prepend=np.broadcast_to(ahead[:, None], (*gap.shape[:3], 1))) / (STEP / 2)
    is_beside = (np.abs(theirs[:, None] - offset[:, :, None]) < WIDTH) & here[:, None]
    # Whoever is hit from behind is not at fault.
    is_hit = is_beside & (gap > -LENGTH / 2) & (gap < LENGTH)
    is_close = is_beside & (gap > 0) & (gap - WARNING_TIME * closing < LENGTH)
    return is_hit.any((-1, -2)), is_close.any((-1, -2))


def is_comfortable(scenes, along, offset):
    speed = np.diff(along, prepend=0) / STEP
    before = np.broadcast_to(scenes["speed"][:, None, None], (*speed.shape[:2], 1))
    acceleration = np.diff(np.concatenate((before, speed), -1)) / STEP
    lateral = np.diff(offset, 2) / STEP**2 + speed**2 * scenes["curvature"][:, None, None]
    return (
        ((acceleration >= MIN_ACCELERATION) & (acceleration <= MAX_ACCELERATION)).all(-1)
        & (np.abs(lateral) <= MAX_LATERAL).all(-1)
        & (np.abs(np.diff(acceleration)) <= MAX_JERK * STEP).all(-1)
    )
