//! What a person recognises a reader by: the model, out of what PC/SC calls it.
//!
//! pcsc-lite writes `MODEL [INTERFACE] (SERIAL) NN SS`, with the numbers of reader and slot in hexadecimal; Windows writes
//! `MODEL N`; macOS `MODEL`, and `MODEL(1)` for a second one. The rest is kept only where it tells two readers apart.

/// Names to be shown for these readers, in the same order. Two that would look the same are told apart by their interface,
/// or else counted: `(2)`, `(3)`.
#[must_use]
pub fn display_names(names: &[&str]) -> Vec<String> {
    let parts: Vec<Parts<'_>> = names.iter().map(|name| Parts::of(name)).collect();
    let with_interface = |part: &Parts<'_>| {
        let twins = || parts.iter().filter(|other| other.model == part.model);
        let differs = twins().any(|other| other.interface != part.interface);
        match part.interface {
            Some(interface) if differs => join(part.model, interface),
            _ => part.model.to_owned(),
        }
    };
    let mut shown: Vec<String> = Vec::with_capacity(names.len());
    for name in parts.iter().map(with_interface) {
        let free = |candidate: &String| !shown.contains(candidate);
        let counted = (2..).map(|count| format!("{name} ({count})"));
        let mut candidates = std::iter::once(name.clone()).chain(counted);
        shown.push(candidates.find(free).unwrap_or(name));
    }
    shown
}

/// What a name is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parts<'a> {
    model: &'a str,
    interface: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(name: &'a str) -> Self {
        let rest = without_numbers(name.trim());
        // Serial numbers have no spaces; what has is meant to be read, as with the software card's reader.
        let serial = without_brackets(rest, '(', ')').filter(|(_, inside)| !inside.contains(' '));
        let rest = serial.map_or(rest, |(rest, _)| rest);
        let (rest, interface) = match without_brackets(rest, '[', ']') {
            Some((rest, interface)) => (rest, Some(interface.trim()).filter(|interface| !interface.is_empty())),
            None => (rest, None),
        };
        // Better an odd name than none.
        let model = if rest.is_empty() { name.trim() } else { rest };
        Self { model, interface }
    }
}

/// Without ` 00 00` or ` 0` at the end.
fn without_numbers(name: &str) -> &str {
    let is_hexadecimal = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_digit = |text: &str| text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((head, last)) = name.rsplit_once(' ') else { return name };
    match head.rsplit_once(' ') {
        Some((model, number)) if is_hexadecimal(number) && is_hexadecimal(last) => model.trim_end(),
        _ if is_digit(last) => head.trim_end(),
        _ => name,
    }
}

/// What stands before brackets at the end, and in them.
fn without_brackets(name: &str, open: char, close: char) -> Option<(&str, &str)> {
    let (head, inside) = name.strip_suffix(close)?.rsplit_once(open)?;
    Some((head.trim_end(), inside))
}

/// The model, and what the interface's name adds to it: they often begin alike.
fn join(model: &str, interface: &str) -> String {
    let words: Vec<&str> =
        interface.split_whitespace().filter(|word| !model.split_whitespace().any(|m| m == *word)).collect();
    if words.is_empty() { model.to_owned() } else { format!("{model} {}", words.join(" ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_is_called_by_its_model() {
        for (name, shown) in [
            ("ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] (XXXX) 00 00", "ACS ACR1252 Dual Reader"),
            ("ACS ACR1252 00 00", "ACS ACR1252"),
            (
                "SCM Microsystems Inc. SCR 3310 [CCID Interface] (21120845209416) 00 00",
                "SCM Microsystems Inc. SCR 3310",
            ),
            ("Alcor Micro AU9540 0A 00", "Alcor Micro AU9540"),
            ("Sony RC-S300/P (0384512) 01 00", "Sony RC-S300/P"),
            ("SONY FeliCa Port/PaSoRi 3.0 0", "SONY FeliCa Port/PaSoRi 3.0"),
            ("HID Global OMNIKEY 5022 Smart Card Reader", "HID Global OMNIKEY 5022 Smart Card Reader"),
            ("HID Global OMNIKEY 5022", "HID Global OMNIKEY 5022"),
            ("ACS ACR39U ICC Reader(1)", "ACS ACR39U ICC Reader"),
            ("Virtual PCD 00 00", "Virtual PCD"),
            (
                "SIMULATED reader (software card, test keys only) 00 00",
                "SIMULATED reader (software card, test keys only)",
            ),
            ("  ", ""),
            ("", ""),
            ("00 00", "00 00"),
            ("(1)", "(1)"),
            ("[x] 00 00", "[x] 00 00"),
            ("カードリーダー 00 00", "カードリーダー"),
        ] {
            assert_eq!(display_names(&[name]), [shown], "{name}");
        }
    }

    #[test]
    fn readers_that_look_alike_are_told_apart() {
        assert_eq!(display_names(&["Virtual PCD 00 00", "Virtual PCD 00 01"]), ["Virtual PCD", "Virtual PCD (2)"]);
        let picc = "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] (A1) 00 00";
        let sam = "ACS ACR1252 Dual Reader [ACR1252 Dual Reader SAM] (A1) 00 01";
        let second = "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] (B2) 01 00";
        assert_eq!(display_names(&[picc, sam]), ["ACS ACR1252 Dual Reader PICC", "ACS ACR1252 Dual Reader SAM"]);
        assert_eq!(display_names(&[picc, second]), ["ACS ACR1252 Dual Reader", "ACS ACR1252 Dual Reader (2)"]);
        let all = display_names(&[picc, sam, second]);
        assert_eq!(
            all,
            ["ACS ACR1252 Dual Reader PICC", "ACS ACR1252 Dual Reader SAM", "ACS ACR1252 Dual Reader PICC (2)"]
        );
        assert_eq!(display_names(&["A 0", "A 1", "A (2) 2"]), ["A", "A (2)", "A (3)"]);
        assert!(display_names(&[]).is_empty());
    }
}
