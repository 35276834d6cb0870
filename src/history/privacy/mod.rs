//! Whose numbers may be seen, how long records are kept, and how somebody's records are erased.
//!
//! * [`mask`]: numbers for readers who may not see them (pure);
//! * [`number`]: whether a text holds a number, however it is written (pure);
//! * [`erase`]: erasing by number, with a written record;
//! * [`retention`]: deleting what is old.

pub mod erase;
pub mod mask;
pub mod number;
pub mod retention;
