//! Gzip by hand (RFC 1951, 1952), so that no compressor is needed to make what must not be inflated.

const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// A valid gzip of `data`, not compressed.
pub fn stored(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    let mut out = HEAD.to_vec();
    out.push(1); // the last block, stored
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&(!length).to_le_bytes());
    out.extend_from_slice(data);
    out.extend_from_slice(&crc32(data).to_le_bytes());
    out.extend_from_slice(&u32::from(length).to_le_bytes());
    out
}

/// About `size` bytes that inflate to 158 times as many: one space, then "258 more like it" again and again.
pub fn bomb(size: usize) -> Vec<u8> {
    let mut bits = Bits { out: HEAD.to_vec(), filled: 0 };
    bits.push(0b1, 1); // the last block
    bits.push(0b01, 2); // fixed codes
    bits.code(0x30 + u16::from(b' '), 8);
    while bits.out.len() < size {
        bits.code(0b1100_0101, 8); // length 258
        bits.code(0, 5); // distance 1
    }
    bits.code(0, 7); // the end
    bits.out.extend_from_slice(&[0; 8]); // a checksum that nobody should get to
    bits.out
}

struct Bits {
    out: Vec<u8>,
    filled: u32,
}

impl Bits {
    /// Lowest bit first.
    fn push(&mut self, value: u16, count: u32) {
        for place in 0..count {
            if self.filled % 8 == 0 {
                self.out.push(0);
            }
            let bit = u8::from(value >> place & 1 == 1);
            *self.out.last_mut().unwrap() |= bit << (self.filled % 8);
            self.filled += 1;
        }
    }

    /// A Huffman code: highest bit first.
    fn code(&mut self, code: u16, count: u32) {
        (0..count).rev().for_each(|place| self.push(code >> place & 1, 1));
    }
}

fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

/// What other programs think of it: a reader of our own would share our mistakes.
#[test]
fn gzip_can_read_it() {
    use std::io::Write;
    use std::process::{Command, Stdio};

    let unzip = |bytes: Vec<u8>| {
        let mut run = Command::new("gzip");
        let run = run.arg("-dc").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut run = run.spawn().ok()?;
        let mut input = run.stdin.take()?;
        let writer = std::thread::spawn(move || input.write_all(&bytes));
        let output = run.wait_with_output().ok()?;
        let _ = writer.join();
        Some(output.stdout)
    };
    let Some(read) = unzip(stored(b"{\"active\":true}")) else {
        eprintln!("not run: there is no gzip here");
        return;
    };
    assert_eq!(read, b"{\"active\":true}");
    // The checksum is wrong, which gzip says after it has written everything.
    let inflated = unzip(bomb(10_000)).unwrap();
    assert!(inflated.len() > 1_500_000 && inflated.iter().all(|byte| *byte == b' '), "{}", inflated.len());
}
