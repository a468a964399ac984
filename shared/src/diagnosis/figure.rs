//! The numbers that a verdict rests on: names and units as words of a type, English by [`Display`](std::fmt::Display).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::number::Number;

/// A number that a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// What it is.
    pub name: FigureName,
    /// The number.
    pub value: Number,
    /// Its unit; none of a pure number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
}

impl Figure {
    /// A figure, in the unit of its name.
    pub fn new(name: FigureName, value: impl Into<Number>) -> Self {
        Self {
            name,
            value: value.into(),
            unit: name.unit(),
        }
    }
}

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureName {
    /// Largest difference of a matrix product from plain loops.
    ProductError,
    /// The same of a convolution.
    ConvolutionError,
    /// Speed of a matrix product.
    ProductSpeed,
    /// Largest difference of a step on CUDA from one on the CPU.
    CudaError,
    /// Largest difference between export and law.
    ExportError,
    /// Trained parameters.
    Parameters,
    /// Cells that were compared.
    CellsCompared,
    /// Cells that differ.
    CellsDiffer,
    /// Cells whose background differs.
    BackgroundDiffers,
    /// Matter that was written.
    MatterWritten,
    /// Matter that was read.
    MatterRead,
    /// Bytes that were compared.
    BytesCompared,
    /// Bytes that differ.
    BytesDiffer,
    /// How long it took.
    Time,
    /// Largest difference of a sparse step.
    SparseStep,
    /// The same of a dense one in float32.
    DenseStep,
    /// Largest difference after all sparse steps.
    SparseSteps,
    /// The same of dense ones in float32.
    DenseSteps,
    /// Matter at the end.
    MatterLast,
    /// Matter at the beginning.
    MatterFirst,
    /// Matter after one step.
    MatterAfterOne,
    /// The least of it by dense float64.
    MatterLeast,
    /// The most of it by dense float64.
    MatterMost,
    /// Steps that were watched.
    StepsWatched,
    /// The first step without matter.
    FirstEmptyStep,
    /// Views that were made.
    ViewsMade,
    /// Views that are constant.
    ViewsConstant,
    /// Largest difference between a pixel and its cell.
    PixelError,
}

/// A unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Cells.
    Cells,
    /// Steps.
    Steps,
    /// Bytes.
    Bytes,
    /// Seconds.
    Seconds,
    /// 10^9 operations with numbers a second.
    Gflops,
    /// Levels of a frame, of which there are 254.
    Levels,
}

impl Unit {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Cells,
        Self::Steps,
        Self::Bytes,
        Self::Seconds,
        Self::Gflops,
        Self::Levels,
    ];
}

impl FigureName {
    /// All of them.
    pub const ALL: [Self; 28] = [
        Self::ProductError,
        Self::ConvolutionError,
        Self::ProductSpeed,
        Self::CudaError,
        Self::ExportError,
        Self::Parameters,
        Self::CellsCompared,
        Self::CellsDiffer,
        Self::BackgroundDiffers,
        Self::MatterWritten,
        Self::MatterRead,
        Self::BytesCompared,
        Self::BytesDiffer,
        Self::Time,
        Self::SparseStep,
        Self::DenseStep,
        Self::SparseSteps,
        Self::DenseSteps,
        Self::MatterLast,
        Self::MatterFirst,
        Self::MatterAfterOne,
        Self::MatterLeast,
        Self::MatterMost,
        Self::StepsWatched,
        Self::FirstEmptyStep,
        Self::ViewsMade,
        Self::ViewsConstant,
        Self::PixelError,
    ];

    /// The unit that it is told in.
    pub fn unit(self) -> Option<Unit> {
        Some(match self {
            Self::ProductError
            | Self::ConvolutionError
            | Self::CudaError
            | Self::ExportError
            | Self::Parameters
            | Self::SparseStep
            | Self::DenseStep
            | Self::SparseSteps
            | Self::DenseSteps
            | Self::ViewsMade
            | Self::ViewsConstant => return None,
            Self::ProductSpeed => Unit::Gflops,
            Self::CellsCompared
            | Self::CellsDiffer
            | Self::BackgroundDiffers
            | Self::MatterWritten
            | Self::MatterRead
            | Self::MatterLast
            | Self::MatterFirst
            | Self::MatterAfterOne
            | Self::MatterLeast
            | Self::MatterMost => Unit::Cells,
            Self::BytesCompared | Self::BytesDiffer => Unit::Bytes,
            Self::Time => Unit::Seconds,
            Self::StepsWatched | Self::FirstEmptyStep => Unit::Steps,
            Self::PixelError => Unit::Levels,
        })
    }
}

impl fmt::Display for FigureName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ProductError => "largest difference of a matrix product",
            Self::ConvolutionError => "largest difference of a convolution",
            Self::ProductSpeed => "speed of a matrix product",
            Self::CudaError => "largest difference of a step on CUDA",
            Self::ExportError => "largest difference between export and law",
            Self::Parameters => "trained parameters",
            Self::CellsCompared => "cells compared",
            Self::CellsDiffer => "cells that differ",
            Self::BackgroundDiffers => "cells whose background differs",
            Self::MatterWritten => "matter written",
            Self::MatterRead => "matter read",
            Self::BytesCompared => "compared",
            Self::BytesDiffer => "different",
            Self::Time => "time",
            Self::SparseStep => "largest difference of a sparse step",
            Self::DenseStep => "the same of a dense float32 step",
            Self::SparseSteps => "largest difference after all steps",
            Self::DenseSteps => "the same of dense float32",
            Self::MatterLast => "matter at the end",
            Self::MatterFirst => "matter at the beginning",
            Self::MatterAfterOne => "matter after one step",
            Self::MatterLeast => "the same by dense float64, at least",
            Self::MatterMost => "the same by dense float64, at most",
            Self::StepsWatched => "steps watched",
            Self::FirstEmptyStep => "first step without matter",
            Self::ViewsMade => "views made",
            Self::ViewsConstant => "constant views",
            Self::PixelError => "largest difference between a pixel and its cell",
        })
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cells => "cells",
            Self::Steps => "steps",
            Self::Bytes => "bytes",
            Self::Seconds => "s",
            Self::Gflops => "GFLOP/s",
            Self::Levels => "levels of 254",
        })
    }
}
