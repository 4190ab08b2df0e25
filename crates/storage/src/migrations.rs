//! The schema: two folders with equal numbers, because types, triggers and sequences differ. A test compares them.

use std::borrow::Cow;

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

macro_rules! folder {
    ($engine:literal: $($number:literal $name:literal),+ $(,)?) => {
        [$(Migration::new(
            $number,
            Cow::Borrowed($name),
            MigrationType::Simple,
            include_str!(concat!("../../../migrations/", $engine, "/", $name, ".sql")).into_sql_str(),
            false,
        )),+]
    };
}

pub(crate) fn lite() -> Migrator {
    Migrator::with_migrations(
        folder!(
            "sqlite":
            1 "0001_desk",
            2 "0002_first_causes",
            3 "0003_search",
            4 "0004_import_amount",
            5 "0005_handed_over",
            6 "0006_cause_lists",
            7 "0007_people",
            8 "0008_intake",
            9 "0009_ledger",
            10 "0010_authority",
            11 "0011_merge_entries",
            12 "0012_award_citations",
            13 "0013_cause_tree",
            14 "0014_figures",
            15 "0015_corrective_actions",
            16 "0016_alerts",
            17 "0017_tags_in_order",
            18 "0018_figures_by_value",
            19 "0019_saved_views",
            20 "0020_attachments",
            21 "0021_webhooks",
            22 "0022_live",
            23 "0023_settings",
            25 "0025_figures_by_year",
            26 "0026_choices",
            27 "0027_kept_of_merged"
        )
        .into(),
    )
}

pub(crate) fn pg() -> Migrator {
    Migrator::with_migrations(
        folder!(
            "postgres":
            1 "0001_desk",
            2 "0002_first_causes",
            3 "0003_search",
            4 "0004_import_amount",
            5 "0005_handed_over",
            6 "0006_cause_lists",
            7 "0007_people",
            8 "0008_intake",
            9 "0009_ledger",
            10 "0010_authority",
            11 "0011_merge_entries",
            12 "0012_award_citations",
            13 "0013_cause_tree",
            14 "0014_figures",
            15 "0015_corrective_actions",
            16 "0016_alerts",
            17 "0017_tags_in_order",
            18 "0018_figures_by_value",
            19 "0019_saved_views",
            20 "0020_attachments",
            21 "0021_webhooks",
            22 "0022_live",
            23 "0023_settings",
            25 "0025_figures_by_year",
            26 "0026_choices",
            27 "0027_kept_of_merged"
        )
        .into(),
    )
}
