//! How long is the DER object at the beginning of a file? (ITU-T X.690, 8.1.3)
//!
//! Files on the card are larger than what lies in them; the rest is filler.

/// Length in bytes of the DER SEQUENCE that `head` begins with, tag and length included; `None` if `head` does not
/// begin with `30` and a complete definite length of at most two bytes.
#[must_use]
pub fn sequence_length(head: &[u8]) -> Option<usize> {
    match head {
        [0x30, length @ 0..=0x7F, ..] => Some(2 + usize::from(*length)),
        [0x30, 0x81, length @ 0x80..=0xFF, ..] => Some(3 + usize::from(*length)),
        [0x30, 0x82, high @ 1..=0xFF, low, ..] => Some(4 + usize::from(u16::from_be_bytes([*high, *low]))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_short_and_long_lengths() {
        assert_eq!(sequence_length(&[0x30, 0]), Some(2));
        assert_eq!(sequence_length(&[0x30, 0x7F]), Some(129));
        assert_eq!(sequence_length(&[0x30, 0x81, 0x80]), Some(131));
        assert_eq!(sequence_length(&[0x30, 0x82, 0x06, 0x26]), Some(1578));
        assert_eq!(sequence_length(&[0x30, 0x82, 0xFF, 0xFF]), Some(65_539));
    }

    #[test]
    fn refuses_filler_other_tags_indefinite_and_cut_lengths() {
        for head in [
            &[][..],
            &[0xFF; 4],
            &[0; 4],
            &[0x30],
            &[0x31, 0x03],
            &[0x30, 0x80],
            &[0x30, 0x82, 0x06],
            &[0x30, 0x81, 0x7F],
            &[0x30, 0x82, 0, 5],
        ] {
            assert_eq!(sequence_length(head), None, "{head:02X?}");
        }
    }
}
