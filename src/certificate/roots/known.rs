//! The pins, as data, without the certificates themselves (`certificates-and-formats.md` 1.2 and 1.3).

use crate::certificate::Environment;
use crate::jpki::KeyKind;

/// An authority known by its certificate.
pub(super) struct Known {
    pub(super) name: &'static str,
    pub(super) kind: KeyKind,
    pub(super) environment: Environment,
    pub(super) key_id: [u8; 20],
    pub(super) fingerprint: [u8; 32],
}

/// An authority known by its key.
pub(super) struct KnownKey {
    pub(super) kind: KeyKind,
    pub(super) key_id: [u8; 20],
    pub(super) public_key: [u8; 32],
}

/// The bytes of a certificate's hexadecimal digits; another length or letter does not compile.
#[expect(clippy::indexing_slicing, clippy::panic, reason = "runs while compiling, where a panic is an error message")]
const fn hex<const N: usize>(text: &str) -> [u8; N] {
    let text = text.as_bytes();
    assert!(text.len() == 2 * N);
    let mut bytes = [0; N];
    let mut index = 0;
    while index < text.len() {
        let digit = match text[index] {
            digit @ b'0'..=b'9' => digit - b'0',
            letter @ b'A'..=b'F' => letter - b'A' + 10,
            _ => panic!("upper-case hexadecimal digits"),
        };
        bytes[index / 2] = bytes[index / 2] << 4 | digit;
        index += 1;
    }
    bytes
}

const fn authentication(name: &'static str, environment: Environment, key_id: &str, fingerprint: &str) -> Known {
    Known { name, kind: KeyKind::Authentication, environment, key_id: hex(key_id), fingerprint: hex(fingerprint) }
}

const fn signature(name: &'static str, environment: Environment, key_id: &str, fingerprint: &str) -> Known {
    Known { name, kind: KeyKind::Signature, environment, key_id: hex(key_id), fingerprint: hex(fingerprint) }
}

/// Sections 1.2 and 1.3: key id, then SHA-256 over the DER file. Before a release a person compares them with the
/// fingerprint sheets of J-LIS.
pub(super) static KNOWN: [Known; 10] = [
    authentication(
        "auth-2015",
        Environment::Production,
        "9567951B5CA70D84A0FFF1D85A87F1AAB1340385",
        "4DCFC4CA0AAF9FB2A3081B3F0C991C320B3ACC008667A341EEAEC5AF1D58CA7D",
    ),
    authentication(
        "auth-2019",
        Environment::Production,
        "8CD5586A891485E559379B7E29D410CFD28B3593",
        "0D98DE47FC11B7F67126874B7028B6026A803D2638D6EDFE53176953961FADE6",
    ),
    authentication(
        "auth-2023",
        Environment::Production,
        "1AC100F596A3BC8C4B3DF195E32699249E9E308A",
        "64114F29620C24ED2631D46476A040E7EE740D956089C00B036A6A8118C322B5",
    ),
    signature(
        "sign-2015",
        Environment::Production,
        "0D034CBB34D0714F45E45A1CAFD8FD143FAB54A7",
        "19645405A1FE14377434BD55957628AC4038557C542403A2243F21C706FC9355",
    ),
    signature(
        "sign-2019",
        Environment::Production,
        "4DE017DE4B7F473DCD867A62D38B134ACE83558A",
        "79679C33E4CC9319440F1AD120A597FF1844E2EF217063ADB176966FD5E6FBEB",
    ),
    signature(
        "sign-2023",
        Environment::Production,
        "D21EA55895617E93ADBF966B941AB4EDF653F08F",
        "D227F6CDE11D35C5252178F106F843D24651944975413B539FA2FB68DBFA365F",
    ),
    authentication(
        "test-auth-2019",
        Environment::JlisTest,
        "2BF31B3518507339ED2850253BADA2AA79FFC5C8",
        "B6DE0FF5A384F5AF0242A6CA854DEE57EE2CAD97B341F18B914948FD8E638706",
    ),
    authentication(
        "test-auth-2023",
        Environment::JlisTest,
        "8B8B137D215EA601653CAFB266528C44BC0F1664",
        "5A0E7D690C718FADEBC7FB6EFF66A6DD623458DEBC1AA6FB1778BFE157CBEB25",
    ),
    signature(
        "test-sign-2019",
        Environment::JlisTest,
        "E7D873D8084586841E744CFE51C36D131852C9C5",
        "7BDBDF2652A15E6D458EFC143B7201242E1162416251D0903060FA7C642465CC",
    ),
    signature(
        "test-sign-2024",
        Environment::JlisTest,
        "410021476B2BCF2C8A2BBBF83B38A978863DA142",
        "8126DF7DD2DB230BD8EE48CAA40FC3417DDE3607050ED34973D8D3CF267FE723",
    ),
];

/// The keys of the software card's authorities, two generations for each kind: key id, then SHA-256 over
/// SubjectPublicKeyInfo.
pub(super) static SIMULATOR: [KnownKey; 4] = [
    KnownKey {
        kind: KeyKind::Authentication,
        key_id: hex("CD20632EB98783BC3C6EF7D987D1A6A28C045DD7"),
        public_key: hex("4B840160FCACBA2B859B80FE3F8062C75B68C157CC0E17559ADBCE01B8211807"),
    },
    KnownKey {
        kind: KeyKind::Authentication,
        key_id: hex("D0ADB2BA603D81EC15FE5EC61FE4A1DE340E11F2"),
        public_key: hex("9B3046618A18B21B22C454221AFBBE1921C49C15321C5766FB9EE9BC7A65F241"),
    },
    KnownKey {
        kind: KeyKind::Signature,
        key_id: hex("92F68228FF49757894A123A09376AC44E8AD8E28"),
        public_key: hex("918AA6CC60BF0A45412ABCDB0D756690F64B5C636B9D4EB5E872C2CB3C707EB5"),
    },
    KnownKey {
        kind: KeyKind::Signature,
        key_id: hex("4822CDC741672B536CBF3D978A4F6D17E75B55CF"),
        public_key: hex("C2F4AB38106EF4ABE6168C7B7A4A25350B7A0E5B80DE04B2083A23F18E011691"),
    },
];
