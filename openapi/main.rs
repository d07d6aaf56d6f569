//! Writes `openapi/jpki-agent.json` anew from the code: `make openapi`. The program carries that file, not what makes it.
#![allow(clippy::print_stdout, reason = "what it is for")]

fn main() {
    print!("{}", jpki_agent::http::openapi::generate());
}
