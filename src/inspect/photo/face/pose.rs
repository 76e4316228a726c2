//! How the head is held, from all landmarks: the axis through it from side to side.
//! The axis is the mean way from each point to the one opposite it, so that a crooked nose, a broad cheek or one
//! misplaced point moves it little. Nodding does not turn this axis and is not measured.

use super::mesh::{Mesh, index};

/// How the head is held against the camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// Degrees about the vertical: 0 is frontal, positive where the nose points to the picture's left.
    pub yaw_angle: f32,
    /// Degrees in the picture's plane, clockwise.
    pub roll_angle: f32,
}

/// The pose of this face.
pub fn pose(mesh: &Mesh) -> Pose {
    let mut axis = [0.0f32; 3];
    for [left, right] in index::PAIRS {
        let (left, right) = (mesh.solid(usize::from(left)), mesh.solid(usize::from(right)));
        axis.iter_mut().zip(left.iter().zip(right)).for_each(|(sum, (l, r))| *sum += r - l);
    }
    let [x, y, z] = axis;
    Pose { yaw_angle: (-z).atan2(x.hypot(y)).to_degrees(), roll_angle: y.atan2(x).to_degrees() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A face whose points lie opposite each other and 40 px deep at the sides, turned and leant by these degrees.
    fn held(yaw: f32, roll: f32) -> Pose {
        let mut points = [[0.0f32; 3]; 468];
        for (k, [left, right]) in index::PAIRS.iter().enumerate() {
            let (wide, high) = (10.0 + (k % 12) as f32 * 5.0, (k % 17) as f32 * 6.0 - 50.0);
            points[usize::from(*left)] = [-wide, high, wide * 0.6];
            points[usize::from(*right)] = [wide, high, wide * 0.6];
        }
        let ((sy, cy), (sr, cr)) = (yaw.to_radians().sin_cos(), roll.to_radians().sin_cos());
        let turned = points.map(|[x, y, z]| [x * cy + z * sy, y, z * cy - x * sy]);
        pose(&Mesh::of_points(&turned.map(|[x, y, z]| [x * cr - y * sr, x * sr + y * cr, z])))
    }

    #[test]
    fn yaw_and_roll_of_a_turned_face() {
        for (yaw, roll) in [(0.0, 0.0), (12.0, 0.0), (-12.0, 0.0), (0.0, 9.0), (20.0, -5.0)] {
            let pose = held(yaw, roll);
            assert!(
                (pose.yaw_angle - yaw).abs() < 0.1 && (pose.roll_angle - roll).abs() < 0.1,
                "{yaw} {roll}: {pose:?}"
            );
        }
    }

    #[test]
    fn every_point_off_the_middle_line_has_one_opposite() {
        let mut seen = [false; 468];
        for at in index::PAIRS.iter().flatten() {
            assert!(!std::mem::replace(&mut seen[usize::from(*at)], true), "{at} twice");
        }
        assert_eq!(seen.iter().filter(|s| !**s).count(), 28);
    }
}
