//! The binary `ctibridge`; everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ctibridge::cli::main().into()
}
