//! The bytes of a JSON file as text: a byte-order mark is passed over, and what is no UTF-8 is named.

use atheria_shared::cause::EncodingFault;

/// The text of a file.
pub(super) fn text(bytes: &[u8]) -> Result<&str, EncodingFault> {
    if !bytes.is_empty() && bytes.iter().all(|&byte| byte == 0) {
        return Err(EncodingFault::Zeros);
    }
    // JSON begins with ASCII: where its zeros are tells how wide a character is, also without a mark.
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, _, ..] | [_, 0, 0, 0, ..] => {
            return Err(EncodingFault::Utf32);
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..] => return Err(EncodingFault::Utf16),
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        EncodingFault::NotUtf8 {
            line: 1 + good.split(|&byte| byte == b'\n').skip(1).count(),
        }
    })?;
    if text.trim().is_empty() {
        return Err(EncodingFault::Empty);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_utf_8_is_named() {
        let utf_16: Vec<u8> = "{\"a\": 1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [&[0xff, 0xfe][..], &utf_16].concat();
        let swapped: Vec<u8> = "{\"a\": 1}".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let utf_32: Vec<u8> = "{}".chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
        let said = [
            (&b""[..], EncodingFault::Empty),
            (b" \n", EncodingFault::Empty),
            (b"\xef\xbb\xbf", EncodingFault::Empty),
            (&[0; 8], EncodingFault::Zeros),
            (&utf_16, EncodingFault::Utf16),
            (&marked, EncodingFault::Utf16),
            (&swapped, EncodingFault::Utf16),
            (&utf_32, EncodingFault::Utf32),
            (b"{\n\"a\": \"ca\xf1\xf3n\"}", EncodingFault::NotUtf8 { line: 2 }),
        ];
        for (bytes, error) in said {
            assert_eq!(text(bytes), Err(error), "{bytes:?}");
        }
        assert_eq!(text(b"\xef\xbb\xbf{}"), Ok("{}"));
        assert_eq!(text("\"ñ\"".as_bytes()), Ok("\"ñ\""));
    }
}
