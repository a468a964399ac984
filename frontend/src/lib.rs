//! Atheria's page, as far as it can be said without a browser.
//!
//! What the server tells ([`opening`], [`remedy`], [`notices`], [`history`]) becomes state; state becomes words and
//! numbers ([`i18n`], [`format`]), colours ([`colormap`]), places ([`camera`], [`region`], [`pane`]) and addresses ([`address`]);
//! what was heard and when tells silence from rest ([`silence`]), whose view is shown ([`accord`]) and what a reset would wipe ([`work`]);
//! keys and pointers become actions ([`keys`], [`roving`], [`cursor`], [`gesture`]), and those strokes ([`brush`], which [`preview`] shows before they
//! are made). Plain values and functions, tested on the host. The binary of this crate
//! (`main.rs`) holds what needs a browser: components, the canvas, the WebSocket.

pub mod accord;
pub mod address;
pub mod brush;
pub mod camera;
pub mod colormap;
pub mod cursor;
pub mod diagnosis;
pub mod format;
pub mod gesture;
pub mod history;
pub mod i18n;
pub mod keys;
pub mod legend;
pub mod notices;
pub mod opening;
pub mod pace;
pub mod pane;
pub mod preview;
pub mod region;
pub mod remedy;
pub mod roving;
pub mod settings;
pub mod show;
pub mod silence;
pub mod spot;
pub mod work;
