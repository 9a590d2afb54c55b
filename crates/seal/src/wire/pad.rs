//! Padding to buckets, so that a size tells little: length u32 big-endian, content, zeros to 1024 << bucket bytes.

use zeroize::Zeroizing;

/// Pads to the smallest of buckets 0..=6 that fits; `None` if none does.
pub(crate) fn pad(content: &[u8]) -> Option<(u8, Zeroizing<Vec<u8>>)> {
    let length = u32::try_from(content.len()).ok()?;
    let bucket = (0..=6_u8).find(|bucket| content.len() + 4 <= size(*bucket))?;
    let mut out = Zeroizing::new(Vec::with_capacity(size(bucket)));
    out.extend(length.to_be_bytes());
    out.extend(content);
    out.resize(size(bucket), 0);
    Some((bucket, out))
}

/// Takes the padding off again; `None` if it is not exactly what [`pad`] writes.
pub(crate) fn unpad(padded: &[u8]) -> Option<&[u8]> {
    let (length, rest) = padded.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (content, zeros) = rest.split_at_checked(length)?;
    let bucket = (0..=6_u8).find(|bucket| length + 4 <= size(*bucket))?;
    (padded.len() == size(bucket) && zeros.iter().all(|byte| *byte == 0)).then_some(content)
}

/// Bytes of a bucket.
pub(crate) const fn size(bucket: u8) -> usize {
    1024 << bucket
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_bucket_that_fits_is_taken() {
        for (length, bucket) in [(0, 0), (1020, 0), (1021, 1), (2044, 1), (2045, 2), (65_532, 6)] {
            let content = vec![7; length];
            let (got, padded) = pad(&content).unwrap();
            assert_eq!((got, padded.len()), (bucket, 1024 << bucket));
            assert_eq!(unpad(&padded), Some(content.as_slice()));
        }
        assert!(pad(&vec![0; 65_533]).is_none());
    }

    #[test]
    fn other_paddings_are_refused() {
        let (_, padded) = pad(b"isi").unwrap();
        let mut not_zero = padded.to_vec();
        not_zero[1023] = 1;
        assert_eq!(unpad(&not_zero), None);
        assert_eq!(unpad(&[padded.to_vec(), vec![0; 1024]].concat()), None, "a larger bucket than needed");
        assert_eq!(unpad(&[0xff; 1024]), None, "a length beyond the end");
        assert_eq!(unpad(&padded[..1023]), None);
        assert_eq!(unpad(&[]), None);
    }
}
