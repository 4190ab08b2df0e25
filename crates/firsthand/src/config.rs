//! Settings: the built-in defaults, then a file, then the environment. Unknown keys are refused by name.

use std::path::Path;

use figment::Figment;
use figment::providers::{Env, Format as _, Toml};
use firsthand_http::{Network, Outbound};
use serde::Deserialize;

/// The defaults, as shipped.
const BASE: &str = include_str!("../../../config/base.toml");

/// Every setting.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) desk: DeskConfig,
    pub(crate) database: DatabaseConfig,
    pub(crate) http: HttpConfig,
    pub(crate) limits: LimitsConfig,
    pub(crate) attachments: AttachmentsConfig,
    pub(crate) ledger: LedgerConfig,
    pub(crate) webhooks: WebhooksConfig,
    pub(crate) metrics: MetricsConfig,
    pub(crate) log: LogConfig,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeskConfig {
    pub(crate) zone: String,
    pub(crate) language: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DatabaseConfig {
    pub(crate) url: String,
    pub(crate) connections: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HttpConfig {
    pub(crate) listen: String,
    pub(crate) url: String,
    pub(crate) body_limit_bytes: usize,
    pub(crate) connections: usize,
    pub(crate) connections_per_address: usize,
    pub(crate) trusted_proxies: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitsConfig {
    pub(crate) requests_per_minute: u32,
    pub(crate) failures_per_minute: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttachmentsConfig {
    pub(crate) file_bytes: u64,
    pub(crate) complaint_bytes: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LedgerConfig {
    pub(crate) key: String,
    pub(crate) checkpoints: String,
    pub(crate) checkpoint_minutes: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhooksConfig {
    pub(crate) inside: Vec<String>,
    pub(crate) ports: Vec<u16>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetricsConfig {
    pub(crate) listen: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogConfig {
    pub(crate) level: String,
}

impl Config {
    /// Reads all layers.
    ///
    /// # Errors
    /// What is wrong and where, in words.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self, String> {
        let mut layers = Figment::from(Toml::string(BASE));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(format!("the configuration file {} is not there", file.display()));
            }
            layers = layers.merge(Toml::file_exact(file));
        }
        let config: Self = layers
            .merge(Env::prefixed("FIRSTHAND__").split("__"))
            .extract()
            .map_err(|error| format!("configuration: {error}"))?;
        config.check()
    }

    fn check(self) -> Result<Self, String> {
        if self.database.connections == 0 || self.database.connections > 1000 {
            return Err("configuration: database.connections: expected 1 to 1000".to_owned());
        }
        if self.http.body_limit_bytes < 1024 {
            return Err("configuration: http.body_limit_bytes: expected at least 1024".to_owned());
        }
        if self.http.connections == 0 || self.http.connections_per_address == 0 {
            return Err("configuration: http.connections: expected at least 1".to_owned());
        }
        for limit in [self.limits.requests_per_minute, self.limits.failures_per_minute] {
            if !(1..=60_000_000).contains(&limit) {
                return Err("configuration: limits: expected 1 to 60000000 a minute".to_owned());
            }
        }
        let files = &self.attachments;
        if !(1024..=1 << 30).contains(&files.file_bytes)
            || !(files.file_bytes..=1 << 40).contains(&files.complaint_bytes)
        {
            return Err(
                "configuration: attachments: expected 1024 bytes to 1 GiB for a file, and at least as much, \
                        up to 1 TiB, for a complaint"
                    .to_owned(),
            );
        }
        if !(1..=525_600).contains(&self.ledger.checkpoint_minutes) {
            return Err("configuration: ledger.checkpoint_minutes: expected 1 to 525600".to_owned());
        }
        self.trusted_proxies()?;
        self.outbound()?;
        self.zone()?;
        if !["en", "vi", "zh", "hu"].contains(&self.desk.language.as_str()) {
            return Err("configuration: desk.language: expected en, vi, zh or hu".to_owned());
        }
        if !["http://", "https://"].iter().any(|scheme| self.http.url.starts_with(scheme)) {
            return Err(
                "configuration: http.url: expected an address such as https://desk.example.com".to_owned()
            );
        }
        if !["error", "warn", "info", "debug"].contains(&self.log.level.as_str()) {
            return Err("configuration: log.level: expected error, warn, info or debug".to_owned());
        }
        Ok(self)
    }

    /// The zone in which pages tell times.
    pub(crate) fn zone(&self) -> Result<jiff::tz::TimeZone, String> {
        let zone = jiff::tz::TimeZone::get(&self.desk.zone);
        zone.map_err(|_| {
            "configuration: desk.zone: expected a zone such as Europe/Budapest or UTC".to_owned()
        })
    }

    /// The proxies whose word is taken.
    pub(crate) fn trusted_proxies(&self) -> Result<Vec<Network>, String> {
        networks(&self.http.trusted_proxies)
            .map_err(|wrong| format!("configuration: http.trusted_proxies: {wrong}"))
    }

    /// Where programs that are told what happens may be.
    pub(crate) fn outbound(&self) -> Result<Outbound, String> {
        let inside = networks(&self.webhooks.inside)
            .map_err(|wrong| format!("configuration: webhooks.inside: {wrong}"))?;
        Ok(Outbound { inside, ports: self.webhooks.ports.clone() })
    }
}

fn networks(texts: &[String]) -> Result<Vec<Network>, String> {
    texts.iter().map(|text| text.parse()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_settings_hold_together() {
        let config: Config = Figment::from(Toml::string(BASE)).extract().unwrap();
        config.check().unwrap();
    }

    #[test]
    fn an_unknown_key_is_named() {
        let layers = Figment::from(Toml::string(BASE)).merge(Toml::string("[http]\nlissten = \"x\""));
        let error = layers.extract::<Config>().unwrap_err().to_string();
        assert!(error.contains("lissten"), "{error}");
    }
}
