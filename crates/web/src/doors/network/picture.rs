//! A network as a picture: kinds told apart by shape, how good a tie is by dash, and every node by its number in the table.

use super::{Known, kind_word};
use crate::view::Frame;
use crate::view::staff::picture::{Mark, Picture, Stroke};
use recruiters::network::{Kind, placed};
use recruiters::said::Reliability;
use std::fmt::Write as _;

/// The shape of a kind around its place, in relative steps.
const fn shape(kind: Kind) -> &'static str {
    match kind {
        Kind::Person => "m-17 0a17 17 0 1 0 34 0 17 17 0 1 0-34 0",
        Kind::Agency => "m-15-15h30v30h-30z",
        Kind::Phone => "m0-20l20 20-20 20-20-20z",
        Kind::Account => "m-20-12h40v24h-40z",
        Kind::Vessel => "m-20-10h40l-9 22h-22z",
        Kind::Vehicle => "m0-18l20 32h-40z",
        Kind::Address => "m0-19l18 14-7 21h-22l-7-21z",
        Kind::Place => "m-19 0l9-16h20l9 16-9 16h-20z",
    }
}

/// The dash of a tie: solid for a source that is usually reliable, dashed for one that sometimes is, dotted else.
const fn dash(source: Reliability) -> &'static str {
    match source {
        Reliability::A | Reliability::B => "tie",
        Reliability::C | Reliability::D => "tie dash",
        Reliability::E | Reliability::F => "tie dot",
    }
}

/// The picture of a network that is small enough.
pub fn picture(frame: &Frame, known: &Known) -> Picture {
    let t = frame.words();
    let (half, places) = placed(&known.network);
    let at = |number: usize| places.get(number).map_or((half, half), |place| (place.x, place.y));
    let mut strokes = Vec::new();
    for class in ["tie", "tie dash", "tie dot"] {
        let mut path = String::new();
        for tie in known.network.ties.iter().filter(|tie| dash(tie.grade.source) == class) {
            let ((x, y), (to_x, to_y)) = (at(tie.person), at(tie.thing));
            let _ = write!(path, "M{x} {y}l{} {}", to_x - x, to_y - y);
        }
        strokes.push(Stroke { class, path });
    }
    for kind in Kind::ALL {
        let mut path = String::new();
        let of_kind = known.network.nodes.iter().enumerate().filter(|(_, node)| node.kind() == *kind);
        for (number, _) in of_kind {
            let (x, y) = at(number);
            let _ = write!(path, "M{x} {y}{}", shape(*kind));
        }
        strokes.push(Stroke { class: "mark", path });
    }
    strokes.push(Stroke { class: "ring", path: format!("M{half} {half}m-23 0a23 23 0 1 0 46 0 23 23 0 1 0-46 0") });
    strokes.retain(|stroke| !stroke.path.is_empty());
    let number = |at: usize| (at + 1).to_string();
    let marks = places.iter().enumerate().map(|(at, place)| Mark {
        x: place.x,
        y: place.y + 5,
        word: number(at),
        after: false,
    });
    let mark = |kind: &Kind| {
        let stroke = Stroke { class: "mark", path: format!("M24 12{}", small(*kind)) };
        (stroke, kind_word(t, *kind).to_owned())
    };
    let line = |class, word: &str| (Stroke { class, path: "M2 12h44".to_owned() }, word.to_owned());
    let mut legend: Vec<(Stroke, String)> = Kind::ALL.iter().map(mark).collect();
    legend.extend([
        line("tie", t.network_solid()),
        line("tie dash", t.network_dash()),
        line("tie dot", t.network_dot()),
    ]);
    Picture {
        title: frame.network_of(known.names.first().cloned().unwrap_or_default()),
        says: frame.network_picture_says(known.network.nodes.len(), known.network.ties.len()),
        width: 2 * half,
        height: 2 * half,
        land: "",
        strokes,
        marks: marks.collect(),
        legend,
    }
}

/// The same shapes, small enough for a line of words.
const fn small(kind: Kind) -> &'static str {
    match kind {
        Kind::Person => "m-9 0a9 9 0 1 0 18 0 9 9 0 1 0-18 0",
        Kind::Agency => "m-8-8h16v16h-16z",
        Kind::Phone => "m0-11l11 11-11 11-11-11z",
        Kind::Account => "m-11-7h22v14h-22z",
        Kind::Vessel => "m-11-6h22l-5 12h-12z",
        Kind::Vehicle => "m0-9l11 17h-22z",
        Kind::Address => "m0-10l10 7-4 12h-12l-4-12z",
        Kind::Place => "m-11 0l5-9h12l5 9-5 9h-12z",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample_frame;
    use base::{Lang, MentionId, Redacted, Timestamp};
    use recruiters::network::{DRAWN_MAX, Filter, Network, Spoken};
    use recruiters::said::{Credibility, Grade, Said};

    /// The largest network that is drawn: one with many telephones, each of somebody else too.
    fn largest() -> Known {
        let said = |n: u32| {
            let mut said = Said::default();
            said.name = Redacted::new(format!("Rekaan {n}"));
            said.phone = Redacted::new(format!("0812{:07}", 1_000_000 + n * 7_919));
            said
        };
        let all: Vec<(u8, u8, Said)> =
            (0_u8..74).flat_map(|n| [(n, 0, said(n.into())), (n + 100, n + 100, said(n.into()))]).collect();
        let id = |n: u8| MentionId::from_bytes([n; 16]);
        let grade = |n: u8| Grade { source: Reliability::ALL[usize::from(n) % 6], said: Credibility::Possible };
        let spoken: Vec<Spoken<'_>> = all
            .iter()
            .map(|(n, person, said)| Spoken {
                mention: id(*n),
                person: id(*person),
                said,
                grade: grade(*n),
                at: Timestamp::default(),
            })
            .collect();
        let network = Network::of(id(0), &spoken, &Filter::default());
        let names = (0..network.nodes.len()).map(|n| format!("Rekaan {n}")).collect();
        Known { head: id(0), sources: vec![1; network.ties.len()], network, names }
    }

    #[test]
    fn the_largest_picture_is_at_most_20_kb_and_numbers_every_node() {
        let known = largest();
        assert_eq!(known.network.nodes.len(), DRAWN_MAX - 1);
        let drawn = picture(&sample_frame(Lang::Id, "/jaringan/men_01", true), &known);
        assert_eq!(drawn.marks.len(), known.network.nodes.len());
        let mut svg = format!("<svg viewBox=\"0 0 {} {}\"><title>{}</title>", drawn.width, drawn.height, drawn.title);
        for stroke in &drawn.strokes {
            write!(svg, "<path class=\"{}\" d=\"{}\"/>", stroke.class, stroke.path).unwrap();
        }
        for mark in &drawn.marks {
            write!(svg, "<text x=\"{}\" y=\"{}\">{}</text>", mark.x, mark.y, mark.word).unwrap();
        }
        let mut out = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
        std::io::Write::write_all(&mut out, svg.as_bytes()).unwrap();
        let bytes = out.into_inner().len();
        assert!((1_000..=20 * 1_024).contains(&bytes), "{bytes}");
    }

    #[test]
    fn every_kind_has_a_shape_of_its_own_and_every_series_a_dash() {
        for (at, kind) in Kind::ALL.iter().enumerate() {
            assert!(Kind::ALL.iter().skip(at + 1).all(|other| shape(*kind) != shape(*other)));
        }
        let dashes = [Reliability::B, Reliability::C, Reliability::F].map(dash);
        assert!(dashes[0] != dashes[1] && dashes[1] != dashes[2] && dashes[0] != dashes[2]);
    }
}
