//! The library `myna-card` as a program: one operation, its result on standard output, the PIN from standard input.
//!
//! Usage: `myna-card-client pins | certificate | authenticate FILE | sign FILE…`
//! The certificate is printed as DER; of `authenticate` and `sign` each signature (256 bytes), for `sign` behind the
//! certificate. A FILE is a SHA-256 digest. The calls are those of the library's own README, but for the signature's form: the
//! software card knows only the one that all clients use, a ready-made DigestInfo.

use std::error::Error;
use std::io::{Write as _, stdin, stdout};

use myna_card::Pin;
use myna_card::ap::jpki::{JpkiAp, SignatureScheme};
use myna_card::transport::pcsc::{Sharing, connect_any};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (operation, files) = arguments.split_first().ok_or("no operation")?;
    let mut card = connect_any(Sharing::Exclusive)?;
    let mut jpki = JpkiAp::select(&mut card)?;
    match operation.as_str() {
        "pins" => println!("{:?} {:?}", jpki.auth_pin_retries()?, jpki.sign_pin_retries()?),
        "certificate" => stdout().write_all(&jpki.read_auth_certificate_der()?)?,
        "authenticate" => {
            jpki.verify_auth_pin(&Pin::numeric(&line()?)?)?;
            for file in files {
                stdout().write_all(&jpki.sign_with_auth_key(SignatureScheme::Verbatim, &digest_info(file)?)?)?;
            }
        }
        "sign" => {
            jpki.verify_sign_pin(&Pin::new(&line()?)?)?;
            stdout().write_all(&jpki.read_sign_certificate_der()?)?;
            for file in files {
                stdout().write_all(&jpki.sign_with_sign_key(SignatureScheme::Verbatim, &digest_info(file)?)?)?;
            }
        }
        other => return Err(format!("unknown operation {other}").into()),
    }
    Ok(())
}

fn line() -> Result<String, Box<dyn Error>> {
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

/// DigestInfo (RFC 8017, 9.2) of the SHA-256 digest in a file.
fn digest_info(file: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    const SHA_256: [u8; 19] = [
        0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
        0x20,
    ];
    Ok([&SHA_256[..], &std::fs::read(file)?].concat())
}
