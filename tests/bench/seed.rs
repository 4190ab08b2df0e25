//! Lifelike complaints from a fixed seed: four languages, skewed products and places, one in ten open.

use firsthand_domain::code::Channel;
use firsthand_domain::customer::NewCustomer;
use firsthand_domain::import::ImportedComplaint;
use firsthand_domain::text::{Line, Narrative, Text};
use firsthand_domain::time::Timestamp;

const WORDS: [&[&str]; 4] = [
    &[
        "the", "kettle", "leaks", "late", "delivery", "nobody", "answered", "refund", "twice", "broken",
        "order", "again", "invoice", "wrong", "price", "promised", "driver", "parcel", "opened", "missing",
        "screw", "waiting", "since",
    ],
    &[
        "giao", "hàng", "trễ", "điện", "thoại", "không", "ai", "trả", "lời", "hoàn", "tiền", "đơn", "lần",
        "thứ", "hai", "nhân", "viên", "thái", "độ", "bảo", "hành", "màn", "hình",
    ],
    &[
        "késett",
        "a",
        "szállítás",
        "hibás",
        "termék",
        "senki",
        "nem",
        "válaszolt",
        "számla",
        "kétszer",
        "visszatérítés",
        "ígérték",
        "csomag",
        "sérült",
        "ügyfélszolgálat",
        "várok",
        "napja",
        "törött",
    ],
    &[
        "退款", "没有", "到账", "快递", "延误", "客服", "态度", "不好", "产品", "损坏", "订单", "错误",
        "价格", "投诉", "等了",
    ],
];
/// Begins the word that forty complaints share, wherever they come from: what is found by it stays rare at every size.
pub(crate) const LOT: &str = "lot";
const NAMES: [&str; 12] = [
    "Mai Trần",
    "Nguyễn Văn An",
    "Kovács Péter",
    "Nagy Anna",
    "王伟",
    "李娜",
    "Ann Smith",
    "Tom Brown",
    "Lê Thị Hoa",
    "Szabó Éva",
    "张敏",
    "Joe Doe",
];

/// A small generator; the same complaints in every run.
pub(crate) struct Seed(u64);

impl Seed {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    /// Small numbers often, large ones seldom: products and places are like that.
    pub(crate) fn skewed(&mut self, limit: usize) -> usize {
        let once = self.below(limit);
        self.below(once + 1)
    }

    pub(crate) fn text(&mut self, words: usize) -> String {
        let language = WORDS[self.below(WORDS.len())];
        (0..words).map(|_| language[self.below(language.len())]).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn name(&mut self) -> String {
        format!("{} {}", NAMES[self.below(NAMES.len())], self.below(50_000))
    }

    /// A complaint of another system.
    pub(crate) fn complaint(&mut self, number: u64, now: Timestamp) -> Option<ImportedComplaint> {
        fn line<const N: usize>(text: &str) -> Option<Text<N>> {
            Text::parse(text).ok()
        }
        let minutes = i64::try_from(self.below(2 * 365 * 24 * 60)).unwrap_or(0);
        let words = 24 + self.below(24);
        let phone = format!("09{:08}", self.below(100_000_000));
        Some(ImportedComplaint {
            key: line::<200>(&number.to_string())? as Line,
            received_at: now.plus_minutes(-minutes),
            incident_at: None,
            narrative: line::<50_000>(&format!("{} {LOT}{}x", self.text(words), number / 40))? as Narrative,
            summary: line(&self.text(6)),
            channel: Channel::ALL[self.skewed(Channel::ALL.len())],
            customer: Some(NewCustomer {
                name: line(&self.name())?,
                phone: firsthand_domain::contact::Phone::parse(&phone).ok(),
                email: None,
                language: None,
            }),
            product: line(&format!("product {}", self.skewed(40))),
            place: line(&format!("place {}", self.skewed(200))),
            category: line(&format!("category {}", self.skewed(40))),
            order_ref: line(&format!("A-{}", self.below(10_000_000))),
            desired_remedy: None,
            severity: None,
            amount: None,
            closed: self.below(10) != 0,
        })
    }
}
