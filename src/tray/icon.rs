//! The icons, drawn from a few shapes: a card with its chip (ready), a dashed outline (no card), a card with a warning
//! triangle (attention); without a card the triangle is on the outline. They differ in shape, not only in colour. The
//! software card puts a striped band over the top of each.
//!
//! Drawn at the sizes of common panels, without smoothing: at 24 pixels lines on the grid are sharper than smoothed ones.

use super::view::Face;

/// Side lengths, in pixels; hosts scale what is between.
pub const SIZES: [u16; 2] = [24, 48];

/// A colour, as red, green, blue; all of it is opaque.
type Colour = [u8; 3];

const CARD: Colour = [0x2f, 0x6f, 0xb5];
const CHIP: Colour = [0xf2, 0xc1, 0x4e];
const EDGE: Colour = [0xff, 0xff, 0xff];
const GREY: Colour = [0x9a, 0x9a, 0x9a];
const WARNING: Colour = [0xe0, 0x7b, 0x00];
const BLACK: Colour = [0x00, 0x00, 0x00];
const LOUD: Colour = [0xff, 0xe6, 0x00];

/// A square picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its side length, in pixels.
    pub side: u16,
    /// Its rows from the top, each pixel as alpha, red, green, blue.
    pub argb: Vec<u8>,
}

/// The picture for `face`, with the mark of the software card if `simulated`.
#[must_use]
pub fn draw(face: Face, simulated: bool, side: u16) -> Picture {
    let unit = i32::from(side) / 24; // the shapes are laid out on 24 by 24
    let mut argb = Vec::with_capacity(usize::from(side) * usize::from(side) * 4);
    for y in 0..i32::from(side) {
        for x in 0..i32::from(side) {
            match pixel(face, simulated, x / unit.max(1), y / unit.max(1)) {
                Some([red, green, blue]) => argb.extend([0xff, red, green, blue]),
                None => argb.extend([0; 4]),
            }
        }
    }
    Picture { side, argb }
}

/// The same with the order red, green, blue, alpha.
#[must_use]
pub fn rgba(picture: &Picture) -> Vec<u8> {
    let (pixels, _) = picture.argb.as_chunks::<4>();
    pixels.iter().flat_map(|[alpha, red, green, blue]| [*red, *green, *blue, *alpha]).collect()
}

/// One place of the 24 by 24; `None`: nothing there.
fn pixel(face: Face, simulated: bool, x: i32, y: i32) -> Option<Colour> {
    let mark = simulated && (0..=5).contains(&y);
    if mark {
        let edge = y == 0 || y == 5;
        return Some(if edge || (x + y) % 6 < 3 { BLACK } else { LOUD });
    }
    match face {
        Face::Ready => card(x, y),
        Face::NoCard => outline(x, y),
        Face::Attention { card: true } => triangle(x, y).or_else(|| card(x, y)),
        Face::Attention { card: false } => triangle(x, y).or_else(|| outline(x, y)),
    }
}

/// Within the card, 22 by 16 with cut corners?
fn on_card(x: i32, y: i32) -> bool {
    let corner = (x == 1 || x == 22) && (y == 4 || y == 19);
    (1..=22).contains(&x) && (4..=19).contains(&y) && !corner
}

/// On the outermost line of the card?
fn on_edge(x: i32, y: i32) -> bool {
    on_card(x, y) && !(on_card(x - 1, y) && on_card(x + 1, y) && on_card(x, y - 1) && on_card(x, y + 1))
}

fn card(x: i32, y: i32) -> Option<Colour> {
    let chip = (4..=9).contains(&x) && (7..=11).contains(&y);
    let line = y == 15 && (4..=15).contains(&x);
    match (on_card(x, y), on_edge(x, y) || line, chip) {
        (false, ..) => None,
        (_, true, _) => Some(EDGE),
        (.., true) => Some(CHIP),
        _ => Some(CARD),
    }
}

/// Dashes of three, two pixels wide, so that they are seen on a panel of any colour.
fn outline(x: i32, y: i32) -> Option<Colour> {
    let wide = on_edge(x, y)
        || (on_card(x, y) && !(on_card(x - 2, y) && on_card(x + 2, y) && on_card(x, y - 2) && on_card(x, y + 2)));
    (wide && (x + y) % 5 < 3).then_some(GREY)
}

/// In the lower right corner, with a white rim and an exclamation mark.
fn triangle(x: i32, y: i32) -> Option<Colour> {
    let (across, down) = ((x - 16).abs(), y - 8);
    let inside = (0..=14).contains(&down) && across * 2 <= down;
    let rim = (-2..=15).contains(&down) && across * 2 <= down + 2;
    let mark = across == 0 && ((5..=9).contains(&down) || (11..=12).contains(&down));
    match (mark, inside, rim) {
        (true, ..) => Some(BLACK),
        (_, true, _) => Some(WARNING),
        (.., true) => Some(EDGE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACES: [Face; 4] =
        [Face::Ready, Face::NoCard, Face::Attention { card: true }, Face::Attention { card: false }];

    /// Light and dark alone: what somebody sees who sees no colours.
    fn grey(picture: &Picture) -> Vec<u16> {
        let (pixels, _) = picture.argb.as_chunks::<4>();
        let grey = |[alpha, red, green, blue]: &[u8; 4]| {
            if *alpha == 0 { 0 } else { 1 + (u16::from(*red) + u16::from(*green) + u16::from(*blue)) / 3 }
        };
        pixels.iter().map(grey).collect()
    }

    #[test]
    fn every_icon_differs_from_every_other_without_colour() {
        for side in SIZES {
            let mut pictures = Vec::new();
            for (face, simulated) in FACES.iter().flat_map(|face| [(*face, false), (*face, true)]) {
                let picture = draw(face, simulated, side);
                assert_eq!(picture.argb.len(), usize::from(side) * usize::from(side) * 4);
                pictures.push(grey(&picture));
            }
            for (index, one) in pictures.iter().enumerate() {
                for other in pictures.iter().skip(index + 1) {
                    let unlike = one.iter().zip(other).filter(|(a, b)| a.abs_diff(**b) > 40).count();
                    assert!(unlike * 12 > one.len(), "{unlike} of {} pixels", one.len());
                }
            }
        }
    }

    #[test]
    fn the_other_order_has_the_same_pixels() {
        let picture = draw(Face::Ready, true, 24);
        let turned = rgba(&picture);
        assert_eq!(turned.len(), picture.argb.len());
        let (before, after) = (picture.argb.as_chunks::<4>().0, turned.as_chunks::<4>().0);
        assert!(before.iter().zip(after).all(|([a, r, g, b], after)| *after == [*r, *g, *b, *a]));
    }
}
