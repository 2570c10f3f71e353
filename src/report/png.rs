//! A palette picture as a PNG data URI. Its pixels are stored, not compressed: a compressor's output may differ between
//! processors, and the page must not.

use std::fmt::Write as _;

/// Most bytes of one stored block.
const STORED_MAX: usize = 65_535;

/// The data URI of a picture `width` pixels wide whose bytes name colours of `palette`.
pub(super) fn data_uri(width: usize, pixels: &[u8], palette: &[[u8; 3]]) -> String {
    format!("data:image/png;base64,{}", base64(&png(width, pixels, palette)))
}

fn png(width: usize, pixels: &[u8], palette: &[[u8; 3]]) -> Vec<u8> {
    let height = pixels.len() / width.max(1);
    // Each row begins with its filter: none.
    let rows: Vec<u8> =
        pixels.chunks_exact(width.max(1)).flat_map(|row| std::iter::once(0).chain(row.iter().copied())).collect();
    let mut header = Vec::from(be32(width));
    header.extend(be32(height));
    header.extend([8, 3, 0, 0, 0]);
    let mut file = Vec::from(*b"\x89PNG\r\n\x1a\n");
    put_chunk(&mut file, *b"IHDR", &header);
    put_chunk(&mut file, *b"PLTE", palette.as_flattened());
    put_chunk(&mut file, *b"IDAT", &stored(&rows));
    put_chunk(&mut file, *b"IEND", &[]);
    file
}

fn be32(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
}

fn put_chunk(file: &mut Vec<u8>, kind: [u8; 4], body: &[u8]) {
    file.extend(be32(body.len()));
    let start = file.len();
    file.extend(kind);
    file.extend(body);
    let sum = crc32(&file[start..]);
    file.extend(sum.to_be_bytes());
}

/// A zlib stream of stored blocks.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let last = bytes.len().div_ceil(STORED_MAX).saturating_sub(1);
    for (index, block) in bytes.chunks(STORED_MAX).enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(index == last));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(bytes).to_be_bytes());
    stream
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), &byte| {
        let a = (a + u32::from(byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let at = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for position in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * position) & 63) as usize];
            let _ = text.write_char(if position <= group.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_sums_are_the_published_ones() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
        assert_eq!(
            ["", "f", "fo", "foo", "foobar"].map(|text| base64(text.as_bytes())),
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYmFy"]
        );
    }

    #[test]
    fn large_pictures_take_several_blocks() {
        let stream = stored(&vec![7; STORED_MAX + 10]);
        assert_eq!(stream.len(), 2 + 5 + STORED_MAX + 5 + 10 + 4);
        assert_eq!((stream[2], stream[7 + STORED_MAX]), (0, 1));
    }
}
