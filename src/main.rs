//! The program. Everything it does stands in [`jpki_agent::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    jpki_agent::cli::main()
}
