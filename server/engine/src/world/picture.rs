//! A picture as matter: a `.png`, whose brightness is the amplitude of the second channel.
//!
//! Brightness a, 0 to 1, is the luma of the stored sRGB values by Rec. 709, `0.2126 R + 0.7152 G + 0.0722 B`, times the
//! alpha; a cell is `psi_0 = sqrt(1 - a^2), psi_1 = a`, so black and transparent are vacuum.

use std::io::{self, BufReader};
use std::path::Path;

use atheria_shared::GridShape;
use png::{BitDepth, ColorType, Decoder, DecodingError, Limits, Transformations};

use super::WorldError;
use super::field::Field;
use super::source;
use crate::real::Real;

/// What the decoder may allocate besides the picture itself: profiles, texts, a palette.
const DECODER_BYTES: usize = 64 << 20;
/// Rec. 709's weights of red, green and blue, in ten thousandths: white is exactly 1.
const LUMA: [u64; 3] = [2126, 7152, 722];

/// Reads a picture, grey or coloured, with or without alpha or a palette; psi alone, `[H, W, d]`.
pub(super) fn read<F: Real>(path: &Path, channels: u16) -> Result<Field<F>, WorldError> {
    if channels < 2 {
        return Err(WorldError::PictureChannels {
            path: path.to_owned(),
            channels,
        });
    }
    let failed = |source: DecodingError| WorldError::Picture {
        path: path.to_owned(),
        source,
    };
    let (file, _) = source::open(path)?;
    let mut decoder = Decoder::new_with_limits(BufReader::new(file), Limits { bytes: DECODER_BYTES });
    decoder.set_transformations(Transformations::EXPAND);
    let header = decoder.read_header_info().map_err(failed)?;
    let grid = GridShape::new(header.height, header.width)?;
    grid.check_dense()?;
    let mut reader = decoder.read_info().map_err(failed)?;
    let size = reader
        .output_buffer_size()
        .ok_or_else(|| failed(DecodingError::LimitsExceeded))?;
    let mut samples = vec![0; size];
    let frame = reader.next_frame(&mut samples).map_err(failed)?;
    // The end of the file may still say that what came before is damaged.
    reader.finish().map_err(failed)?;
    let colours = match frame.color_type {
        ColorType::Grayscale => [true, false],
        ColorType::GrayscaleAlpha => [true, true],
        ColorType::Rgb => [false, false],
        ColorType::Rgba => [false, true],
        ColorType::Indexed => {
            let reason = io::Error::new(io::ErrorKind::InvalidData, "a palette that was not looked up");
            return Err(failed(DecodingError::IoError(reason)));
        }
    };
    let brightness = Brightness {
        grey: colours[0],
        alpha: colours[1],
        bytes: if frame.bit_depth == BitDepth::Sixteen {
            2
        } else {
            1
        },
    };
    let mut field = Field::zeros(grid, channels);
    let pixels = samples.chunks_exact(brightness.pixel_bytes());
    for (cell, pixel) in field.cells_mut().zip(pixels) {
        let a = brightness.of(pixel);
        // [psi_0, psi_1]: real and imaginary part each
        if let Some([re_0, _, re_1, _]) = cell.first_chunk_mut::<4>() {
            *re_0 = F::of((1.0 - a * a).sqrt());
            *re_1 = F::of(a);
        }
    }
    Ok(field)
}

/// How a pixel is stored.
struct Brightness {
    grey: bool,
    alpha: bool,
    /// Of a sample: one, or two with the higher first.
    bytes: usize,
}

impl Brightness {
    fn pixel_bytes(&self) -> usize {
        self.bytes * (if self.grey { 1 } else { 3 } + usize::from(self.alpha))
    }

    /// 0 to 1.
    fn of(&self, pixel: &[u8]) -> f64 {
        let most: u64 = if self.bytes == 2 { 65_535 } else { 255 };
        let mut samples = pixel.chunks_exact(self.bytes).map(|sample| {
            sample
                .iter()
                .fold(0_u64, |value, &byte| value << 8 | u64::from(byte))
        });
        let mut sample = || samples.next().unwrap_or(0);
        let luma = if self.grey {
            10_000 * sample()
        } else {
            LUMA.iter().map(|weight| weight * sample()).sum()
        };
        let alpha = if self.alpha { sample() } else { most };
        (luma * alpha) as f64 / (10_000 * most * most) as f64
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "numbers that were never rounded")]
mod tests {
    use std::fs::File;
    use std::path::PathBuf;

    use super::*;

    fn write(name: &str, colour: ColorType, depth: BitDepth, size: [u32; 2], samples: &[u8]) -> PathBuf {
        let path = std::env::temp_dir().join(format!("atheria-{}-{name}.png", std::process::id()));
        let mut encoder = png::Encoder::new(File::create(&path).unwrap(), size[1], size[0]);
        encoder.set_color(colour);
        encoder.set_depth(depth);
        if colour == ColorType::Indexed {
            encoder.set_palette(vec![0, 0, 0, 255, 255, 255, 0, 255, 0]);
            encoder.set_trns(vec![255, 51]);
        }
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(samples).unwrap();
        writer.finish().unwrap();
        path
    }

    /// The amplitudes of the second channel, when all else is as it should be.
    fn amplitudes(path: &Path) -> Vec<f64> {
        let field: Field<f64> = read(path, 3).unwrap();
        std::fs::remove_file(path).unwrap();
        let part = |cell: &[f64]| {
            assert!((cell[0] * cell[0] + cell[2] * cell[2] - 1.0).abs() < 1e-15 && cell[0] >= 0.0);
            assert_eq!([cell[1], cell[3], cell[4], cell[5]], [0.0; 4]);
            cell[2]
        };
        field.cells().map(part).collect()
    }

    fn close(found: &[f64], needed: &[f64]) {
        assert_eq!(found.len(), needed.len());
        for (found, needed) in found.iter().zip(needed) {
            assert!((found - needed).abs() < 1e-15, "{found} {needed}");
        }
    }

    #[test]
    fn every_kind_of_picture_is_its_brightness() {
        use BitDepth::{Eight, One, Sixteen, Two};
        use ColorType::{Grayscale, GrayscaleAlpha, Indexed, Rgb, Rgba};
        let grey = write("grey", Grayscale, Eight, [2, 2], &[0, 51, 255, 102]);
        close(&amplitudes(&grey), &[0.0, 0.2, 1.0, 0.4]);
        let bits = write("bits", Grayscale, One, [2, 3], &[0b1010_0000, 0b0110_0000]);
        close(&amplitudes(&bits), &[1.0, 0.0, 1.0, 0.0, 1.0, 1.0]);
        let deep = write("deep", Grayscale, Sixteen, [1, 2], &[0xff, 0xff, 0x33, 0x33]);
        close(&amplitudes(&deep), &[1.0, 0.2]);
        let veiled = write(
            "veiled",
            GrayscaleAlpha,
            Eight,
            [1, 3],
            &[255, 51, 51, 51, 255, 0],
        );
        close(&amplitudes(&veiled), &[0.2, 0.04, 0.0]);
        let rgb = write(
            "rgb",
            Rgb,
            Eight,
            [1, 4],
            &[255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255],
        );
        close(&amplitudes(&rgb), &[0.2126, 0.7152, 0.0722, 1.0]);
        let rgba = write("rgba", Rgba, Sixteen, [1, 1], &[255, 255, 0, 0, 0, 0, 0x33, 0x33]);
        close(&amplitudes(&rgba), &[0.2126 * 0.2]);
        let palette = write("palette", Indexed, Two, [1, 3], &[0b0001_1000]);
        close(&amplitudes(&palette), &[0.0, 0.2, 0.7152]);
    }

    #[test]
    fn what_is_no_picture_for_this_law_is_refused() {
        let path = write(
            "bad",
            ColorType::Grayscale,
            BitDepth::Eight,
            [2, 2],
            &[1, 2, 3, 4],
        );
        let error = |channels| read::<f32>(&path, channels).unwrap_err().to_string();
        assert!(error(1).contains("the law has 1 channel, and"), "{}", error(1));
        let good = std::fs::read(&path).unwrap();
        for length in 0..good.len() {
            std::fs::write(&path, &good[..length]).unwrap();
            assert!(error(2).contains("cannot be read"), "{length}: {}", error(2));
        }
        for at in 0..good.len() {
            let mut bytes = good.clone();
            bytes[at] ^= 1 << (at % 8);
            std::fs::write(&path, bytes).unwrap();
            if let Ok(field) = read::<f32>(&path, 2) {
                assert_eq!(field.psi.len(), 16, "byte {at}");
            }
        }
        std::fs::write(&path, huge(&good, 4096, 4097)).unwrap();
        assert!(
            error(2).contains("a grid of 4096x4097 is too large"),
            "{}",
            error(2)
        );
        std::fs::write(&path, huge(&good, 1 << 21, 1)).unwrap();
        assert!(error(2).contains("each side can be"), "{}", error(2));
        std::fs::remove_file(&path).unwrap();
        assert!(error(2).contains("cannot be read"), "{}", error(2));
    }

    /// The same picture, with a header that says something else of its size.
    fn huge(good: &[u8], height: u32, width: u32) -> Vec<u8> {
        let mut header = b"IHDR".to_vec();
        header.extend(width.to_be_bytes());
        header.extend(height.to_be_bytes());
        header.extend(&good[24..29]);
        let crc = header.iter().fold(!0_u32, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| {
                (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
            })
        });
        [&good[..12], &header, &(!crc).to_be_bytes(), &good[33..]].concat()
    }
}
