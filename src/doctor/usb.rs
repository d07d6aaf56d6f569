//! Readers on USB that PC/SC cannot see, by what the Linux kernel tells of them (`/sys/bus/usb/devices`; its
//! documentation: `Documentation/ABI/stable/sysfs-bus-usb`). Elsewhere there is no such folder, and nothing is said.
//!
//! Three things keep a reader from PC/SC: it speaks its maker's own protocol, for which pcscd has no driver; a driver of
//! the kernel for NFC holds it; or it is an ordinary reader (interface class 0b, smart card) whose driver is missing.

use std::fs;
use std::path::Path;

use super::Finding;
use crate::foreign_text::visible;
use crate::phrase;

/// Readers without the class of smart cards, by vendor and product. That pcscd has no driver for the RC-S320 and the
/// RC-S380: `card-protocol` 10. The numbers 02e1, 06c1 and 06c3 as in the list of devices of nfcpy, which drives them by
/// their own protocols; 01bb, which is not in that list, from one other project alone.
const OWN_PROTOCOL: [(&str, &str, &str); 4] = [
    ("054c", "01bb", "Sony RC-S320"),
    ("054c", "02e1", "Sony RC-S330/RC-S360/RC-S370"),
    ("054c", "06c1", "Sony RC-S380"),
    ("054c", "06c3", "Sony RC-S380"),
];
/// The kernel's drivers for NFC readers on USB (`drivers/nfc` of Linux).
const NFC_DRIVERS: [&str; 3] = ["pn533_usb", "pn533", "port100"];
/// The class of smart card readers (USB-IF: CCID).
const SMART_CARD: &str = "0b";

/// A device that is a reader.
struct Reader {
    name: String,
    /// It speaks its maker's protocol.
    is_own_protocol: bool,
    /// The driver of the kernel that holds it.
    kernel_driver: Option<String>,
}

/// What is plugged in and not seen. `names` are the readers of PC/SC; `None`: it cannot be asked.
pub(super) fn look(root: &Path, names: Option<&[String]>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for reader in readers(root) {
        let name = reader.name.as_str();
        if reader.is_own_protocol {
            let text = phrase!("doctor-usb-own-protocol", name = name);
            let remedy = phrase!("doctor-usb-own-protocol-remedy");
            findings.push(
                Finding::error("usb_own_protocol", text, remedy).because(phrase!("doctor-usb-own-protocol-cause")),
            );
        } else if let Some(driver) = reader.kernel_driver {
            let text = phrase!("doctor-usb-kernel", name = name);
            let remedy = phrase!("doctor-usb-kernel-remedy", driver = driver.as_str());
            let cause = phrase!("doctor-usb-kernel-cause", driver = driver.as_str());
            findings.push(Finding::error("usb_kernel", text, remedy).because(cause));
        } else if names.is_some_and(<[String]>::is_empty) {
            let text = phrase!("doctor-usb-unseen", name = name);
            findings.push(match has_ccid_driver(root) {
                false => Finding::error("usb_driver_missing", text, phrase!("doctor-usb-driver-remedy"))
                    .because(phrase!("doctor-usb-driver-cause")),
                true => Finding::error("usb_unseen", text, phrase!("doctor-usb-unseen-remedy")),
            });
        }
    }
    // With another reader that works, one that cannot be used is only worth knowing.
    if names.is_some_and(|names| !names.is_empty()) {
        for finding in &mut findings {
            finding.level = super::Level::Warning;
        }
    }
    findings
}

fn readers(root: &Path) -> Vec<Reader> {
    let folder = root.join("sys/bus/usb/devices");
    let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    let (interfaces, devices): (Vec<String>, Vec<String>) = names.into_iter().partition(|name| name.contains(':'));
    devices.iter().filter_map(|device| reader(&folder, device, &interfaces)).collect()
}

/// The device of this name, if it is a reader. Its interfaces are called `DEVICE:CONFIGURATION.INTERFACE`.
fn reader(folder: &Path, device: &str, interfaces: &[String]) -> Option<Reader> {
    let path = folder.join(device);
    let (vendor, product) = (attribute(&path, "idVendor")?, attribute(&path, "idProduct")?);
    let own =
        OWN_PROTOCOL.iter().find(|(its_vendor, its_product, _)| (*its_vendor, *its_product) == (&vendor, &product));
    let own_interfaces = || {
        let of_device = |name: &&String| name.split_once(':').is_some_and(|(of, _)| of == device);
        interfaces.iter().filter(of_device).map(|name| folder.join(name))
    };
    let is_smart_card = own_interfaces().any(|path| attribute(&path, "bInterfaceClass").as_deref() == Some(SMART_CARD));
    if own.is_none() && !is_smart_card {
        return None;
    }
    let kernel_driver = own_interfaces().find_map(|path| {
        let driver = fs::read_link(path.join("driver")).ok()?.file_name()?.to_str()?.to_owned();
        NFC_DRIVERS.contains(&driver.as_str()).then_some(driver)
    });
    let told = || attribute(&path, "product").unwrap_or_else(|| format!("{vendor}:{product}"));
    let name = own.map_or_else(told, |(.., name)| (*name).to_owned());
    Some(Reader { name, is_own_protocol: own.is_some(), kernel_driver })
}

/// One line that the kernel tells. A device names itself as it likes: what could deceive on a terminal is replaced.
fn attribute(path: &Path, name: &str) -> Option<String> {
    let text = fs::read_to_string(path.join(name)).ok()?;
    Some(visible(text.trim()).chars().take(100).collect())
}

/// Is the driver installed that most readers need? It lies where pcscd looks for drivers.
fn has_ccid_driver(root: &Path) -> bool {
    let libraries = ["usr/lib", "usr/lib64", "usr/local/lib"];
    libraries.iter().any(|library| root.join(library).join("pcsc/drivers/ifd-ccid.bundle").is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;
    use crate::message::Language;

    /// A made tree of devices: vendor, product, name, class of the interface, driver of the kernel.
    fn tree(devices: &[(&str, &str, &str, &str, Option<&str>)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("sys/bus/usb/devices");
        for (number, (vendor, product, name, class, driver)) in devices.iter().enumerate() {
            let (device, interface) = (folder.join(format!("1-{number}")), folder.join(format!("1-{number}:1.0")));
            fs::create_dir_all(&device).unwrap();
            fs::create_dir_all(&interface).unwrap();
            for (file, text) in [("idVendor", vendor), ("idProduct", product), ("product", name)] {
                fs::write(device.join(file), format!("{text}\n")).unwrap();
            }
            fs::write(interface.join("bInterfaceClass"), format!("{class}\n")).unwrap();
            #[cfg(unix)]
            if let Some(driver) = driver {
                std::os::unix::fs::symlink(format!("../../../../bus/usb/drivers/{driver}"), interface.join("driver"))
                    .unwrap();
            }
            let _ = driver;
        }
        root
    }

    fn found(root: &Path, names: Option<&[&str]>) -> Vec<(&'static str, Level, String)> {
        let names: Option<Vec<String>> = names.map(|names| names.iter().map(|&name| name.to_owned()).collect());
        let findings = look(root, names.as_deref());
        assert!(findings.iter().all(|finding| finding.remedy(Language::Japanese).is_some()));
        findings.into_iter().map(|it| (it.check, it.level, it.text(Language::English))).collect()
    }

    const CAMERA: (&str, &str, &str, &str, Option<&str>) = ("046d", "0825", "Webcam", "0e", Some("uvcvideo"));
    const ORDINARY: (&str, &str, &str, &str, Option<&str>) = ("04e6", "5116", "SCR3310 v2.0", "0b", None);

    #[test]
    fn a_reader_with_its_own_protocol_is_named() {
        let root = tree(&[CAMERA, ("054c", "06c3", "RC-S380/P", "ff", Some("port100"))]);
        for names in [None, Some(&[][..])] {
            let found = found(root.path(), names);
            assert_eq!((found.len(), found[0].0, found[0].1), (1, "usb_own_protocol", Level::Error));
            assert!(found[0].2.contains("Sony RC-S380"), "{found:?}");
        }
        assert_eq!(found(root.path(), Some(&["SCR3310 00 00"]))[0].1, Level::Warning, "another one works");
    }

    #[cfg(unix)]
    #[test]
    fn a_reader_that_the_kernel_holds_is_named_with_the_driver() {
        let root = tree(&[("072f", "2200", "ACR122U PICC Interface", "0b", Some("pn533_usb"))]);
        let findings = look(root.path(), Some(&[]));
        assert_eq!(findings[0].check, "usb_kernel");
        assert!(findings[0].remedy(Language::English).unwrap().contains("pn533_usb"));
    }

    #[test]
    fn an_ordinary_reader_is_unseen_only_where_there_is_none() {
        let root = tree(&[CAMERA, ORDINARY]);
        assert_eq!(found(root.path(), Some(&[]))[0].0, "usb_driver_missing");
        fs::create_dir_all(root.path().join("usr/lib/pcsc/drivers/ifd-ccid.bundle")).unwrap();
        assert_eq!(found(root.path(), Some(&[]))[0].0, "usb_unseen");
        assert_eq!(found(root.path(), Some(&["SCR3310 00 00"])), []);
        assert_eq!(found(root.path(), None), [], "the service is what is missing");
    }

    #[test]
    fn other_devices_and_other_systems_are_passed_over() {
        assert_eq!(found(tree(&[CAMERA]).path(), Some(&[])), []);
        assert_eq!(found(Path::new("/nowhere"), Some(&[])), []);
        let hostile = tree(&[("04e6", "5116", "a\u{1b}[2J\u{202e}b", "0b", None)]);
        assert!(found(hostile.path(), Some(&[]))[0].2.contains("a\u{fffd}[2J\u{fffd}b"));
    }
}
