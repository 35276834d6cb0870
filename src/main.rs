//! The binary `ctibridge`; everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ctibridge::tls::install_provider();
    ctibridge::cli::main().into()
}
