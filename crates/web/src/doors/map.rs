//! The map of the country, drawn by the server (WEB.md 9): each regency a point, beneath them the coast of the country and its
//! neighbours. The coast is baked by `islands/outline.mjs` with the projection of this file; without it the points stand alone.

use crate::look::OUTLINE;
use crate::view::staff::picture::{Mark, Picture, Stroke};
use base::places::REGENCIES;
use recruiters::corridor::{ABROAD, point};
use std::fmt::Write as _;
use std::sync::LazyLock;

/// Units of a degree: the country is 46.3 degrees wide, the map 1 000 units.
const UNITS: f64 = 21.6;
const WIDTH: i32 = 1_000;
const HEIGHT: i32 = 380;
/// What lies off the map stands so far from its edge.
const EDGE: i32 = 12;

/// An arc between two codes: its class in the sheet, and its number in the table.
pub struct Arc<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub class: &'static str,
    pub number: usize,
}

/// Where a point lies, and whether it lies off the map.
#[expect(clippy::cast_possible_truncation, reason = "degrees of the earth in units of a map")]
fn at((lat, lng): (f64, f64)) -> (i32, i32, bool) {
    let (x, y) = (((lng - 94.9) * UNITS).round() as i32, ((6.2 - lat) * UNITS).round() as i32);
    let is_off = !(0..=WIDTH).contains(&x) || !(0..=HEIGHT).contains(&y);
    if is_off { (x.clamp(EDGE, WIDTH - EDGE), y.clamp(EDGE, HEIGHT - EDGE), true) } else { (x, y, false) }
}

/// Every regency as a point, in one path of relative steps.
static POINTS: LazyLock<String> = LazyLock::new(|| {
    let mut places: Vec<(i32, i32)> =
        REGENCIES.iter().map(|regency| at((regency.lat, regency.lng))).map(|(x, y, _)| (x, y)).collect();
    places.sort_unstable();
    places.dedup();
    let (mut path, mut last) = (String::new(), (0, 0));
    for (x, y) in places {
        let (right, down) = (x - last.0, y - last.1);
        let blank = if down < 0 { "" } else { " " };
        let _ = write!(path, "m{right}{blank}{down}h0");
        last = (x, y);
    }
    path
});

/// The map with these arcs. What has no point on it, such as a whole province, stands in the table alone.
pub fn map(title: String, says: String, arcs: &[Arc<'_>], legend: Vec<(Stroke, String)>) -> Picture {
    let mut strokes = vec![Stroke { class: "land", path: POINTS.clone() }];
    let (mut marks, mut ends) = (Vec::new(), Vec::new());
    for arc in arcs {
        let (Some(from), Some(to)) = (point(arc.from), point(arc.to)) else { continue };
        let ((x, y, _), (to_x, to_y, _)) = (at(from), at(to));
        let (right, down) = (to_x - x, to_y - y);
        // The arc bends to the left of its way, so that the way there and the way back are two; a short one bends more.
        let length = f64::from(right * right + down * down).sqrt();
        let bend = (length / 5.0).max(26.0);
        let side = if length < 1.0 { (0.0, -1.0) } else { (f64::from(down) / length, -f64::from(right) / length) };
        let (bent_x, bent_y) = (middle(right, side.0 * bend), middle(down, side.1 * bend));
        strokes.push(Stroke { class: arc.class, path: format!("M{x} {y}q{bent_x} {bent_y} {right} {down}") });
        // The curve goes half as far out as its handle; the number stands a little beyond it.
        let (out_x, out_y) = (middle(right, side.0 * (bend / 2.0 + 12.0)), middle(down, side.1 * (bend / 2.0 + 12.0)));
        let word = arc.number.to_string();
        marks.push(Mark { x: x + out_x, y: y + out_y + 5, word, after: false });
        ends.extend([arc.from, arc.to]);
    }
    ends.sort_unstable();
    ends.dedup();
    let spots = ends.iter().filter_map(|code| Some((*code, at(point(code)?))));
    let (abroad, home): (Vec<_>, Vec<_>) =
        spots.partition(|(code, _)| ABROAD.iter().any(|abroad| abroad.code == *code));
    let square =
        |path: String, (_, (x, y, _)): &(&str, (i32, i32, bool))| format!("{path}M{} {}h10v10h-10z", x - 5, y - 5);
    let round = |path: String, (_, (x, y, _)): &(&str, (i32, i32, bool))| {
        format!("{path}M{} {y}a5 5 0 1 0 10 0 5 5 0 1 0-10 0", x - 5)
    };
    strokes.push(Stroke { class: "spot", path: abroad.iter().fold(String::new(), square) });
    strokes.push(Stroke { class: "spot", path: home.iter().fold(String::new(), round) });
    for (code, (x, y, is_off)) in abroad {
        let name = ABROAD.iter().find(|abroad| abroad.code == code).and_then(|abroad| abroad.names.first());
        let name = name.copied().unwrap_or(code);
        marks.push(apart(&marks, x, y, if is_off { format!("{name} ↗") } else { name.to_owned() }));
    }
    strokes.retain(|stroke| !stroke.path.is_empty());
    Picture { title, says, width: WIDTH, height: HEIGHT, land: OUTLINE, strokes, marks, legend }
}

/// Half a way, moved aside.
#[expect(clippy::cast_possible_truncation, reason = "within the map")]
fn middle(way: i32, aside: f64) -> i32 {
    (f64::from(way) / 2.0 + aside).round() as i32
}

/// A word beside a spot, moved up until it covers no other word.
fn apart(marks: &[Mark], x: i32, y: i32, word: String) -> Mark {
    let mut y = y + 5;
    let covers = |y: i32| marks.iter().any(|mark| (mark.y - y).abs() < 16 && (mark.x - x).abs() < 110);
    while covers(y) && y > 16 {
        y -= 16;
    }
    Mark { x: x + 10, y, word, after: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_regency_lies_on_the_map_and_a_far_country_at_its_edge() {
        for regency in REGENCIES.iter() {
            let (x, y, is_off) = at((regency.lat, regency.lng));
            assert!(!is_off, "{} {x} {y}", regency.code);
        }
        assert_eq!(at(point("21.71").unwrap()), (198, 113, false));
        assert_eq!(at(point("SA").unwrap()), (EDGE, EDGE, true));
    }

    #[test]
    fn the_map_of_all_regencies_with_its_coast_is_at_most_20_kb() {
        assert!(POINTS.matches("h0").count() > 400, "few regencies share a unit of the map");
        let drawn = map(String::new(), String::new(), &[], Vec::new());
        let mut out = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
        std::io::Write::write_all(&mut out, [drawn.land, POINTS.as_str()].concat().as_bytes()).unwrap();
        let bytes = out.into_inner().len();
        assert!((500..=20 * 1_024).contains(&bytes), "{bytes}");
    }

    /// Loops of the coast, in units of the map.
    fn loops() -> Vec<Vec<(i32, i32)>> {
        let (mut all, mut last) = (Vec::new(), (0, 0));
        for steps in OUTLINE.split('z').filter_map(|steps| steps.strip_prefix('m')) {
            let numbers = steps.replace('-', " -");
            let numbers: Vec<i32> = numbers.split_whitespace().map(|number| number.parse().unwrap()).collect();
            let mut loop_of: Vec<(i32, i32)> = Vec::new();
            for step in numbers.chunks(2) {
                last = (last.0 + step[0], last.1 + step[1]);
                loop_of.push(last);
            }
            last = loop_of[0];
            all.push(loop_of);
        }
        all
    }

    #[test]
    fn the_coast_and_the_regencies_have_one_projection() {
        if OUTLINE.is_empty() {
            // Without `make islands` the points stand alone.
            return;
        }
        assert!(OUTLINE.len() <= 5 * 1_024, "{}", OUTLINE.len());
        let loops = loops();
        let is_on = |(x, y): (i32, i32), corners: &Vec<(i32, i32)>| {
            let mut before = corners[corners.len() - 1];
            let mut inside = false;
            for &corner in corners {
                let crosses = (corner.1 > y) != (before.1 > y)
                    && x < (before.0 - corner.0) * (y - corner.1) / (before.1 - corner.1) + corner.0;
                inside ^= crosses;
                before = corner;
            }
            inside
        };
        let on_land = REGENCIES.iter().filter(|regency| {
            let (x, y, _) = at((regency.lat, regency.lng));
            loops.iter().any(|corners| is_on((x, y), corners))
        });
        // Islands that are smaller than a unit are points alone; 483 are on land, and 430 after a shift of five units.
        let on_land = on_land.count();
        assert!(on_land > 470, "{on_land} of {}", REGENCIES.len());
    }

    #[test]
    fn an_arc_has_its_number_and_a_province_none() {
        let arc = |from, to, number| Arc { from, to, class: "arc w1", number };
        let drawn = map(String::new(), String::new(), &[arc("52.03", "21.71", 7), arc("52", "MY-01", 8)], Vec::new());
        let words: Vec<&str> = drawn.marks.iter().map(|mark| mark.word.as_str()).collect();
        assert_eq!(words, ["7"]);
        assert!(drawn.strokes.iter().any(|stroke| stroke.class == "arc w1" && stroke.path.starts_with('M')));
        assert_eq!(drawn.strokes.iter().filter(|stroke| stroke.class.starts_with("arc")).count(), 1);
    }
}
