//! What was found of somebody else's TorchScript, in words.

use atheria_shared::law::ForeignLaw;

/// Which file it is, how far it reaches, and what its worlds can be: a line each.
pub(super) fn words(law: &ForeignLaw) -> String {
    let reach = match law.reach_cells {
        Some(cells) => format!("felt {cells} cells a step"),
        None => "felt farther than was looked for".to_owned(),
    };
    let period = match law.period_cells {
        Some(cells) => format!("period {cells} cells"),
        None => "no period found".to_owned(),
    };
    let mut text = format!(
        "TorchScript {}, {reach}, {period}\nsha256 {}",
        law.file, law.sha256
    );
    for remark in &law.remarks {
        text.push('\n');
        text.push_str(remark);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torchscript_is_told_in_words() {
        let law = ForeignLaw {
            file: "model_jit_3.pt".into(),
            sha256: "ab12".into(),
            reach_cells: Some(2),
            period_cells: Some(1),
            windows: true,
            remarks: vec!["At a wall it sees what it pads its own grid with.".into()],
        };
        insta::assert_snapshot!(words(&law));
        let far = ForeignLaw {
            reach_cells: None,
            period_cells: None,
            ..law
        };
        assert!(words(&far).contains("felt farther than was looked for, no period found"));
    }
}
