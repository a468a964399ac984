//! Atheria's page.
