//! A frame: one picture of a world, as bytes. A fixed little-endian header, then one, two or three bytes a pixel.
//!
//! A scalar pixel is a level 0..=254 between [`FrameHeader::low`] and [`FrameHeader::high`], on the header's scale;
//! 255 marks a value that is not finite. An RGB pixel is three such levels. The pixel of a phase is two: that of its angle,
//! and its brightness, level 254 of which is the modulus [`FrameHeader::full`]. Rows come first, top to bottom.

use crate::limits::{FRAME_BYTES, FRAME_SIDE_PIXELS};
use crate::view::Quantity;
pub use crate::view::Scale;

/// Bytes of a header.
pub const HEADER_BYTES: usize = 64;
/// The first four bytes of every frame.
pub const MAGIC: [u8; 4] = *b"ATHF";
/// The version of this layout.
pub const VERSION: u16 = 2;
/// The level of a pixel whose value is not finite.
pub const NOT_FINITE: u8 = 255;
/// The level of the highest value.
pub const TOP_LEVEL: u8 = 254;

/// What the bytes after a header are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrameHeader {
    /// The step that is shown.
    pub step: u64,
    /// What is shown.
    pub quantity: Quantity,
    /// How levels lie between `low` and `high`.
    pub scale: Scale,
    /// The value of level 0.
    pub low: f32,
    /// The value of level [`TOP_LEVEL`].
    pub high: f32,
    /// Of a phase: the modulus that is fully bright. 0 of anything else.
    pub full: f32,
    /// Whether every value is finite, so that no pixel is marked.
    pub finite: bool,
    /// Rows of pixels.
    pub height: u32,
    /// Columns of pixels.
    pub width: u32,
    /// The world's row of the first pixel.
    pub origin_y: i64,
    /// The world's column of the first pixel.
    pub origin_x: i64,
    /// Cells along each side of a pixel.
    pub cells_per_pixel: u32,
}

/// Bytes that are no frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Too few for what the header says.
    #[error("a frame of {found} bytes, and {expected} are needed")]
    Short {
        /// How many there are.
        found: usize,
        /// How many there would have to be.
        expected: usize,
    },
    /// Not a frame at all.
    #[error("not a frame")]
    Magic,
    /// A later layout than this program knows: reload the page.
    #[error("a frame of version {found}; this program reads {VERSION}")]
    Version {
        /// Its version.
        found: u16,
    },
    /// A field holds what it cannot hold.
    #[error("a frame whose {field} is out of range")]
    Field {
        /// Which.
        field: &'static str,
    },
    /// The pixels do not unpack.
    #[error("a frame whose pixels cannot be unpacked")]
    Unpack,
}

impl FrameHeader {
    /// Bytes a pixel.
    pub fn bytes_per_pixel(&self) -> usize {
        match self.quantity {
            Quantity::Deviation | Quantity::Channel | Quantity::Change => 1,
            Quantity::Phase => 2,
            Quantity::Rgb => 3,
        }
    }

    fn pixel_bytes(&self) -> Result<usize, FrameError> {
        let side = 1..=FRAME_SIDE_PIXELS;
        if !side.contains(&self.height) || !side.contains(&self.width) {
            return Err(FrameError::Field { field: "size" });
        }
        Ok(self.height as usize * self.width as usize * self.bytes_per_pixel())
    }

    /// Header and pixels as one message; packed with LZ4 when that is shorter.
    pub fn encode(&self, pixels: &[u8]) -> Result<Vec<u8>, FrameError> {
        let expected = self.pixel_bytes()?;
        if pixels.len() != expected {
            return Err(FrameError::Short {
                found: pixels.len(),
                expected,
            });
        }
        let packed = lz4_flex::block::compress(pixels);
        let (encoding, body) = if packed.len() < pixels.len() {
            (1, packed.as_slice())
        } else {
            (0, pixels)
        };
        let mut bytes = Vec::with_capacity(HEADER_BYTES + body.len());
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.push(quantity_code(self.quantity));
        bytes.push(scale_code(self.scale));
        bytes.extend(self.step.to_le_bytes());
        bytes.extend(self.origin_y.to_le_bytes());
        bytes.extend(self.origin_x.to_le_bytes());
        bytes.extend(self.height.to_le_bytes());
        bytes.extend(self.width.to_le_bytes());
        bytes.extend(self.cells_per_pixel.to_le_bytes());
        bytes.extend(self.low.to_le_bytes());
        bytes.extend(self.high.to_le_bytes());
        bytes.extend(self.full.to_le_bytes());
        bytes.push(u8::from(self.finite));
        bytes.push(encoding);
        bytes.resize(HEADER_BYTES, 0);
        bytes.extend(body);
        Ok(bytes)
    }

    /// The header and the pixels of a message.
    pub fn decode(bytes: &[u8]) -> Result<(Self, Vec<u8>), FrameError> {
        let (head, body) = bytes
            .split_first_chunk::<HEADER_BYTES>()
            .ok_or(FrameError::Short {
                found: bytes.len(),
                expected: HEADER_BYTES,
            })?;
        let mut fields = Fields(head);
        if fields.take::<4>() != MAGIC {
            return Err(FrameError::Magic);
        }
        let found = u16::from_le_bytes(fields.take());
        if found != VERSION {
            return Err(FrameError::Version { found });
        }
        let [quantity, scale] = fields.take();
        let header = Self {
            quantity: quantity_of(quantity).ok_or(FrameError::Field { field: "quantity" })?,
            scale: scale_of(scale).ok_or(FrameError::Field { field: "scale" })?,
            step: u64::from_le_bytes(fields.take()),
            origin_y: i64::from_le_bytes(fields.take()),
            origin_x: i64::from_le_bytes(fields.take()),
            height: u32::from_le_bytes(fields.take()),
            width: u32::from_le_bytes(fields.take()),
            cells_per_pixel: u32::from_le_bytes(fields.take()),
            low: f32::from_le_bytes(fields.take()),
            high: f32::from_le_bytes(fields.take()),
            full: f32::from_le_bytes(fields.take()),
            finite: fields.take() == [1],
        };
        let [encoding] = fields.take();
        let expected = header.pixel_bytes()?;
        if expected > FRAME_BYTES {
            return Err(FrameError::Field { field: "size" });
        }
        let pixels = match encoding {
            0 => body.to_vec(),
            1 => lz4_flex::block::decompress(body, expected).map_err(|_| FrameError::Unpack)?,
            _ => return Err(FrameError::Field { field: "encoding" }),
        };
        if pixels.len() != expected {
            return Err(FrameError::Short {
                found: pixels.len(),
                expected,
            });
        }
        Ok((header, pixels))
    }
}

/// Reads a header front to back. Its fields add up to less than [`HEADER_BYTES`], so none is ever missing.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let Some((field, rest)) = self.0.split_first_chunk::<N>() else {
            return [0; N];
        };
        self.0 = rest;
        *field
    }
}

const SCALES: [Scale; 3] = [Scale::Linear, Scale::Logarithmic, Scale::Cyclic];

fn quantity_code(quantity: Quantity) -> u8 {
    Quantity::ALL
        .iter()
        .position(|&q| q == quantity)
        .unwrap_or_default() as u8
}

fn quantity_of(code: u8) -> Option<Quantity> {
    Quantity::ALL.get(usize::from(code)).copied()
}

fn scale_code(scale: Scale) -> u8 {
    SCALES.iter().position(|&s| s == scale).unwrap_or_default() as u8
}

fn scale_of(code: u8) -> Option<Scale> {
    SCALES.get(usize::from(code)).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(quantity: Quantity, height: u32, width: u32) -> FrameHeader {
        FrameHeader {
            step: 1 << 40,
            quantity,
            scale: Scale::Logarithmic,
            low: 1e-6,
            high: 2.0,
            full: 0.75,
            finite: height > 3,
            height,
            width,
            origin_y: -5,
            origin_x: i64::MIN,
            cells_per_pixel: 3,
        }
    }

    proptest! {
        #[test]
        fn a_frame_reads_what_it_writes(height in 1u32..40, width in 1u32..40, noise: bool, seed: u8) {
            for quantity in Quantity::ALL {
                let header = header(quantity, height, width);
                let count = (height * width) as usize * header.bytes_per_pixel();
                let pixels: Vec<u8> = (0..count)
                    .map(|i| if noise { (i as u32).wrapping_mul(2_654_435_761).to_le_bytes()[2] } else { seed })
                    .collect();
                prop_assert_eq!(FrameHeader::decode(&header.encode(&pixels).unwrap()).unwrap(), (header, pixels));
            }
        }

        #[test]
        fn no_bytes_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), honest: bool) {
            if honest && bytes.len() > 8 {
                bytes[..4].copy_from_slice(&MAGIC);
                bytes[4..6].copy_from_slice(&VERSION.to_le_bytes());
            }
            let _ = FrameHeader::decode(&bytes);
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let good = header(Quantity::Deviation, 2, 2).encode(&[1, 2, 3, 4]).unwrap();
        assert_eq!(
            FrameHeader::decode(&good[..10]),
            Err(FrameError::Short {
                found: 10,
                expected: 64
            })
        );
        let mut newer = good.clone();
        newer[4] = 9;
        assert_eq!(FrameHeader::decode(&newer), Err(FrameError::Version { found: 9 }));
        assert_eq!(
            FrameHeader::decode(&good[..66]),
            Err(FrameError::Short {
                found: 2,
                expected: 4
            })
        );
        assert!(header(Quantity::Rgb, 2, 2).encode(&[0; 4]).is_err());
    }
}
