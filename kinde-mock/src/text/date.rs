//! Dates as people and JSON write them: `2026-01-02T03:04:05Z`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::fmt::temporal::{DateTimePrinter, Pieces};

/// Not jiff's `Timestamp`, which ends two hours before the year 9999 does.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// RFC 3339: years 1970 to 9999, with a fraction of a second and any offset.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    // Of what ISO 8601 allows beside that, dates without hyphens and times without seconds, nothing.
    let is_plain = |(at, mark): (usize, u8)| text.as_bytes().get(at) == Some(&mark);
    if ![(4, b'-'), (7, b'-'), (13, b':'), (16, b':')].into_iter().all(is_plain) {
        return None;
    }
    let pieces = Pieces::parse(text).ok()?;
    let offset = pieces.offset().filter(|_| pieces.time_zone_annotation().is_none())?.to_numeric_offset();
    let local = pieces.date().to_datetime(pieces.time()?).duration_since(EPOCH);
    let since = local.checked_sub(SignedDuration::from_secs(offset.seconds().into()))?;
    UNIX_EPOCH.checked_add(Duration::try_from(since).ok()?)
}

/// In UTC; a fraction of a second is shown if there is one, to the millisecond.
pub(crate) fn format(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let precision = if since.subsec_millis() == 0 { 0 } else { 3 };
    let time = EPOCH.saturating_add(since);
    format!("{}Z", DateTimePrinter::new().precision(Some(precision)).datetime_to_string(&time))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<u64> {
        Some(parse(text)?.duration_since(UNIX_EPOCH).unwrap().as_secs())
    }

    #[test]
    fn reads_what_people_write() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2021-02-03T09:47:58Z"), Some(1_612_345_678));
        assert_eq!(seconds("2021-02-03T10:47:58.5+01:00"), Some(1_612_345_678));
        assert_eq!(seconds("2021-02-03 00:47:58-09:00"), Some(1_612_345_678));
        assert_eq!(seconds("2024-02-29T00:00:00Z"), Some(1_709_164_800));
        assert_eq!(seconds("9999-12-31T23:59:59Z"), Some(253_402_300_799));
        let wrong = [
            "",
            "2021-02-03",
            "2021-02-29T00:00:00Z",
            "2021-13-01T00:00:00Z",
            "2021-02-03T24:00:00Z",
            "2021-02-03T09:47:58",
            "1969-12-31T23:59:59Z",
            "21-02-03T09:47:58Z",
            "2021-02-03T09:47:58.Z",
            "1970-01-01T00:00:00+01:00",
            "2021-02-03T09:47Z",
        ];
        for text in wrong {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        let mut day = 0;
        while day < 2_932_896 {
            let time = UNIX_EPOCH + Duration::new(day * 86_400 + 45_296, 7_000_000);
            assert_eq!(parse(&format(time)), Some(time), "{}", format(time));
            day += 211;
        }
        assert_eq!(format(UNIX_EPOCH + Duration::from_secs(1_612_345_678)), "2021-02-03T09:47:58Z");
    }
}
