//! Application ids, file ids and labels of the Individual Number Card, each with its source in `card-protocol.md` and
//! how sure it is: "all" = all known implementations agree, "real card" = seen there by its author.

/// The JPKI application (2; all).
pub const JPKI_AID: [u8; 10] = [0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];
/// The issuer's security domain; selecting it drops verified PINs (2 and 5.5; one author, real card).
pub const ISSUER_DOMAIN_AID: [u8; 7] = [0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00];
/// Another application of the card, used only to deselect JPKI where the issuer's domain refuses (5.5; one author).
pub const DESELECT_AID: [u8; 10] = [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];

/// Signature certificate; READ needs the signature PIN (3; all).
pub const SIGNATURE_CERTIFICATE: u16 = 0x0001;
/// Certificate of the signature CA; free (3; three implementations, real card).
pub const SIGNATURE_CA_CERTIFICATE: u16 = 0x0002;
/// Token information, 160 bytes; free (2; five implementations).
pub const TOKEN_INFO: u16 = 0x0006;
/// Which certificates exist; free, a hint only (3; one author, one card).
pub const CERTIFICATE_PRESENCE: u16 = 0x0008;
/// Authentication certificate; free (3; all).
pub const AUTHENTICATION_CERTIFICATE: u16 = 0x000A;
/// Certificate of the authentication CA; free (3; four implementations).
pub const AUTHENTICATION_CA_CERTIFICATE: u16 = 0x000B;
/// Authentication private key (3; all).
pub const AUTHENTICATION_KEY: u16 = 0x0017;
/// Authentication PIN (3; all).
pub const AUTHENTICATION_PIN: u16 = 0x0018;
/// Signature private key (3; all).
pub const SIGNATURE_KEY: u16 = 0x001A;
/// Signature PIN (3; all).
pub const SIGNATURE_PIN: u16 = 0x001B;

/// Bytes of the label at the beginning of the token information, space padded (2; four implementations).
pub const TOKEN_LABEL_LENGTH: u32 = 32;
/// The Individual Number Card (2; four implementations).
pub const INDIVIDUAL_NUMBER_CARD_LABEL: &str = "JPKIAPICCTOKEN2";
/// The old Basic Resident Register card, no longer in use (2; three implementations).
pub const RESIDENT_CARD_LABEL: &str = "JPKIAPICCTOKEN";
/// An Android phone (2; two implementations).
pub const ANDROID_LABEL: &str = "JPKIAPGPSETOKEN";
/// An iPhone (2; one author).
pub const IPHONE_LABEL: &str = "JPKIAPIOSTOKEN";
