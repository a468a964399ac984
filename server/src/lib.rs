//! Atheria's server.
