//! What was measured, in words: a few lines for each case, then the table.

use std::fmt::Write as _;

use super::report::{Benched, CaseReport, MeasuredReport, RivalReport};
use super::spread::Spread;
use super::table::{Row, Side, Target};

/// All of it.
pub(super) fn words(done: &Benched) -> String {
    let mut text = String::new();
    // A String takes everything.
    if let Some(machine) = &done.machine {
        let _ = writeln!(
            text,
            "matrix product: {:.0} GFLOP/s (PyTorch {}, {} threads)\n",
            machine.matrix_gflops, machine.torch, machine.threads
        );
    }
    for case in &done.cases {
        case_words(&mut text, case);
    }
    if !done.table.is_empty() {
        text.push('\n');
    }
    for row in &done.table {
        row_words(&mut text, row);
    }
    text
}

fn case_words(text: &mut String, case: &CaseReport) {
    let _ = writeln!(text, "{}", case.case);
    if let Some(measured) = &case.measured {
        measured_words(text, measured);
    }
    for rival in &case.rivals {
        rival_words(text, rival);
    }
    for error in &case.errors {
        let _ = writeln!(
            text,
            "    steps: {}; {:.1e} from float64, the peer {:.1e}",
            error.steps, error.ours, error.peer
        );
    }
    for part in &case.matter {
        let _ = writeln!(
            text,
            "    step {}: {:.2} % matter",
            part.step,
            100.0 * part.fraction
        );
    }
    if let Some(problem) = &case.problem {
        let _ = writeln!(text, "    not measured: {problem}");
    }
}

fn measured_words(text: &mut String, measured: &MeasuredReport) {
    let numbers = &measured.numbers;
    let peak = measured
        .peak_resident_bytes
        .map(|bytes| format!(" (at most {:.0} MB resident)", bytes as f64 / 1e6))
        .unwrap_or_default();
    let _ = writeln!(
        text,
        "    {} ms a step, {:.1} GFLOP/s, {:.1} MB{peak}",
        figure(measured.ms_per_step),
        measured.gflops.median,
        numbers.memory_bytes as f64 / 1e6
    );
    let _ = writeln!(
        text,
        "    {} cells of matter in {} tiles; {} tiles active, {} of the background",
        numbers.matter_cells, numbers.matter_tiles, numbers.active_tiles, numbers.background_tiles
    );
}

fn rival_words(text: &mut String, rival: &RivalReport) {
    let name = format!("the peer, {}", rival.way.name());
    if let (Some(ms), Some(ratio), Some(time)) = (rival.ms_per_step, rival.ratio, &rival.time) {
        let how = if rival.extrapolated {
            "extrapolated by cells, measured"
        } else {
            "measured"
        };
        let _ = writeln!(
            text,
            "    {name}: {} ms a step, {how} at {side}x{side} with {}: {} times ours{best}",
            figure(ms),
            time.boundary,
            figure(ratio),
            side = time.side_cells,
            best = if rival.fastest == Some(true) {
                "; its fastest way"
            } else {
                ""
            },
        );
    }
    if let Some(problem) = &rival.problem {
        let _ = writeln!(text, "    {name}: not measured: {problem}");
    }
}

fn row_words(text: &mut String, row: &Row) {
    let mark = match row.met {
        Some(true) => "yes",
        Some(false) => "NO",
        None => "-",
    };
    let reached = row.reached.map_or_else(|| "not measured".to_owned(), figure);
    let extrapolated = if row.extrapolated { " (extrapolated)" } else { "" };
    let note = row
        .note
        .as_ref()
        .map(|note| format!("; {note}"))
        .unwrap_or_default();
    let _ = writeln!(
        text,
        "[{mark}] {}: {reached}{extrapolated}, {}{note}",
        row.what,
        target_words(row.target)
    );
}

fn target_words(target: Target) -> String {
    let side = match target.side {
        Side::AtLeast => "at least",
        Side::AtMost => "at most",
    };
    match (target.bound, target.aim) {
        (Some(bound), Some(aim)) => format!("{side} {bound}, aim {aim}"),
        (Some(mark), None) => format!("{side} {mark}"),
        (None, Some(aim)) => format!("aim {side} {aim}"),
        (None, None) => "no target".to_owned(),
    }
}

/// The median, and the range where there is one.
fn figure(spread: Spread) -> String {
    if spread.least < spread.most {
        let [median, least, most] = [spread.median, spread.least, spread.most].map(number);
        format!("{median} ({least}-{most})")
    } else {
        number(spread.median)
    }
}

/// Three figures, more where the number has more before its point.
fn number(number: f64) -> String {
    if number != 0.0 && number.abs() < 0.01 {
        return format!("{number:.1e}");
    }
    let places = if number.abs() >= 100.0 {
        0
    } else if number.abs() >= 10.0 {
        1
    } else {
        2
    };
    format!("{number:.places$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_has_three_places_and_a_range() {
        let spread = |median, least, most| Spread { median, least, most };
        assert_eq!(figure(spread(1.234, 1.1, 2.0)), "1.23 (1.10-2.00)");
        assert_eq!(figure(spread(12.34, 12.34, 12.34)), "12.3");
        assert_eq!(figure(spread(1234.4, 999.9, 1300.0)), "1234 (1000-1300)");
        assert_eq!(figure(spread(0.00123, 0.00123, 0.00123)), "1.2e-3");
    }
}
