//! The device computes: a product and a convolution of known numbers against plain loops, and CUDA against the CPU.

use std::time::Instant;

use atheria_shared::diagnosis::{Advice, FigureName, Finding};
use atheria_shared::world::DeviceChoice;
use tch::{Device, Kind, TchError, Tensor};

use super::error::CheckError;
use super::outcome::Outcome;
use super::subject::Subject;
use crate::world::farthest_from_cpu;

/// How far the device's product and convolution may be from plain loops: sums of a hundred terms in float32.
const ARITHMETIC: f64 = 1e-4;
/// How far a step on CUDA may be from the CPU's.
const STEP: f64 = 1e-4;
/// Rows and columns of the matrices whose product is timed.
const TIMED: i64 = 512;
/// How often it is made.
const TIMES: u32 = 8;

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Figures {
    /// Largest difference of the matrix product.
    product: f64,
    /// Largest difference of the convolution.
    convolution: f64,
    /// Speed of the product, GFLOP/s.
    gflops: f64,
    /// What CUDA has to say.
    cuda: Cuda,
}

/// CUDA, and how far a step on it is from the CPU's.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Cuda {
    /// libtorch finds none.
    Missing {
        /// Though it was asked for.
        asked: bool,
    },
    /// Nobody asked for it: its driver was not touched.
    Unasked,
    /// It is there; there was no law to make a step of.
    Untried,
    /// It made a step.
    Stepped {
        /// The largest difference.
        difference: f64,
    },
}

/// Makes the check. Without a law no step is made.
pub(super) fn check(subject: Option<&Subject<'_>>, asked: DeviceChoice) -> Result<Outcome, CheckError> {
    let torch = CheckError::torch("a product of known numbers was made");
    // A driver that hangs is not to take the check of a CPU down.
    let device = if asked != DeviceChoice::Cpu && tch::Cuda::is_available() {
        Device::Cuda(0)
    } else {
        Device::Cpu
    };
    let (product, convolution) = (
        product_error(device).map_err(&torch)?,
        convolution_error(device).map_err(&torch)?,
    );
    let cuda = match (device, subject) {
        (Device::Cpu, _) if asked == DeviceChoice::Cpu => Cuda::Unasked,
        (Device::Cpu, _) => Cuda::Missing {
            asked: asked == DeviceChoice::Cuda,
        },
        (_, None) => Cuda::Untried,
        (device, Some(subject)) => Cuda::Stepped {
            difference: farthest_from_cpu(&subject.law, &subject.plan(), device)?,
        },
    };
    Ok(judge(&Figures {
        product,
        convolution,
        gflops: gflops(device).map_err(&torch)?,
        cuda,
    }))
}

fn judge(figures: &Figures) -> Outcome {
    let worst = figures.product.max(figures.convolution);
    // Also for a NaN.
    let computes = figures.product <= ARITHMETIC && figures.convolution <= ARITHMETIC;
    let outcome = match figures.cuda {
        _ if !computes => Outcome::failed(
            Finding::WrongArithmetic { off_by: worst.into() },
            Advice::TryCpuThenReinstall,
        ),
        Cuda::Missing { asked: true } => Outcome::failed(Finding::NoCuda, Advice::CpuOrInstallCuda),
        Cuda::Unasked => Outcome::passed(Finding::CpuComputes {
            looked_for_cuda: false,
        }),
        Cuda::Missing { asked: false } => Outcome::passed(Finding::CpuComputes {
            looked_for_cuda: true,
        }),
        Cuda::Untried => Outcome::passed(Finding::CudaComputes { stepped: false }),
        Cuda::Stepped { difference } if difference <= STEP => {
            Outcome::passed(Finding::CudaComputes { stepped: true })
        }
        Cuda::Stepped { difference } => Outcome::failed(
            Finding::CudaDiffers {
                apart: difference.into(),
                allowed: STEP.into(),
            },
            Advice::CpuOrNoTf32,
        ),
    };
    let outcome = outcome
        .figure(FigureName::ProductError, figures.product)
        .figure(FigureName::ConvolutionError, figures.convolution)
        .figure(FigureName::ProductSpeed, figures.gflops);
    match figures.cuda {
        Cuda::Stepped { difference } => outcome.figure(FigureName::CudaError, difference),
        Cuda::Unasked | Cuda::Missing { .. } | Cuda::Untried => outcome,
    }
}

/// A known number between -1 and 1 for each place.
fn known(count: usize, stride: usize) -> Vec<f32> {
    (0..count)
        .map(|at| ((at * stride + 7) % 201) as f32 / 100.0 - 1.0)
        .collect()
}

fn farthest(found: &Tensor, expected: &[f64]) -> Result<f64, TchError> {
    let flat = found
        .f_to_device(Device::Cpu)?
        .f_to_kind(Kind::Double)?
        .f_contiguous()?
        .f_view([-1])?;
    let mut numbers = vec![f64::NAN; expected.len()];
    flat.f_copy_data(&mut numbers, expected.len())?;
    let differences = numbers
        .iter()
        .zip(expected)
        .map(|(found, expected)| (found - expected).abs());
    Ok(differences.fold(
        0.0,
        |most: f64, next| if next.is_nan() { next } else { most.max(next) },
    ))
}

fn product_error(device: Device) -> Result<f64, TchError> {
    let (rows, inner, columns) = (48, 100, 40);
    let (a, b) = (known(rows * inner, 37), known(inner * columns, 53));
    let tensor = |numbers: &[f32], rows: usize, columns: usize| {
        Tensor::f_from_slice(numbers)?
            .f_view([rows as i64, columns as i64])?
            .f_to_device(device)
    };
    let found = tensor(&a, rows, inner)?.f_matmul(&tensor(&b, inner, columns)?)?;
    let mut expected = Vec::with_capacity(rows * columns);
    for row in a.chunks_exact(inner) {
        for column in 0..columns {
            let products = row.iter().zip(b.iter().skip(column).step_by(columns));
            expected.push(products.map(|(a, b)| f64::from(*a) * f64::from(*b)).sum());
        }
    }
    farthest(&found, &expected)
}

fn convolution_error(device: Device) -> Result<f64, TchError> {
    let (channels, outputs, side) = (8_usize, 6_usize, 20_usize);
    let (x, weight) = (
        known(channels * side * side, 41),
        known(outputs * channels * 9, 29),
    );
    let input = Tensor::f_from_slice(&x)?.f_view([1, channels as i64, side as i64, side as i64])?;
    let kernel = Tensor::f_from_slice(&weight)?.f_view([outputs as i64, channels as i64, 3, 3])?;
    let found = input.f_to_device(device)?.f_conv2d(
        &kernel.f_to_device(device)?,
        None::<Tensor>,
        [1, 1],
        [1, 1],
        [1, 1],
        1,
    )?;
    let at = |channel: usize, y: usize, x_at: usize| {
        // Rows and columns are counted from one before the first.
        let inside = (1..=side).contains(&y) && (1..=side).contains(&x_at);
        if inside {
            f64::from(x[(channel * side + y - 1) * side + x_at - 1])
        } else {
            0.0
        }
    };
    let mut expected = Vec::with_capacity(outputs * side * side);
    for kernel in weight.chunks_exact(channels * 9) {
        for y in 0..side {
            for x in 0..side {
                let products = kernel.iter().enumerate().map(|(place, weight)| {
                    let (channel, part) = (place / 9, place % 9);
                    f64::from(*weight) * at(channel, y + part / 3, x + part % 3)
                });
                expected.push(products.sum());
            }
        }
    }
    farthest(&found, &expected)
}

/// Speed of a product in float32, its result fetched.
fn gflops(device: Device) -> Result<f64, TchError> {
    let side = TIMED as usize;
    let a = Tensor::f_from_slice(&known(side * side, 37))?
        .f_view([TIMED, TIMED])?
        .f_to_device(device)?;
    let product = |times: u32| -> Result<f64, TchError> {
        let began = Instant::now();
        let mut last = a.f_matmul(&a)?;
        for _ in 1..times {
            last = a.f_matmul(&a)?;
        }
        last.f_sum(Kind::Float)?.f_double_value(&[])?;
        Ok(began.elapsed().as_secs_f64())
    };
    product(1)?;
    let seconds = product(TIMES)?.max(1e-9);
    Ok(2.0 * (side * side * side) as f64 * f64::from(TIMES) / seconds / 1e9)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "numbers that were never rounded")]
mod tests {
    use atheria_shared::diagnosis::Verdict;

    use super::*;
    use crate::testing::device;

    const SOUND: Figures = Figures {
        product: 1e-5,
        convolution: 1e-5,
        gflops: 80.0,
        cuda: Cuda::Missing { asked: false },
    };

    #[test]
    fn this_machine_computes() {
        let device = device();
        assert!(product_error(device).unwrap() < 1e-5);
        assert!(convolution_error(device).unwrap() < 1e-5);
        assert!(gflops(device).unwrap() > 0.0);
    }

    #[test]
    fn every_fault_fails() {
        assert_eq!(judge(&SOUND).verdict, Verdict::Passed);
        let faults = [
            Figures {
                product: 1e-3,
                ..SOUND
            },
            Figures {
                product: f64::NAN,
                ..SOUND
            },
            Figures {
                convolution: 1.0,
                ..SOUND
            },
            Figures {
                cuda: Cuda::Missing { asked: true },
                ..SOUND
            },
            Figures {
                cuda: Cuda::Stepped { difference: 1e-3 },
                ..SOUND
            },
            Figures {
                cuda: Cuda::Stepped { difference: f64::NAN },
                ..SOUND
            },
        ];
        for fault in faults {
            let outcome = judge(&fault);
            assert_eq!(outcome.verdict, Verdict::Failed, "{fault:?}");
            assert!(outcome.advice.is_some() && !outcome.evidence.is_empty());
        }
        let unasked = Figures {
            cuda: Cuda::Unasked,
            ..SOUND
        };
        assert_eq!(judge(&unasked).verdict, Verdict::Passed);
        let stepped = Figures {
            cuda: Cuda::Stepped { difference: 1e-6 },
            ..SOUND
        };
        assert_eq!(judge(&stepped).verdict, Verdict::Passed);
        assert_eq!(judge(&stepped).evidence.len(), 4);
    }

    #[test]
    fn a_wrong_number_is_found() {
        let right = known(6, 3);
        let tensor = Tensor::from_slice(&right);
        let expected: Vec<f64> = right.iter().map(|number| f64::from(*number)).collect();
        assert_eq!(farthest(&tensor, &expected).unwrap(), 0.0);
        let mut wrong = expected.clone();
        wrong[4] += 0.5;
        assert_eq!(farthest(&tensor, &wrong).unwrap(), 0.5);
    }
}
