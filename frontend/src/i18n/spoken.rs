//! What is said of the world to those who do not see it.

use atheria_shared::geometry::Cell;
use atheria_shared::view::Quantity;

use super::{Lang, words};
use crate::format::Numbers;

/// What the keyboard does on the world, as it is read out with its name.
pub fn instructions(lang: Lang) -> &'static str {
    lang.pick(
        "Arrows move the view. With a tool in hand they move a cursor, ten cells with Shift; Enter applies the tool there. T goes to the tools.",
        "Las flechas desplazan la vista. Con una herramienta mueven un cursor, diez celdas con Mayús; Entrar aplica la herramienta allí. T lleva a las herramientas.",
    )
}

/// Where the cursor is, and what is shown there when that is a number.
pub fn cell(lang: Lang, at: Cell, value: Option<(Quantity, f64)>) -> String {
    let numbers = Numbers(lang);
    let (row, column) = (numbers.figure(at.y as f64), numbers.figure(at.x as f64));
    let place = match lang {
        Lang::En => format!("Row {row}, column {column}"),
        Lang::Es => format!("Fila {row}, columna {column}"),
    };
    match value {
        Some((quantity, value)) => {
            let name = words::quantity(lang, quantity).to_lowercase();
            format!("{place}: {name} {}", numbers.level(value))
        }
        None => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_said_with_what_is_there() {
        let at = Cell { y: -3, x: 1_204 };
        assert_eq!(
            cell(Lang::En, at, Some((Quantity::Deviation, 0.25))),
            "Row −3, column 1,204: deviation 0.25"
        );
        assert_eq!(cell(Lang::Es, at, None), "Fila −3, columna 1\u{a0}204");
    }
}
