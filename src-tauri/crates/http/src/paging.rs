//! Going through lists: links (HAL) and offsets.

use serde::Deserialize;

/// The `_links` of a HAL answer, as far as paging needs them. Use with `#[serde(default, rename = "_links")]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct HalLinks {
    /// The next page.
    #[serde(default)]
    pub next: Option<Href>,
}

/// One link. `href` may be null (api/oneflow.md §1.3).
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Href {
    /// Where it leads.
    #[serde(default)]
    pub href: Option<String>,
}

impl HalLinks {
    /// The address of the next page, for [`Follow`](crate::Follow).
    pub fn next_href(&self) -> Option<&str> {
        self.next.as_ref()?.href.as_deref().filter(|href| !href.is_empty())
    }
}

/// A walk through a list by offset.
///
/// Pages overlap: rows shift while a list is read, and a row that moved up a page between two reads would be
/// missed (design.md §3). The caller drops the rows it has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OffsetPages {
    /// Rows a page.
    pub limit: u32,
    /// Rows that two pages share.
    pub overlap: u32,
    /// The last offset the service accepts.
    pub last_offset: u32,
}

/// What comes after a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Read the page that starts there.
    Page {
        /// Rows before it.
        offset: u32,
    },
    /// The list ended.
    End,
    /// There are rows that the service does not show: never "none" (design.md §3).
    CannotTell,
}

impl OffsetPages {
    /// What to read after the page at `offset`, which had `rows` rows of a list that is said to have `count`.
    ///
    /// A short page ends the list only if the count does not say otherwise: a service may filter rows after it cut
    /// the page.
    pub fn after(&self, offset: u32, rows: usize, count: Option<u64>) -> Step {
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        let end = offset.saturating_add(rows);
        let more_is_claimed = count.is_some_and(|count| count > u64::from(end));
        if rows == 0 || (rows < self.limit && !more_is_claimed) {
            return if rows == 0 && more_is_claimed { Step::CannotTell } else { Step::End };
        }
        // A page of the overlap alone would never move on.
        let next = end.saturating_sub(self.overlap.min(rows.saturating_sub(1)));
        if next > self.last_offset { Step::CannotTell } else { Step::Page { offset: next } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_overlap_and_end_or_say_that_they_cannot_tell() {
        let pages = OffsetPages { limit: 100, overlap: 10, last_offset: 19_900 };
        let cases = [
            (0, 100, Some(250), Step::Page { offset: 90 }),
            (90, 100, Some(250), Step::Page { offset: 180 }),
            (180, 70, Some(250), Step::End),
            (0, 100, None, Step::Page { offset: 90 }),
            (0, 99, None, Step::End),
            (0, 0, Some(0), Step::End),
            (0, 0, Some(3), Step::CannotTell),
            (0, 60, Some(100), Step::Page { offset: 50 }),
            (0, 1, Some(2), Step::Page { offset: 1 }),
            (19_810, 100, Some(19_910), Step::Page { offset: 19_900 }),
            (19_820, 100, Some(30_000), Step::CannotTell),
            (19_900, 100, None, Step::CannotTell),
        ];
        for (offset, rows, count, expected) in cases {
            assert_eq!(pages.after(offset, rows, count), expected, "{offset} {rows} {count:?}");
        }
    }

    #[test]
    fn a_next_link_may_be_missing_null_or_empty() {
        for (text, expected) in [
            (r#"{"next":{"href":"https://a.example/x?page=2"}}"#, Some("https://a.example/x?page=2")),
            (r#"{"next":{"href":null}}"#, None),
            (r#"{"next":{"href":""}}"#, None),
            (r#"{"next":null,"self":{"href":"x"}}"#, None),
            ("{}", None),
        ] {
            let links: HalLinks = serde_json::from_str(text).unwrap();
            assert_eq!(links.next_href(), expected, "{text}");
        }
    }
}
