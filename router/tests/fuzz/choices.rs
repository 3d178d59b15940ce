//! Decisions read from bytes, so that whatever makes bytes can make graphs and operations: a shorter or smaller list of
//! bytes makes a smaller thing.

/// Bytes to decide by. When they are used up, every decision is the smallest.
pub(crate) struct Choices<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Choices<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        byte
    }

    /// A number below `limit`, which is not 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        if limit <= 256 {
            return usize::from(self.byte()) * limit / 256;
        }
        (usize::from(self.byte()) << 8 | usize::from(self.byte())) % limit
    }

    /// True in so many of a hundred cases; false when the bytes are used up.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    pub(crate) fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }

    pub(crate) fn is_used_up(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Changes a text at up to four places.
    pub(crate) fn damage(&mut self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..self.below(4) + 1 {
            if bytes.is_empty() {
                break;
            }
            let at = self.below(bytes.len());
            match self.below(6) {
                0 => bytes[at] = self.byte(),
                1 => {
                    bytes.remove(at);
                }
                2 => bytes.insert(at, *self.pick(b"{}()[]!:$@\"\\|&=,#._-+eE09az \n")),
                3 => bytes.truncate(at),
                // A part comes again elsewhere.
                4 => {
                    let end = (at + self.below(40) + 1).min(bytes.len());
                    let part = bytes[at..end].to_vec();
                    let to = self.below(bytes.len() + 1);
                    bytes.splice(to..to, part);
                }
                _ => {
                    let end = (at + self.below(20) + 1).min(bytes.len());
                    bytes.drain(at..end);
                }
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
