//! Lists and single answers in HAL: rows under `_embedded.<plural>`, the way on under `_links.next`.

use std::{fmt, marker::PhantomData};

use http::HalLinks;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor},
};

/// One kind of list: where its rows stand and what they look like.
pub(crate) trait Collection: Send + Sync + 'static {
    /// The reading of one page, for logs.
    const NAME: &'static str;
    /// The plural under `_embedded`.
    const KEY: &'static str;
    /// Rows of a page: the most that Kommo gives (`api/kommo.md §2`). Always asked for, because the default is not
    /// documented.
    const LIMIT: u32 = 250;
    /// One row.
    type Row: DeserializeOwned + Send;
}

/// One page. A 204 has no page at all.
#[derive(Deserialize)]
#[serde(bound = "")]
pub(crate) struct Page<C: Collection> {
    #[serde(default, rename = "_links", deserialize_with = "super::lenient::object")]
    pub(crate) links: HalLinks,
    #[serde(default, rename = "_embedded")]
    pub(crate) embedded: Option<Embedded<C>>,
}

impl<C: Collection> Page<C> {
    pub(crate) fn has_next(&self) -> bool {
        self.links.next_href().is_some()
    }

    pub(crate) fn rows(self) -> Vec<C::Row> {
        self.embedded.map(|embedded| embedded.rows).unwrap_or_default()
    }
}

/// The rows of a collection, whatever else is embedded.
pub(crate) struct Embedded<C: Collection> {
    rows: Vec<C::Row>,
}

impl<'de, C: Collection> Deserialize<'de> for Embedded<C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows<C>(PhantomData<fn() -> C>);

        impl<'de, C: Collection> Visitor<'de> for Rows<C> {
            type Value = Embedded<C>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "an object with `{}`", C::KEY)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut rows = None;
                while let Some(key) = map.next_key::<String>()? {
                    if key == C::KEY {
                        rows = map.next_value::<Option<Vec<C::Row>>>()?;
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Embedded { rows: rows.unwrap_or_default() })
            }

            /// PHP's empty object.
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                match seq.next_element::<IgnoredAny>()? {
                    None => Ok(Embedded { rows: Vec::new() }),
                    Some(_) => Err(serde::de::Error::invalid_type(serde::de::Unexpected::Seq, &self)),
                }
            }
        }

        deserializer.deserialize_any(Rows(PhantomData))
    }
}

/// The answer about one entity: the entity at the root, or wrapped as a list of one. Kommo's pages and its sibling's
/// differ (`api/kommo.md §6.1`, §10.2).
#[derive(Deserialize)]
#[serde(bound = "C::Row: DeserializeOwned", untagged)]
pub(crate) enum OneOrList<C: Collection> {
    /// Tried first: a root object also has `_links`, a list never has an `id`.
    One(C::Row),
    /// The wrapper.
    List(Page<C>),
}

impl<C: Collection> OneOrList<C> {
    pub(crate) fn first(self) -> Option<C::Row> {
        match self {
            Self::One(row) => Some(row),
            Self::List(page) => page.rows().into_iter().next(),
        }
    }
}
