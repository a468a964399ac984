//! The order in which an array's elements lie: whatever it is in a file, it is C order afterwards, the last index the
//! fastest.

use std::io;

/// Elements in Fortran order, the first index the fastest, of `parts` numbers each, put into C order.
pub(super) fn of_fortran<T: Copy>(numbers: Vec<T>, shape: &[u64], parts: usize) -> io::Result<Vec<T>> {
    if shape.iter().filter(|&&side| side > 1).count() < 2 {
        return Ok(numbers);
    }
    let mut stride = 1;
    let strides: Vec<u64> = shape
        .iter()
        .map(|&side| {
            let own = stride;
            stride *= side;
            own
        })
        .collect();
    gather(&numbers, shape, &strides, 0, parts)
}

/// The elements of a view, in C order: of `shape`, `strides` elements from one to the next along each, the first at
/// `offset`. Whether all lie within `numbers` is [`reaches`]'s to say; one that does not is an error.
pub(super) fn gather<T: Copy>(
    numbers: &[T],
    shape: &[u64],
    strides: &[u64],
    offset: u64,
    parts: usize,
) -> io::Result<Vec<T>> {
    let outside = || {
        io::Error::new(
            io::ErrorKind::InvalidData,
            "elements beyond the end of what is there",
        )
    };
    let count = shape
        .iter()
        .try_fold(parts as u64, |product, &side| product.checked_mul(side))
        .and_then(|count| usize::try_from(count).ok())
        .ok_or_else(outside)?;
    let mut ordered = Vec::new();
    ordered
        .try_reserve_exact(count)
        .map_err(|_| io::ErrorKind::OutOfMemory)?;
    let mut index = vec![0_u64; shape.len()];
    while ordered.len() < count {
        let at = index
            .iter()
            .zip(strides)
            .try_fold(offset, |at, (&index, &stride)| {
                at.checked_add(index.checked_mul(stride)?)
            })
            .and_then(|at| usize::try_from(at).ok()?.checked_mul(parts))
            .ok_or_else(outside)?;
        let element = at.checked_add(parts).and_then(|end| numbers.get(at..end));
        ordered.extend_from_slice(element.ok_or_else(outside)?);
        for (index, &side) in index.iter_mut().zip(shape).rev() {
            *index += 1;
            if *index < side {
                break;
            }
            *index = 0;
        }
    }
    Ok(ordered)
}

/// Whether every element of a view lies within so many; none of one that is too large to be counted.
pub(super) fn reaches(shape: &[u64], strides: &[u64], offset: u64, count: u64) -> bool {
    if shape.len() != strides.len() {
        return false;
    }
    if shape.contains(&0) {
        return true;
    }
    shape
        .iter()
        .zip(strides)
        .try_fold(offset, |last, (&side, &stride)| {
            last.checked_add((side - 1).checked_mul(stride)?)
        })
        .is_some_and(|last| last < count)
}

/// Where an element of Fortran order comes in C order.
pub(super) fn place_of_fortran(at: usize, shape: &[u64]) -> usize {
    let mut rest = at as u64;
    let index: Vec<u64> = shape
        .iter()
        .map(|&side| {
            let own = rest.checked_rem(side).unwrap_or(0);
            rest = rest.checked_div(side).unwrap_or(0);
            own
        })
        .collect();
    let place = index.iter().zip(shape).fold(0_u64, |place, (&index, &side)| {
        place.saturating_mul(side).saturating_add(index)
    });
    place as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fortran_order_becomes_c_order() {
        // [[0, 1, 2], [3, 4, 5]], column after column.
        let columns = vec![0, 3, 1, 4, 2, 5];
        assert_eq!(
            of_fortran(columns.clone(), &[2, 3], 1).unwrap(),
            [0, 1, 2, 3, 4, 5]
        );
        assert_eq!(of_fortran(columns.clone(), &[1, 6], 1).unwrap(), columns);
        // The same with two numbers each.
        let pairs: Vec<i32> = columns.iter().flat_map(|&at| [at, -at]).collect();
        let ordered: Vec<i32> = (0..6).flat_map(|at| [at, -at]).collect();
        assert_eq!(of_fortran(pairs, &[2, 3], 2).unwrap(), ordered);
        for (at, &place) in columns.iter().enumerate() {
            assert_eq!(place_of_fortran(at, &[2, 3]), place as usize);
        }
        assert!(of_fortran(vec![1, 2, 3], &[2, 2], 1).is_err());
        assert_eq!(
            of_fortran(Vec::<u8>::new(), &[0, 3, 2], 1).unwrap(),
            Vec::<u8>::new()
        );
    }

    #[test]
    fn a_view_is_gathered_and_never_reaches_beyond_its_numbers() {
        let numbers: Vec<u32> = (0..24).collect();
        // [4, 6], transposed; its second and fourth column; one element many times.
        assert_eq!(
            gather(&numbers, &[6, 4], &[1, 6], 0, 1).unwrap()[..5],
            [0, 6, 12, 18, 1]
        );
        assert_eq!(
            gather(&numbers, &[4, 2], &[6, 2], 1, 1).unwrap(),
            [1, 3, 7, 9, 13, 15, 19, 21]
        );
        assert_eq!(gather(&numbers, &[3], &[0], 23, 1).unwrap(), [23, 23, 23]);
        assert!(reaches(&[6, 4], &[1, 6], 0, 24) && !reaches(&[6, 4], &[1, 6], 1, 24));
        assert!(reaches(&[0, 4], &[u64::MAX, 6], 99, 24) && !reaches(&[2], &[u64::MAX], 9, u64::MAX));
        assert!(!reaches(&[2, 2], &[1], 0, 24));
        assert!(gather(&numbers, &[6, 4], &[1, 6], 1, 1).is_err());
        assert!(gather(&numbers, &[1 << 40, 1 << 40], &[0, 0], 0, 1).is_err());
    }
}
