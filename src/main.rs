//! The binary `ctibridge`; everything it does is in the library.

use std::process::ExitCode;

/// Every event takes and gives back memory in pieces of a few hundred bytes, on one thread and another.
#[cfg(all(feature = "jemalloc", target_os = "linux"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    ctibridge::tls::install_provider();
    ctibridge::cli::main().into()
}
