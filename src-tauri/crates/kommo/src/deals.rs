//! Deals: reading and patching (`api/kommo.md §5`, §6).

use std::{borrow::Cow, collections::BTreeSet};

use domain::{
    CompanyId, ContactId, Deal, DealId, FieldId, PipelineId, StageId, Timestamp, UserId, deal::DealContact,
};
use http::{Body, Call, Effect, Endpoint, Error, Method, found};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    client::Kommo,
    list::{IDS, Query, ids},
    walk::Walk,
    wire::{
        hal::{Collection, OneOrList},
        lenient,
        values::{WireFieldValues, filled},
    },
};

/// Which deals. Without a stage, won and lost ones may be left out (`api/kommo.md §5.3`: doubtful, and not settled).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DealQuery {
    /// One stage of one pipeline: Kommo filters by no more than that in one request (`api/kommo.md §5.3`).
    pub stage: Option<(PipelineId, StageId)>,
    /// Won or lost since then.
    pub closed_since: Option<Timestamp>,
    /// Changed since then. A changed contact or company does not change its deal.
    pub updated_since: Option<Timestamp>,
}

impl DealQuery {
    /// A server that ignores a filter returns everything (seen: `api/kommo.md §5.3`).
    fn is_met_by(&self, deal: &Deal) -> bool {
        !deal.is_deleted
            && self.stage.is_none_or(|stage| stage == (deal.pipeline, deal.stage))
            && self.updated_since.is_none_or(|since| deal.updated_at >= since)
            && self.closed_since.is_none_or(|since| deal.closed_at.is_none_or(|closed| closed >= since))
    }

    fn query(&self) -> Query {
        let mut query = with_contacts();
        if let Some((pipeline, stage)) = self.stage {
            query.push((Cow::Borrowed("filter[statuses][0][pipeline_id]"), pipeline.to_string()));
            query.push((Cow::Borrowed("filter[statuses][0][status_id]"), stage.to_string()));
        }
        if let Some(since) = self.closed_since {
            // One second early, as in `walk`: whether the end is included is not known.
            query.push((Cow::Borrowed("filter[closed_at][from]"), (since.as_second() - 1).to_string()));
        }
        query
    }
}

/// Deals that were asked for by id. Those in neither list are gone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DealsFound {
    /// As Kommo has them.
    pub deals: Vec<Deal>,
    /// They are there, but what Kommo says of them cannot be read.
    pub unread: Vec<DealId>,
}

/// A deal in the trash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeletedDeal {
    /// Which.
    pub id: DealId,
    /// When it went there.
    pub updated_at: Timestamp,
}

/// What to change in a deal; what is not named stays. All values are fixed, so a patch may be repeated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DealPatch {
    /// Where to move it. Kommo wants both (`api/kommo.md §6.1`).
    pub stage: Option<(PipelineId, StageId)>,
    /// Which fields to fill or empty.
    pub fields: Vec<FieldWrite>,
}

/// The new value of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldWrite {
    /// Which field.
    pub field: FieldId,
    /// At most 256 characters for a field of type text (`api/kommo.md §10.4`); `None` empties the field.
    pub text: Option<String>,
}

impl Kommo {
    /// Deals with the ids of their contacts and company, in the order of their changes.
    pub fn deals(&self, query: DealQuery) -> Walk<Deal> {
        Walk::new::<WireDeals>(
            self,
            "leads",
            query.query(),
            query.updated_since,
            |deal| (deal.id.0, deal.updated_at),
            move |deal| query.is_met_by(deal),
        )
    }

    /// The deals of that id that still exist, wherever they stand.
    ///
    /// One source says that lists without a stage leave won deals out (`api/kommo.md §5.3`), so a deal that a list does
    /// not show is asked for alone before it counts as gone.
    pub async fn deals_by_ids(&self, wanted: &[DealId], call: Call) -> Result<DealsFound, Error> {
        let mut found = DealsFound::default();
        for chunk in wanted.chunks(IDS) {
            let mut query = with_contacts();
            query.extend(ids(chunk.iter().map(|id| id.0)));
            let rows = self.read_shown::<WireDeals>("leads", query, call).await?;
            let mut missing: BTreeSet<_> = chunk.iter().copied().collect();
            let rows = rows.into_iter().map(Deal::from).filter(|deal| !deal.is_deleted);
            found.deals.extend(rows.filter(|deal| missing.remove(&deal.id)));
            for id in missing {
                match self.deal(id, call).await {
                    Ok(deal) => found.deals.extend(deal),
                    Err(Error::Unreadable(_)) => found.unread.push(id),
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(found)
    }

    /// One deal; `None` when it is not there, is in the trash, or may not be seen: the three look alike
    /// (`api/kommo.md §19.4`).
    pub async fn deal(&self, id: DealId, call: Call) -> Result<Option<Deal>, Error> {
        let reply = found(self.call(&ReadDeal { id }, call).await)?;
        let deal = reply.and_then(|reply| reply.answer).map(Deal::from);
        Ok(deal.filter(|deal| deal.id == id && !deal.is_deleted))
    }

    /// Deals that went into the trash since then.
    ///
    /// A row is believed only if it says so itself: a server that ignores the wish would list every living deal.
    pub async fn deleted_deals(&self, since: Timestamp, call: Call) -> Result<Vec<DeletedDeal>, Error> {
        let query = vec![(Cow::Borrowed("with"), "only_deleted".to_owned())];
        let mut walk = Walk::<TrashRow>::new::<WireTrash>(
            self,
            "leads",
            query,
            Some(since),
            |row| (row.deal.id.0, row.deal.updated_at),
            |_| true,
        );
        let mut deleted = Vec::new();
        while let Some(rows) = walk.next(call).await? {
            let is_ignored = rows.iter().any(|row| !row.is_deleted);
            deleted.extend(rows.into_iter().filter(|row| row.is_deleted).map(|row| row.deal));
            if is_ignored {
                break;
            }
        }
        Ok(deleted)
    }

    /// Changes a deal. The answer never shows the new values (`api/kommo.md §10.4`): whoever must be sure reads the
    /// deal again.
    pub async fn patch_deal(&self, id: DealId, patch: &DealPatch, call: Call) -> Result<(), Error> {
        self.call(&PatchDeal { id, patch }, call).await.map(drop)
    }
}

fn with_contacts() -> Query {
    vec![(Cow::Borrowed("with"), "contacts".to_owned())]
}

struct ReadDeal {
    id: DealId,
}

impl Endpoint for ReadDeal {
    const NAME: &'static str = "kommo.deal.read";
    const METHOD: Method = Method::GET;
    const EFFECT: Effect = Effect::Read;
    type Answer = Option<WireDeal>;

    fn path(&self) -> Cow<'_, str> {
        Cow::Owned(format!("leads/{}", self.id))
    }

    fn query(&self) -> Query {
        with_contacts()
    }
}

struct PatchDeal<'a> {
    id: DealId,
    patch: &'a DealPatch,
}

impl Endpoint for PatchDeal<'_> {
    const NAME: &'static str = "kommo.deal.patch";
    const METHOD: Method = Method::PATCH;
    const EFFECT: Effect = Effect::Idempotent;
    type Answer = Option<OneOrList<WirePatched>>;

    fn path(&self) -> Cow<'_, str> {
        Cow::Owned(format!("leads/{}", self.id))
    }

    fn body(&self) -> Body {
        let fields: Vec<_> = self.patch.fields.iter().map(WireFieldWrite::new).collect();
        Body::json(&WireDealPatch {
            pipeline_id: self.patch.stage.map(|(pipeline, _)| pipeline.0),
            status_id: self.patch.stage.map(|(_, stage)| stage.0),
            custom_fields_values: (!fields.is_empty()).then_some(fields),
        })
    }
}

#[derive(Serialize)]
struct WireDealPatch<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pipeline_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_fields_values: Option<Vec<WireFieldWrite<'a>>>,
}

#[derive(Serialize)]
struct WireFieldWrite<'a> {
    field_id: i64,
    /// `null` empties a field; an empty list is refused as `TooFew` (`api/kommo.md §10.4`).
    values: Option<[WireText<'a>; 1]>,
}

#[derive(Serialize)]
struct WireText<'a> {
    value: &'a str,
}

impl<'a> WireFieldWrite<'a> {
    fn new(write: &'a FieldWrite) -> Self {
        Self { field_id: write.field.0, values: write.text.as_deref().map(|value| [WireText { value }]) }
    }
}

/// The two shapes of the answer are only checked for being one of them (`api/kommo.md §6.1`).
struct WirePatched;

impl Collection for WirePatched {
    const NAME: &'static str = "kommo.deals.patch";
    const KEY: &'static str = "leads";
    type Row = WireId;
}

#[derive(Deserialize)]
struct WireId {
    #[expect(dead_code, reason = "its presence tells an answer about a deal from anything else")]
    #[serde(deserialize_with = "lenient::integer")]
    id: i64,
}

struct WireDeals;

impl Collection for WireDeals {
    const NAME: &'static str = "kommo.deals.list";
    const KEY: &'static str = "leads";
    type Row = WireDeal;
}

#[derive(Deserialize)]
struct WireDeal {
    #[serde(deserialize_with = "lenient::integer")]
    id: i64,
    #[serde(default, deserialize_with = "lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "lenient::amount_or_none")]
    price: Option<Decimal>,
    #[serde(default, deserialize_with = "lenient::amount_or_none")]
    price_with_minor_units: Option<Decimal>,
    #[serde(default, deserialize_with = "lenient::integer_or_none")]
    responsible_user_id: Option<i64>,
    #[serde(deserialize_with = "lenient::integer")]
    status_id: i64,
    #[serde(deserialize_with = "lenient::integer")]
    pipeline_id: i64,
    #[serde(default, deserialize_with = "lenient::seconds_or_none")]
    created_at: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::seconds")]
    updated_at: Timestamp,
    #[serde(default, deserialize_with = "lenient::seconds_or_none")]
    closed_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient::flag")]
    is_deleted: bool,
    #[serde(default, deserialize_with = "lenient::list")]
    custom_fields_values: Vec<WireFieldValues>,
    /// `loss_reason` stands here too, as an object or as a list (`api/kommo.md §5.2`); nothing here needs it.
    #[serde(default, rename = "_embedded", deserialize_with = "lenient::object")]
    embedded: WireDealLinks,
}

#[derive(Default, Deserialize)]
struct WireDealLinks {
    #[serde(default, deserialize_with = "lenient::list")]
    contacts: Vec<WireContactLink>,
    #[serde(default, deserialize_with = "lenient::list")]
    companies: Vec<WireCompanyLink>,
}

#[derive(Deserialize)]
struct WireContactLink {
    #[serde(deserialize_with = "lenient::integer")]
    id: i64,
    #[serde(default, deserialize_with = "lenient::flag")]
    is_main: bool,
}

#[derive(Deserialize)]
struct WireCompanyLink {
    #[serde(deserialize_with = "lenient::integer")]
    id: i64,
}

impl From<WireDeal> for Deal {
    fn from(wire: WireDeal) -> Self {
        let WireDealLinks { contacts, companies } = wire.embedded;
        Self {
            id: DealId(wire.id),
            name: wire.name,
            // Only the second key has cents, where it is there at all (`api/kommo.md §19.3`).
            price: wire.price_with_minor_units.or(wire.price),
            responsible: UserId(wire.responsible_user_id.unwrap_or_default()),
            pipeline: PipelineId(wire.pipeline_id),
            stage: StageId(wire.status_id),
            created_at: wire.created_at.unwrap_or(wire.updated_at),
            updated_at: wire.updated_at,
            closed_at: wire.closed_at,
            is_deleted: wire.is_deleted,
            fields: filled(wire.custom_fields_values),
            contacts: contacts
                .into_iter()
                .map(|link| DealContact { id: ContactId(link.id), is_main: link.is_main })
                .collect(),
            company: companies.first().map(|link| CompanyId(link.id)),
        }
    }
}

struct WireTrash;

impl Collection for WireTrash {
    const NAME: &'static str = "kommo.deals.deleted";
    const KEY: &'static str = "leads";
    type Row = WireTrashRow;
}

/// Rows of the trash have little more than these three (`api/kommo.md §5.2`).
#[derive(Deserialize)]
struct WireTrashRow {
    #[serde(deserialize_with = "lenient::integer")]
    id: i64,
    #[serde(deserialize_with = "lenient::seconds")]
    updated_at: Timestamp,
    #[serde(default, deserialize_with = "lenient::flag")]
    is_deleted: bool,
}

struct TrashRow {
    deal: DeletedDeal,
    is_deleted: bool,
}

impl From<WireTrashRow> for TrashRow {
    fn from(wire: WireTrashRow) -> Self {
        let deal = DeletedDeal { id: DealId(wire.id), updated_at: wire.updated_at };
        Self { deal, is_deleted: wire.is_deleted }
    }
}

#[cfg(test)]
mod tests;
