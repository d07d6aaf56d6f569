//! The HTTPS door of the agent that is starting. Whatever is wrong with it is said aloud, and HTTP goes on without it.

use jiff::Timestamp;

use crate::config::TlsConfig;
use crate::server::Bound;
use crate::tls::folder::TlsFolder;
use crate::tls::identity::Standing;
use crate::tls::provider::server_config;

/// Listens with TLS if the settings say so and the certificate is in force. The port, if it listens.
pub(super) async fn open(bound: &mut Bound, config: TlsConfig, now: Timestamp) -> Option<u16> {
    if !config.enabled {
        return None;
    }
    match try_open(bound, config, now).await {
        Ok(port) => Some(port),
        Err(why) => {
            tracing::error!(%why, "HTTPS is enabled, and the agent does not listen for it; HTTP goes on");
            None
        }
    }
}

async fn try_open(
    bound: &mut Bound,
    config: TlsConfig,
    now: Timestamp,
) -> Result<u16, Box<dyn std::error::Error + Send + Sync>> {
    let identity = TlsFolder::find()?.load()?;
    let facts = identity.facts();
    let not_after = facts.not_after;
    match facts.standing(now) {
        Standing::Good => {}
        Standing::EndsSoon => {
            tracing::warn!(%not_after, "the certificate for HTTPS ends soon; `jpki-agent tls enable` renews it");
        }
        Standing::Expired => {
            return Err(format!("its certificate ended at {not_after}; `jpki-agent tls enable` renews it").into());
        }
        Standing::NotYet => {
            let not_before = facts.not_before;
            return Err(
                format!("its certificate begins at {not_before} only; is the clock of this computer right?").into()
            );
        }
    }
    Ok(bound.listen_tls(config.port, server_config(&identity)?).await?)
}
