//! Points of a picture, and what lies between two of them.

/// A point in pixels.
pub type Point = [f32; 2];

/// Distance in pixels.
pub fn distance(a: Point, b: Point) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// The point halfway.
pub fn middle(a: Point, b: Point) -> Point {
    [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0]
}
