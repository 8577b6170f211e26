//! What was read of two accounts while somebody connects them, so that no step asks for what another has read: Kommo
//! counts all computers behind one address together.
//!
//! It belongs to one tested token: another test begins with nothing. Errors are never kept. What a person may have
//! changed in an account meanwhile is forgotten where a step is there to look again.

use std::collections::BTreeMap;

use domain::{FullDeal, TemplateType, TemplateTypeId, User, deal::CustomField, template::OneflowUser};
use tokio::sync::Mutex;

use super::session::WorkspaceTemplates;

/// A list that is read once. Who asks while it is being read waits for the same answer.
#[derive(Debug)]
pub(super) struct Kept<T>(Mutex<Option<T>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T: Clone> Kept<T> {
    /// A list that was read already.
    pub(super) fn of(list: T) -> Self {
        Self(Mutex::new(Some(list)))
    }

    /// What was read so far.
    pub(super) async fn known(&self) -> Option<T> {
        self.0.lock().await.clone()
    }

    /// What was read, else what `reading` answers.
    pub(super) async fn or_read<E>(&self, reading: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let mut kept = self.0.lock().await;
        match &*kept {
            Some(list) => Ok(list.clone()),
            None => Ok(kept.insert(reading.await?).clone()),
        }
    }

    /// It is read again when it is asked for next, if it is like that.
    pub(super) async fn forget_if(&self, is_old: impl FnOnce(&T) -> bool) {
        self.0.lock().await.take_if(|list| is_old(list));
    }
}

/// What was read of Kommo with one token.
#[derive(Debug, Default)]
pub(super) struct KommoLists {
    /// Everybody; `None` where they are not shown.
    pub(super) users: Kept<Option<Vec<User>>>,
    pub(super) deal_fields: Kept<Vec<CustomField>>,
    pub(super) contact_fields: Kept<Vec<CustomField>>,
    pub(super) company_fields: Kept<Vec<CustomField>>,
    /// The newest won deal; `None` where there is none.
    pub(super) newest_won: Kept<Option<FullDeal>>,
}

/// What was read of Oneflow with one token in the name of one user.
#[derive(Debug, Default)]
pub(super) struct OneflowLists {
    /// `None` where they are not shown.
    pub(super) users: Kept<Option<Vec<OneflowUser>>>,
    pub(super) templates: Kept<Vec<WorkspaceTemplates>>,
    /// Those of the templates that were looked at.
    pub(super) types: Mutex<BTreeMap<TemplateTypeId, TemplateType>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_list_is_read_once_and_an_error_is_not_kept() {
        let list = Kept::<u8>::default();
        assert_eq!(list.or_read(async { Err("offline") }).await, Err("offline"));
        assert_eq!(list.known().await, None, "an error says nothing of the list");
        for (read, expected) in [(1, 1), (2, 1)] {
            assert_eq!(list.or_read(async { Ok::<_, ()>(read) }).await, Ok(expected));
        }
        list.forget_if(|known| *known == 2).await;
        assert_eq!(list.known().await, Some(1), "it is not like that");
        list.forget_if(|known| *known == 1).await;
        assert_eq!(list.or_read(async { Ok::<_, ()>(3) }).await, Ok(3));
    }
}
