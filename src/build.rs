//! Tells cargo that a file which comes or goes in `src/web` changes the binary; the compiler itself sees only changes of
//! files that were there before.

fn main() {
    println!("cargo::rerun-if-changed=src/web");
}
