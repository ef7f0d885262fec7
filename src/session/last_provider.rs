//! Which provider people signed in with last on this device, so that the picker can mark it.

use super::providers::ProviderDirectory;
use crate::platform::Platform;
use std::rc::Rc;

/// The key in local storage. Its value is a provider's id and nothing else.
const KEY: &str = "vestibule.last_provider";

/// Remembers a provider's id in local storage, unless the configuration switches that off.
pub(super) struct LastProvider<P> {
    pub platform: Rc<P>,
    pub providers: Rc<ProviderDirectory<P>>,
    pub is_remembered: bool,
}

impl<P: Platform> LastProvider<P> {
    /// The id of the provider, if people can still choose it.
    pub fn read(&self) -> Option<String> {
        if !self.is_remembered {
            // From before it was switched off.
            self.forget();
            return None;
        }
        let id = self.platform.local_storage_read(KEY)?;
        self.providers.get(&id).is_ok().then_some(id)
    }

    /// Notes that somebody has signed in with this provider.
    pub fn record(&self, id: &str) {
        if self.is_remembered {
            // Without it, nothing is marked.
            let _ = self.platform.local_storage_write(KEY, id);
        }
    }

    pub fn forget(&self) {
        self.platform.local_storage_remove(KEY);
    }
}
