//! The rows. Read from top to bottom it is the API.

use firsthand_domain::alert::Review;
use firsthand_domain::attachment::Attach;
use firsthand_domain::award::{
    AmendAward, AnswerAward, BatchAward, ExecuteAward, OfferAward, ProposeAward, RatifyAward,
};
use firsthand_domain::canned::{NewCannedReply, RestoreVersion};
use firsthand_domain::cause::{MoveCause, NewCause, RateAgain, RetireCause};
use firsthand_domain::choices::{Looks, Muted};
use firsthand_domain::corrective_action::{ChangeOwner, ExtendWatch, NewAction, NewPlan, SayImplemented};
use firsthand_domain::customer::{MergeCustomer, NewCustomer, NewIdentifier, UnmergeCustomer};
use firsthand_domain::exposure::RecordExposure;
use firsthand_domain::grant::{NewGrant, Revoke};
use firsthand_domain::id::{AwardId, HandoffId, PromiseId, ReplyId, SuccessionId};
use firsthand_domain::lists::NewListName;
use firsthand_domain::macros::RunMacro;
use firsthand_domain::problem::{AmendProblem, NewProblem};
use firsthand_domain::saved_view::{AmendView, NewView};
use firsthand_domain::staff::{DeclareRelated, NewAbsence, NewStaff, OfferSuccessions, Place, TokenFor};
use firsthand_domain::verb::Verb;
use firsthand_domain::verb::{
    Acknowledge, AddNote, Arbitrate, Assess, AwaitCustomer, Close, Decide, KeepPromise, LinkTo, Log,
    MakePromise, MaybeWhy, Merge, OfferHandoff, OfferSuccession, RecordAnswer, RecordContact, Refer,
    SendReply, SupersedePromise, TagCause, Unmerge, Why, Withdraw,
};
use firsthand_domain::webhook::NewWebhook;
use firsthand_storage::settings::{MACROS, REPLY_TEXTS};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::{Route, get, post};
use crate::api::verbs::{Empty, on_complaint, on_part};
use crate::api::{
    actions, analysis, attachments, awards, bulk, canned, causes, complaints, customers, exposure, floor,
    grants, health, kept, known, ledger, lists, live, macros, metrics, palette, parts, problems, related,
    report, settings, staff, suggestions, views, webhooks,
};
use crate::docs;
use crate::json;
use crate::openapi;
use crate::rights::Right;

/// A verb on a complaint, which answers the changed complaint.
fn verb<B>(path: &'static str, right: Right, summary: &'static str, make: fn(B) -> Verb) -> Route
where
    B: DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static,
{
    let handler = move |call| on_complaint(call, make);
    post(path, right, summary, handler).takes::<B>().gives::<json::Complaint>()
}

/// A verb on a part of a complaint, which answers the changed complaint.
fn part<I, B>(path: &'static str, right: Right, summary: &'static str, make: fn(I, B) -> Verb) -> Route
where
    I: parts::PartId,
    B: DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static,
{
    let handler = move |call| on_part(call, make);
    post(path, right, summary, handler).takes::<B>().gives::<json::Complaint>()
}

/// Every route.
pub(crate) fn all() -> Vec<Route> {
    let mut routes = complaint_routes();
    routes.extend(verb_routes());
    routes.extend(part_routes());
    routes.extend(attachment_routes());
    routes.extend(award_routes());
    routes.extend(grant_routes());
    routes.extend(fix_routes());
    routes.extend(analysis_routes());
    routes.extend(desk_routes());
    routes.extend(webhook_routes());
    routes.extend(live_routes());
    routes.extend(view_routes());
    routes.extend(canned_routes());
    routes.extend(macro_routes());
    routes.extend(list_routes());
    routes.extend(open_routes());
    routes.extend(crate::pages::routes());
    routes
}

fn complaint_routes() -> Vec<Route> {
    use Right::{Reader, Writer};
    vec![
        post("/api/v1/complaints", Writer, "Takes a complaint.", complaints::log)
            .takes::<Log>()
            .makes::<json::Complaint>(),
        get("/api/v1/complaints", Reader, "Lists complaints.", complaints::list)
            .asks(complaints::FILTERS)
            .gives::<json::Page<json::ListItem>>(),
        post(
            "/api/v1/complaints/bulk",
            Writer,
            "The verb of one complaint on up to 200, told row by row; one that may not be known of ends all of it.",
            bulk::perform,
        )
        .takes::<json::BulkShape>()
        .gives::<json::BulkDone>(),
        get("/api/v1/complaints/{id}", Reader, "One complaint, by id or reference.", complaints::one)
            .gives::<json::Complaint>(),
        get("/api/v1/complaints/{id}/history", Reader, "What happened, oldest first.", complaints::history)
            .asks(&["limit", "cursor"])
            .gives::<json::Page<json::HistoryItem>>(),
        get(
            "/api/v1/complaints/{id}/similar",
            Reader,
            "Up to ten complaints that tell much the same story.",
            complaints::similar,
        )
        .gives::<json::Page<json::Similar>>(),
        get(
            "/api/v1/complaints/{id}/cause-suggestions",
            Reader,
            "Up to three causes that may fit, learnt from what was tagged before; never applied by itself.",
            suggestions::of_complaint,
        )
        .gives::<json::Page<json::CauseSuggestion>>(),
        post(
            "/api/v1/cause-suggestions",
            Writer,
            "Up to three causes that may fit a text about a product; nothing of it is kept.",
            suggestions::of_text,
        )
        .takes::<json::SuggestFor>()
        .gives::<json::Page<json::CauseSuggestion>>(),
        get(
            "/api/v1/complaints/{id}/known-problems",
            Reader,
            "Up to three problems in progress that it may be one of, with what to say meanwhile.",
            known::of_complaint,
        )
        .asks(&["language"])
        .gives::<json::Page<json::KnownProblem>>(),
        get(
            "/api/v1/known-problems",
            Reader,
            "The same of what is told on the telephone, before it is on record.",
            known::of_told,
        )
        .asks(known::TOLD)
        .gives::<json::Page<json::KnownProblem>>(),
    ]
}

#[rustfmt::skip] // one row a line
fn verb_routes() -> Vec<Route> {
    use Right::{Duty, DutyOfLead, Sighted};
    vec![
        verb::<Acknowledge>("/api/v1/complaints/{id}/acknowledgement", Duty, "Tells the customer who has it and what comes next.", Verb::Acknowledge),
        verb::<Assess>("/api/v1/complaints/{id}/assessment", Duty, "Says how grave it is and what it is about.", |b| Verb::Assess(Box::new(b))),
        verb::<OfferHandoff>("/api/v1/complaints/{id}/handoffs", Duty, "Asks someone to take over the handling.", Verb::OfferHandoff).makes::<json::PartOf<json::Handoff>>(),
        verb::<Arbitrate>("/api/v1/complaints/{id}/arbitration", DutyOfLead, "Assigns the handling, with binding effect.", Verb::Arbitrate),
        verb::<OfferSuccession>("/api/v1/complaints/{id}/succession", DutyOfLead, "Offers all duties of a person to a successor.", Verb::OfferSuccession).makes::<json::PartOf<json::Succession>>(),
        verb::<AwaitCustomer>("/api/v1/complaints/{id}/await-customer", Duty, "Puts a question to the customer.", Verb::AwaitCustomer),
        verb::<RecordContact>("/api/v1/complaints/{id}/contacts", Sighted, "Records that the customer and the desk were in touch.", Verb::RecordContact),
        verb::<AddNote>("/api/v1/complaints/{id}/notes", Sighted, "Adds an internal note.", Verb::AddNote),
        verb::<Decide>("/api/v1/complaints/{id}/decision", Duty, "Finds, with reasons.", Verb::Decide),
        verb::<SendReply>("/api/v1/complaints/{id}/replies", Duty, "Sends the customer something.", Verb::SendReply).makes::<json::PartOf<json::Reply>>(),
        verb::<RecordAnswer>("/api/v1/complaints/{id}/customer-answer", Duty, "Records what the customer says to the answer.", Verb::RecordAnswer),
        verb::<MakePromise>("/api/v1/complaints/{id}/promises", Duty, "Promises the customer something with a date.", Verb::MakePromise).makes::<json::PartOf<json::Promise>>(),
        verb::<TagCause>("/api/v1/complaints/{id}/causes", Duty, "Says why it happened.", Verb::TagCause),
        verb::<Close>("/api/v1/complaints/{id}/close", Duty, "Ends it.", Verb::Close),
        verb::<Why>("/api/v1/complaints/{id}/reopen", Duty, "Takes it up again.", Verb::Reopen),
        verb::<Withdraw>("/api/v1/complaints/{id}/withdraw", Duty, "Records that the customer takes it back.", Verb::Withdraw),
        verb::<Why>("/api/v1/complaints/{id}/void", Duty, "Finds, as a second person, that it is a test, spam or no complaint.", Verb::Void),
        verb::<Merge>("/api/v1/complaints/{id}/merge", Duty, "Goes on under an earlier complaint.", Verb::Merge),
        verb::<Unmerge>("/api/v1/complaints/{id}/unmerge", Duty, "Undoes a merge.", Verb::Unmerge),
        verb::<LinkTo>("/api/v1/complaints/{id}/links", Duty, "Says that two complaints belong together.", Verb::Link),
        verb::<Refer>("/api/v1/complaints/{id}/referrals", Duty, "Records that it was laid before an external body.", Verb::Refer),
    ]
}

#[rustfmt::skip] // one row a line
fn part_routes() -> Vec<Route> {
    use Right::{Duty, DutyOfLead, Party, Reader};
    vec![
        get("/api/v1/handoffs/{id}", Reader, "One handoff.", parts::handoff).gives::<json::PartOf<json::Handoff>>(),
        part("/api/v1/handoffs/{id}/accept", Party, "Takes the handling.", |id: HandoffId, _: Empty| Verb::AcceptHandoff(id)),
        part("/api/v1/handoffs/{id}/decline", Party, "Says no, with a reason.", |id: HandoffId, why: Why| Verb::DeclineHandoff(id, why)),
        part("/api/v1/handoffs/{id}/recall", Party, "Takes the offer back.", |id: HandoffId, why: MaybeWhy| Verb::RecallHandoff(id, why)),
        get("/api/v1/successions/{id}", Reader, "One succession.", parts::succession).gives::<json::PartOf<json::Succession>>(),
        part("/api/v1/successions/{id}/accept", Party, "Takes every duty.", |id: SuccessionId, _: Empty| Verb::AcceptSuccession(id)),
        part("/api/v1/successions/{id}/decline", Party, "Says no.", |id: SuccessionId, why: MaybeWhy| Verb::DeclineSuccession(id, why)),
        get("/api/v1/replies/{id}", Reader, "One reply.", parts::reply).gives::<json::PartOf<json::Reply>>(),
        part("/api/v1/replies/{id}/delivered", Duty, "Records that it reached the customer.", |id: ReplyId, _: Empty| Verb::ReplyDelivered(id)),
        part("/api/v1/replies/{id}/failed", Duty, "Records that it did not reach the customer.", |id: ReplyId, why: MaybeWhy| Verb::ReplyFailed(id, why)),
        get("/api/v1/promises/{id}", Reader, "One promise.", parts::promise).gives::<json::PartOf<json::Promise>>(),
        part("/api/v1/promises/{id}/kept", Duty, "Records that it was kept; the time of this record counts.", |id: PromiseId, b: KeepPromise| Verb::KeepPromise(id, b)),
        part("/api/v1/promises/{id}/supersede", Duty, "Puts another promise in its place.", |id: PromiseId, b: SupersedePromise| Verb::SupersedePromise(id, b)),
        part("/api/v1/promises/{id}/void", Duty, "Lets it go at the customer's request.", |id: PromiseId, why: Why| Verb::VoidPromise(id, why)),
        part("/api/v1/promises/{id}/abandon", DutyOfLead, "Says why it will never be done.", |id: PromiseId, why: Why| Verb::AbandonPromise(id, why)),
    ]
}

#[rustfmt::skip] // one row a line
fn attachment_routes() -> Vec<Route> {
    use Right::{Duty, DutyOfLead, Reader, Sighted, Writer};
    vec![
        post("/api/v1/uploads", Writer, "Takes a file in, for the caller to attach within a week.", attachments::upload).asks(&["name"]).with_files().makes::<json::Upload>(),
        get("/api/v1/complaints/{id}/attachments", Reader, "The files of a complaint.", attachments::list).gives::<json::Page<json::Attachment>>(),
        post("/api/v1/complaints/{id}/attachments", Sighted, "Attaches the body as a file called `name`; without `name`, files that were sent in before.", attachments::attach).asks(&["name"]).takes::<Attach>().with_files().makes::<json::Page<json::Attachment>>(),
        get("/api/v1/attachments/{id}", Reader, "What a file holds, to be saved; parts of it by `Range`.", attachments::get).shows("application/octet-stream"),
        post("/api/v1/attachments/{id}/remove", Duty, "Takes a file out of sight; that it was there stays known.", |call| attachments::change(call, |id, why: Why| Verb::RemoveAttachment(id, why))).takes::<Why>().gives::<json::Complaint>(),
        post("/api/v1/attachments/{id}/erase", DutyOfLead, "Destroys what a file holds, and its name; its hash stays known.", |call| attachments::change(call, |id, why: Why| Verb::EraseAttachment(id, why))).takes::<Why>().gives::<json::Complaint>(),
    ]
}

/// A verb on an award, which answers the changed award.
fn award<B>(path: &'static str, right: Right, summary: &'static str, make: fn(AwardId, B) -> Verb) -> Route
where
    B: DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static,
{
    let handler = move |call| awards::on_award(call, make);
    post(path, right, summary, handler).takes::<B>().gives::<json::awards::AwardInFull>()
}

#[rustfmt::skip] // one row a line
fn award_routes() -> Vec<Route> {
    use Right::{Duty, Holder, Reader, Sighted, Writer};
    use json::awards::{AwardInFull, AwardListItem, Batch, MayGive};
    vec![
        get("/api/v1/authority/mine", Reader, "What the caller may give now, under each of their grants.", awards::mine).gives::<json::Page<MayGive>>(),
        get("/api/v1/complaints/{id}/authority", Reader, "What the caller may give on this complaint now, and who may give more.", awards::here).gives::<json::Page<MayGive>>(),
        post("/api/v1/complaints/{id}/awards", Duty, "Asks that the customer be given something; within the caller's own authority it is approved at once.", awards::propose).takes::<ProposeAward>().makes::<AwardInFull>(),
        get("/api/v1/awards", Reader, "Lists awards, the newest first.", awards::list).asks(awards::FILTERS).gives::<json::Page<AwardListItem>>(),
        post("/api/v1/awards/batch", Writer, "The same award on many complaints over one incident.", awards::batch).takes::<BatchAward>().gives::<Batch>(),
        get("/api/v1/awards/report", Reader, "What was given over a period, by whom and why, how close to the limits, and what nobody may give.", report::report).asks(report::FILTERS).gives::<json::report::Report>(),
        get("/api/v1/awards/{id}", Reader, "One award, with every approval reckoned again from what stood when it was given.", awards::one).gives::<AwardInFull>(),
        post("/api/v1/awards/{id}/approve", Holder, "Allows it, under the authority of whoever does; with If-Match.", |call| awards::on_seen_award(call, |id, _: Empty| Verb::ApproveAward(id))).takes::<Empty>().gives::<AwardInFull>(),
        award("/api/v1/awards/{id}/refuse", Holder, "Does not allow it.", |id, why: Why| Verb::RefuseAward(id, why)),
        award("/api/v1/awards/{id}/amend", Duty, "Asks for it on other terms; what was approved is approved anew.", |id, b: AmendAward| Verb::AmendAward(id, b)),
        award("/api/v1/awards/{id}/withdraw", Duty, "Takes it back before the customer knows.", |id, why: MaybeWhy| Verb::WithdrawAward(id, why)),
        award("/api/v1/awards/{id}/offer", Duty, "Tells the customer of it.", |id, b: OfferAward| Verb::OfferAward(id, b)),
        award("/api/v1/awards/{id}/customer-answer", Duty, "Records what the customer says to it.", |id, b: AnswerAward| Verb::AnswerAward(id, b)),
        award("/api/v1/awards/{id}/execute", Sighted, "Gives it.", |id, b: ExecuteAward| Verb::ExecuteAward(id, b)),
        award("/api/v1/awards/{id}/reverse", Holder, "Takes back what was given.", |id, why: Why| Verb::ReverseAward(id, why)),
        award("/api/v1/awards/{id}/hold", Duty, "Stops it for review; it goes on after a new approval.", |id, why: Why| Verb::HoldAward(id, why)),
        award("/api/v1/awards/{id}/ratify", Holder, "Says whether an emergency award was right.", |id, b: RatifyAward| Verb::RatifyAward(id, b)),
    ]
}

#[rustfmt::skip] // one row a line
fn desk_routes() -> Vec<Route> {
    use Right::{Admin, Lead, LeadOrAdmin, LeadOrAuditor, Overseer, Reader, Writer};
    const PAGED: &[&str] = &["limit", "cursor"];
    vec![
        get("/api/v1/floor", LeadOrAuditor, "Who waits and with whom, what falls due next, who is away, what nobody has taken; of one team or of all.", floor::floor).asks(floor::ASKS).gives::<json::floor::Floor>(),
        get("/api/v1/palette", Reader, "What a few letters may mean: pages, complaints, customers, causes, corrective actions; of each kind a few. Without `q`, the pages the caller may open.", palette::look).asks(&["q"]).gives::<json::Palette>(),
        get("/api/v1/me", Reader, "Who the token stands for.", staff::me).gives::<json::Staff>(),
        get("/api/v1/me/looks", Reader, "How the pages are for the caller.", settings::looks).gives::<Looks>(),
        post("/api/v1/me/looks", Reader, "Chooses how the pages are for the caller.", settings::set_looks).takes::<Looks>().gives::<Looks>(),
        get("/api/v1/me/muted", Reader, "Of what kinds of notifications the caller is told nothing.", settings::muted).gives::<Muted>(),
        post("/api/v1/me/muted", Reader, "Chooses of what kinds of notifications the caller is told nothing; of all others they are told.", settings::mute).takes::<Muted>().gives::<Muted>(),
        get("/api/v1/staff", Reader, "Lists the people at the desk.", staff::list).asks(PAGED).gives::<json::Page<json::Staff>>(),
        post("/api/v1/staff", Admin, "Adds a person.", staff::add).takes::<NewStaff>().makes::<json::Staff>(),
        get("/api/v1/staff/{id}", Reader, "One person.", staff::one).gives::<json::Staff>(),
        post("/api/v1/staff/{id}/tokens", Writer, "Makes a token, for oneself or, as an administrator, for anybody; it is told once.", staff::make_token).takes::<TokenFor>().makes::<json::NewToken>(),
        post("/api/v1/staff/{id}/invitations", Admin, "Makes the link by which a person chooses a password, in the place of earlier ones; it works once and is told once.", staff::invite).takes::<Empty>().makes::<json::Invitation>(),
        post("/api/v1/staff/{id}/place", Admin, "Gives a person another role or team.", staff::change_place).takes::<Place>().gives::<json::Staff>(),
        post("/api/v1/staff/{id}/end-second-factor", Admin, "Ends the second factor of another person, who lost it, with their sessions and tokens; they set it up anew.", staff::end_second_factor).takes::<Empty>().gives::<json::Staff>(),
        post("/api/v1/staff/{id}/disable", Admin, "Disables a person who holds nothing any more.", staff::disable).takes::<Empty>().gives::<json::Staff>(),
        get("/api/v1/staff/{id}/absences", Reader, "Times away that are not over.", staff::absences).gives::<json::Page<json::Absence>>(),
        post("/api/v1/staff/{id}/absences", LeadOrAdmin, "Records a time away, with a substitute.", staff::add_absence).takes::<NewAbsence>().makes::<json::Absence>(),
        post("/api/v1/staff/{id}/successions", Lead, "Offers every open duty of a person to another, complaint by complaint.", staff::offer_successions).takes::<OfferSuccessions>().makes::<json::OfferedSuccessions>(),
        get("/api/v1/staff/{id}/related", Reader, "Whom a person is related to, by declaration.", related::list).gives::<json::Page<json::grants::Related>>(),
        post("/api/v1/staff/{id}/related", Admin, "Declares that a person is related to another: neither decides on what the other asks for or gets.", related::declare).takes::<DeclareRelated>().makes::<json::Page<json::grants::Related>>(),
        get("/api/v1/customers", Reader, "Lists customers.", customers::list).asks(PAGED).gives::<json::Page<json::Customer>>(),
        post("/api/v1/customers", Writer, "Records a customer.", customers::add).takes::<NewCustomer>().makes::<json::Customer>(),
        get("/api/v1/customers/{id}", Reader, "One customer, and how to know them again.", customers::one).gives::<json::Customer>(),
        get("/api/v1/customers/{id}/likely-same", Reader, "Up to ten records that may be the same person, with what both have in common; never joined by itself.", customers::likely_same).gives::<json::Page<json::LikelySame>>(),
        post("/api/v1/customers/{id}/identifiers", Writer, "Adds a way to know a customer again.", customers::add_identifier).takes::<NewIdentifier>().gives::<json::Customer>(),
        post("/api/v1/customers/{id}/merge", Writer, "Two records are one person: this one goes on under the other.", customers::merge).takes::<MergeCustomer>().gives::<json::Customer>(),
        post("/api/v1/customers/{id}/unmerge", Writer, "Two records are not one person after all.", customers::unmerge).takes::<UnmergeCustomer>().gives::<json::Customer>(),
        get("/api/v1/causes", Reader, "Lists the tree of causes in the order of their codes, retired ones too.", causes::list).asks(PAGED).gives::<json::Page<json::Cause>>(),
        post("/api/v1/causes", Lead, "Adds a cause, under another or at the root.", causes::add).takes::<NewCause>().makes::<json::Cause>(),
        get("/api/v1/causes/second-rating", Writer, "The next complaint of the sample for a second opinion, without what was said first.", causes::second_rating).gives::<json::causes::NextRating>(),
        post("/api/v1/complaints/{id}/second-rating", Writer, "Says a second time why, without having seen what was said first.", causes::rate).takes::<RateAgain>().gives::<json::causes::Rated>(),
        get("/api/v1/causes/agreement", Reader, "How far two who said why agree, over the second opinions of a period.", causes::agreement).asks(causes::PERIOD).gives::<json::causes::Agreement>(),
        get("/api/v1/causes/{id}", Reader, "One cause, by id or code.", causes::one).gives::<json::Cause>(),
        post("/api/v1/causes/{id}/move", Lead, "Puts a cause, and all under it, elsewhere in the tree.", causes::put).takes::<MoveCause>().gives::<json::Cause>(),
        post("/api/v1/causes/{id}/retire", Lead, "Retires a cause: no longer tagged, still counted.", causes::retire).takes::<RetireCause>().gives::<json::Cause>(),
        get("/api/v1/ledger", Overseer, "Every decision on what customers are given, in the order in which they were made.", ledger::list).asks(&["after", "limit"]).gives::<json::Page<json::LedgerEntry>>(),
        get("/api/v1/ledger/checkpoint", Overseer, "What the ledger is now, signed, to be kept elsewhere: `firsthand ledger verify` holds a ledger against it.", ledger::checkpoint).gives::<json::LedgerCheckpoint>(),
    ]
}

#[rustfmt::skip] // one row a line
fn live_routes() -> Vec<Route> {
    use Right::Reader;
    use json::live::{Notifications, Presence};
    vec![
        get("/api/v1/events", Reader, "What happens, as it happens, as server-sent events: `complaint` for each change the caller may know of, `reset` when more was missed than is told, `presence` of the complaint in `watch`. It goes on after `Last-Event-ID` or `after`.", live::events).asks(&["after", "watch"]).shows("text/event-stream"),
        get("/api/v1/complaints/{id}/presence", Reader, "Who looks at a complaint or writes on it now.", live::presence).gives::<Presence>(),
        post("/api/v1/complaints/{id}/presence", Reader, "Says that the caller looks at a complaint or writes on it, for thirty seconds; nothing of it is kept.", live::be_here).takes::<live::BeHere>().gives::<Presence>(),
        get("/api/v1/notifications", Reader, "What asks the caller for something, the newest first.", live::notifications).gives::<Notifications>(),
        post("/api/v1/notifications/read", Reader, "Says up to when the caller has read what asks them for something.", live::read).takes::<live::ReadUpTo>().gives::<Notifications>(),
    ]
}

#[rustfmt::skip] // one row a line
fn analysis_routes() -> Vec<Route> {
    use Right::{Lead, Reader};
    use json::analysis::{Alert, Alerts, Costs, Crossing, Pareto, Repeats, Trend};
    vec![
        get("/api/v1/analysis/pareto", Reader, "Where complaints come from, the largest first, by count, money, days or rate; `as_of` as it stood then.", analysis::pareto).asks(analysis::PARETO).gives::<Pareto>(),
        get("/api/v1/analysis/trend", Reader, "Complaints by day, week or month, with the limits within which chance alone moves them.", analysis::trend).asks(analysis::TREND).gives::<Trend>(),
        get("/api/v1/analysis/crossing", Reader, "Causes against products, places or channels.", analysis::crossing).asks(analysis::CROSSING).gives::<Crossing>(),
        get("/api/v1/analysis/alerts", Reader, "What has begun to rise, the newest first, and how often such alerts were right.", analysis::alerts).asks(analysis::ALERTS).gives::<Alerts>(),
        post("/api/v1/alerts/{id}/review", Lead, "Says what an alert was found to be, once.", analysis::review).takes::<Review>().gives::<Alert>(),
        get("/api/v1/analysis/metrics", Reader, "How the desk works: each figure with what it tells, its interval and the lists behind it.", metrics::metrics).asks(metrics::ASKS).gives::<json::metrics::Metrics>(),
        get("/api/v1/analysis/repeats", Reader, "What comes back: the same customer with the same cause again, beside how often that would be chance.", analysis::repeats).asks(analysis::REPEATS).gives::<Repeats>(),
        get("/api/v1/analysis/cost", Reader, "What each cause costs: what was given, and handling and lost customers as far as it is said what they cost.", analysis::cost).asks(analysis::COST).gives::<Costs>(),
    ]
}

#[rustfmt::skip] // one row a line
fn grant_routes() -> Vec<Route> {
    use Right::{Reader, Writer};
    use json::grants::{Grant, GrantInFull, Usage};
    vec![
        get("/api/v1/grants", Reader, "Lists grants in the order in which they were written; `as_of` as they stood then.", grants::list).asks(grants::FILTERS).gives::<json::Page<Grant>>(),
        post("/api/v1/grants", Writer, "Writes a grant: an administrator one that rests on a document, a holder who may pass on a part one under their own.", grants::add).takes::<NewGrant>().makes::<GrantInFull>(),
        get("/api/v1/grants/{id}", Reader, "One grant, with the grants above it and what happened to it.", grants::one).gives::<GrantInFull>(),
        post("/api/v1/grants/{id}/activate", Writer, "Puts it in force, by neither its holder nor its writer.", grants::activate).takes::<MaybeWhy>().gives::<GrantInFull>(),
        post("/api/v1/grants/{id}/suspend", Writer, "Stops it and all below it for a while.", grants::suspend).takes::<MaybeWhy>().gives::<GrantInFull>(),
        post("/api/v1/grants/{id}/resume", Writer, "Puts it in force again.", grants::resume).takes::<MaybeWhy>().gives::<GrantInFull>(),
        post("/api/v1/grants/{id}/revoke", Writer, "Takes it back, and with it all below it; awards made before stand.", grants::revoke).takes::<Revoke>().gives::<GrantInFull>(),
        get("/api/v1/grants/{id}/usage", Reader, "What was used of each of its limits, by its holder or, of a role, by the caller.", grants::used).gives::<Usage>(),
    ]
}

#[rustfmt::skip] // one row a line
fn fix_routes() -> Vec<Route> {
    use Right::{Concerned, Lead, Reader};
    use json::fixes::{Action, ActionInFull, ExposureOfDay, Letter, Problem, ProblemInFull, Recorded, VerdictOfAction};
    vec![
        get("/api/v1/problems", Reader, "Lists problems, the newest first.", problems::list).asks(problems::FILTERS).gives::<json::Page<Problem>>(),
        post("/api/v1/problems", Lead, "Opens a problem: something that goes wrong again and again.", problems::open).takes::<NewProblem>().makes::<ProblemInFull>(),
        get("/api/v1/problems/{id}", Reader, "One problem, with what is done about it and what happened to it.", problems::one).gives::<ProblemInFull>(),
        post("/api/v1/problems/{id}/amend", Lead, "Says more of it; what is not said stays.", problems::amend).takes::<AmendProblem>().gives::<ProblemInFull>(),
        post("/api/v1/problems/{id}/solve", Lead, "Says that it is over, after one of its actions was shown to help.", problems::solve).takes::<Why>().gives::<ProblemInFull>(),
        post("/api/v1/problems/{id}/reopen", Lead, "Says that it is not over.", problems::reopen).takes::<Why>().gives::<ProblemInFull>(),
        get("/api/v1/corrective-actions", Reader, "Lists corrective actions, the newest first.", actions::list).asks(actions::FILTERS).gives::<json::Page<Action>>(),
        post("/api/v1/corrective-actions", Lead, "Proposes what is to be done about a problem.", actions::propose).takes::<NewAction>().makes::<ActionInFull>(),
        get("/api/v1/corrective-actions/{id}", Reader, "One corrective action, with its plan, its verdict and what happened to it.", actions::one).gives::<ActionInFull>(),
        get("/api/v1/corrective-actions/{id}/letter", Reader, "What customers who complained may be told was done, ready to send.", actions::letter).asks(&["language"]).gives::<Letter>(),
        post("/api/v1/corrective-actions/{id}/approve", Lead, "Allows it, as somebody other than its owner.", actions::approve).takes::<Empty>().gives::<ActionInFull>(),
        post("/api/v1/corrective-actions/{id}/start", Concerned, "Begins to put it in place.", actions::start).takes::<Empty>().gives::<ActionInFull>(),
        post("/api/v1/corrective-actions/{id}/plan", Lead, "Locks how it will be judged; a plan after that takes its place and voids the verdict.", actions::plan).takes::<NewPlan>().gives::<ActionInFull>(),
        post("/api/v1/corrective-actions/{id}/implemented", Concerned, "Says that it is in place, and since when; the plan is locked before.", actions::implemented).takes::<SayImplemented>().gives::<ActionInFull>(),
        post("/api/v1/corrective-actions/{id}/verdict", Concerned, "Asks, as somebody other than its owner, whether it helped: reckoned from what is on record.", actions::verdict).takes::<Empty>().gives::<VerdictOfAction>(),
        post("/api/v1/corrective-actions/{id}/extend", Lead, "Watches longer, once, where nothing could be said.", actions::extend).takes::<ExtendWatch>().gives::<ActionInFull>(),
        post("/api/v1/corrective-actions/{id}/owner", Lead, "Somebody else sees to it.", actions::change_owner).takes::<ChangeOwner>().gives::<ActionInFull>(),
        post("/api/v1/corrective-actions/{id}/close", Lead, "Is done with it: after a verdict, or before it was put in place.", actions::close).takes::<Why>().gives::<ActionInFull>(),
        get("/api/v1/exposure", Reader, "How much chance there was for complaints, day by day.", exposure::list).asks(exposure::FILTERS).gives::<json::Page<ExposureOfDay>>(),
        post("/api/v1/exposure", Lead, "Records how much chance there was, all rows or none; a row that is known is replaced.", exposure::record).takes::<RecordExposure>().or_table(exposure::TABLE).gives::<Recorded>(),
    ]
}

#[rustfmt::skip] // one row a line
fn webhook_routes() -> Vec<Route> {
    use Right::{Admin, AdminOrAuditor};
    use json::webhooks::{Webhook, WebhookDelivery, WebhookTested, WebhookWithSecret};
    vec![
        get("/api/v1/webhooks", AdminOrAuditor, "Lists the programs that are told what happens: who receives it, in which country, what for.", webhooks::list).gives::<json::Page<Webhook>>(),
        post("/api/v1/webhooks", Admin, "Tells another program what happens from now on; the secret that messages are signed with is told once.", webhooks::add).takes::<NewWebhook>().makes::<WebhookWithSecret>(),
        get("/api/v1/webhooks/{id}", AdminOrAuditor, "One webhook.", webhooks::one).gives::<Webhook>(),
        get("/api/v1/webhooks/{id}/deliveries", AdminOrAuditor, "What became of its messages, the latest first, for a month.", webhooks::deliveries).asks(&["limit", "cursor"]).gives::<json::Page<WebhookDelivery>>(),
        post("/api/v1/webhooks/{id}/amend", Admin, "Puts other values in the place of all of its own.", webhooks::amend).takes::<NewWebhook>().gives::<Webhook>(),
        post("/api/v1/webhooks/{id}/disable", Admin, "Tells it nothing any more; what happens meanwhile is never told to it.", webhooks::disable).takes::<Empty>().gives::<Webhook>(),
        post("/api/v1/webhooks/{id}/enable", Admin, "Tells it again; one that was given up on, from where it stopped.", webhooks::enable).takes::<Empty>().gives::<Webhook>(),
        post("/api/v1/webhooks/{id}/skip", Admin, "Leaves out the message that does not come through, and goes on with the next.", webhooks::skip).takes::<Empty>().gives::<Webhook>(),
        post("/api/v1/webhooks/{id}/secret", Admin, "Makes another secret, told once; the one before signs beside it for a day.", webhooks::rotate).takes::<Empty>().gives::<WebhookWithSecret>(),
        post("/api/v1/webhooks/{id}/test", Admin, "Sends a test now, and tells the status it was answered with.", webhooks::test).takes::<Empty>().gives::<WebhookTested>(),
    ]
}

#[rustfmt::skip] // one row a line
fn view_routes() -> Vec<Route> {
    use Right::{Maker, Reader, Writer};
    vec![
        get("/api/v1/views", Reader, "The saved views of the list that the caller has, their own first.", views::list).asks(views::FILTERS).gives::<json::Page<json::ViewTold>>(),
        post("/api/v1/views", Writer, "Keeps a view of the list; leads share it with a team or with all.", views::begin).takes::<NewView>().makes::<json::ViewTold>(),
        get("/api/v1/views/{id}", Reader, "One saved view.", views::one).gives::<json::ViewTold>(),
        post("/api/v1/views/{id}", Maker, "Changes a view; what is not said stays.", views::amend).takes::<AmendView>().gives::<json::ViewTold>(),
        post("/api/v1/views/{id}/delete", Maker, "Takes a view away, from everybody who has it.", views::delete).takes::<Empty>().gives::<json::ViewTold>(),
    ]
}

#[rustfmt::skip] // one row a line
fn canned_routes() -> Vec<Route> {
    use Right::{Admin, LeadOrAdmin, Reader};
    use json::{CannedTold, CannedVersion, FilledReply, Page};
    vec![
        get("/api/v1/canned-replies", Reader, "Lists reply texts by name; with `retired=true` those that are offered to nobody any more.", |call| kept::list(call, REPLY_TEXTS)).asks(&["retired"]).gives::<Page<CannedTold>>(),
        post("/api/v1/canned-replies", LeadOrAdmin, "Keeps a reply text; its fields are a closed list.", canned::add).takes::<NewCannedReply>().makes::<CannedTold>(),
        get("/api/v1/canned-replies/{id}", Reader, "One reply text.", |call| kept::one(call, REPLY_TEXTS)).gives::<CannedTold>(),
        get("/api/v1/canned-replies/{id}/versions", Reader, "Every version there was of it, the newest first.", |call| kept::versions(call, REPLY_TEXTS)).gives::<Page<CannedVersion>>(),
        get("/api/v1/canned-replies/{id}/filled", Reader, "The text filled in for a complaint, in a language; a field without a value is told.", canned::filled).asks(&["complaint", "language"]).gives::<FilledReply>(),
        post("/api/v1/canned-replies/{id}/amend", LeadOrAdmin, "Puts another name and other texts in the place of all of its own.", canned::amend).takes::<NewCannedReply>().gives::<CannedTold>(),
        post("/api/v1/canned-replies/{id}/retire", LeadOrAdmin, "Offers it to nobody any more.", |call| kept::retire(call, REPLY_TEXTS)).takes::<Empty>().gives::<CannedTold>(),
        post("/api/v1/canned-replies/{id}/restore", Admin, "Takes up an earlier version again, as a new one.", |call| kept::restore(call, REPLY_TEXTS)).takes::<RestoreVersion>().gives::<CannedTold>(),
        get("/api/v1/complaints/{id}/canned-replies", Reader, "Every reply text filled in for a complaint, in a language; the customer's where none is asked for.", canned::of_complaint).asks(&["language"]).gives::<Page<FilledReply>>(),
    ]
}

#[rustfmt::skip] // one row a line
fn macro_routes() -> Vec<Route> {
    use Right::{Admin, Reader, Sighted};
    use json::{MacroTold, MacroVersion, NewMacroShape, Page};
    vec![
        get("/api/v1/macros", Reader, "Lists macros by name; with `retired=true` those that are offered to nobody any more.", |call| kept::list(call, MACROS)).asks(&["retired"]).gives::<Page<MacroTold>>(),
        post("/api/v1/macros", Admin, "Keeps a macro: up to 10 steps, each with its `verb` and what the verb takes.", macros::add).takes::<NewMacroShape>().makes::<MacroTold>(),
        get("/api/v1/macros/{id}", Reader, "One macro.", |call| kept::one(call, MACROS)).gives::<MacroTold>(),
        get("/api/v1/macros/{id}/versions", Reader, "Every version there was of it, the newest first.", |call| kept::versions(call, MACROS)).gives::<Page<MacroVersion>>(),
        post("/api/v1/macros/{id}/amend", Admin, "Puts another name and other steps in the place of all of its own.", macros::amend).takes::<NewMacroShape>().gives::<MacroTold>(),
        post("/api/v1/macros/{id}/retire", Admin, "Offers it to nobody any more.", |call| kept::retire(call, MACROS)).takes::<Empty>().gives::<MacroTold>(),
        post("/api/v1/macros/{id}/restore", Admin, "Takes up an earlier version again, as a new one.", |call| kept::restore(call, MACROS)).takes::<RestoreVersion>().gives::<MacroTold>(),
        post("/api/v1/complaints/{id}/macros", Sighted, "Does a macro: each step by the rules of its verb, all of them in one change; when one is refused, nothing is done and `step` says which.", macros::run).takes::<RunMacro>().gives::<json::Complaint>(),
    ]
}

#[rustfmt::skip] // one row a line
fn list_routes() -> Vec<Route> {
    use Right::{Admin, Reader};
    use json::{ListNameTold, ListNameVersion, Page};
    vec![
        get("/api/v1/lists/{list}", Reader, "Lists the names of a list: `teams`, `categories`, `products` or `places`; with `retired=true` those that are offered to nobody any more.", lists::list).asks(&["retired"]).gives::<Page<ListNameTold>>(),
        post("/api/v1/lists/{list}", Admin, "Puts a name on a list; however it is given from then on, it is written as it is here.", lists::add).takes::<NewListName>().makes::<ListNameTold>(),
        get("/api/v1/lists/{list}/{id}", Reader, "One name.", lists::one).gives::<ListNameTold>(),
        get("/api/v1/lists/{list}/{id}/versions", Reader, "Every version there was of it, the newest first.", lists::versions).gives::<Page<ListNameVersion>>(),
        post("/api/v1/lists/{list}/{id}/amend", Admin, "Puts another name in its place; what was written before stays as it is.", lists::amend).takes::<NewListName>().gives::<ListNameTold>(),
        post("/api/v1/lists/{list}/{id}/retire", Admin, "Offers it to nobody any more.", lists::retire).takes::<Empty>().gives::<ListNameTold>(),
        post("/api/v1/lists/{list}/{id}/restore", Admin, "Takes up an earlier version again, as a new one.", lists::restore).takes::<RestoreVersion>().gives::<ListNameTold>(),
    ]
}

#[rustfmt::skip] // one row a line
fn open_routes() -> Vec<Route> {
    use Right::Public;
    vec![
        get("/healthz", Public, "The program is alive.", health::alive).shows("text/plain; charset=utf-8"),
        get("/readyz", Public, "The database can be read.", health::ready).shows("text/plain; charset=utf-8"),
        get("/openapi.json", Public, "This API as an OpenAPI document.", openapi::document).shows("application/json"),
        get("/docs", Public, "This API as a page.", docs::page).shows("text/html; charset=utf-8"),
        get("/docs/style.css", Public, "How that page looks.", docs::style).shows("text/css; charset=utf-8"),
        get("/problems/{name}", Public, "What a problem means.", docs::problem).shows("text/html; charset=utf-8"),
    ]
}
