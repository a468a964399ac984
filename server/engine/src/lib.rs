//! Atheria's engine.
