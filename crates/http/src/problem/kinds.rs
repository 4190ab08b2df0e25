//! Every kind of problem there is, with its status, in one table.

/// A kind of problem: its name, status, title, and what it means.
#[derive(Debug)]
pub(crate) struct Kind {
    /// As in `/problems/<name>`.
    pub(crate) name: &'static str,
    /// The status it is answered with.
    pub(crate) status: u16,
    /// In a few words.
    pub(crate) title: &'static str,
    /// What it means and what to do.
    pub(crate) meaning: &'static str,
}

const fn kind(status: u16, name: &'static str, title: &'static str, meaning: &'static str) -> Kind {
    Kind { name, status, title, meaning }
}

/// Every kind of problem there is.
pub(crate) const KINDS: &[Kind] = &[
    kind(
        400,
        "not-json",
        "Not JSON",
        "The body could not be read as JSON. The sentence says where the reading stopped.",
    ),
    kind(
        400,
        "invalid-header",
        "A header is wrong",
        "A header of the request does not have the form that is expected.",
    ),
    kind(
        400,
        "malformed",
        "Not a request",
        "The request can be read in more than one way, so it is not read at all and the connection is closed.",
    ),
    kind(
        401,
        "unauthenticated",
        "No valid token",
        "The request needs `Authorization: Bearer TOKEN` with a token of a person who works here.",
    ),
    kind(400, "not-a-form", "Not a form", "Expected what a form on a page of this desk sends."),
    kind(
        403,
        "from-elsewhere",
        "From elsewhere",
        "A form is only taken from a page of this desk, filled in by the person it was shown to.",
    ),
    kind(403, "read-only", "You may read, not write", "Auditors read everything and write nothing."),
    kind(403, "not-yours", "Not yours to do", "The verb belongs to others; `allowed` names them."),
    kind(
        403,
        "complained-about",
        "You are complained about",
        "The person complained about takes no part in the complaint.",
    ),
    kind(
        403,
        "kept-away",
        "You are kept away",
        "The complaint is about handling in which you or your team took part.",
    ),
    kind(
        403,
        "not-the-receiver",
        "Not offered to you",
        "Only the person something was offered to answers the offer.",
    ),
    kind(
        403,
        "another-decider",
        "Another decider is needed",
        "A new cycle is decided by someone who has not decided before; `deciders` names those who have.",
    ),
    kind(
        403,
        "second-person-needed",
        "A second person is needed",
        "Voiding takes someone other than the logger and the first contact.",
    ),
    kind(
        403,
        "self-approval",
        "Asked for by you",
        "Whoever asked for an award, or amended it, does not approve it; `askers` names them.",
    ),
    kind(
        403,
        "related-party",
        "Related to you",
        "You, or somebody you are related to by declaration, is a party to the award: `staff`.",
    ),
    kind(
        403,
        "another-person-needed",
        "Another person is needed",
        "Above the threshold whoever asked, whoever approved and whoever gives are different people; `involved` names \
         those who had a hand in it.",
    ),
    kind(
        403,
        "self-grant",
        "Authority for oneself",
        "Nobody writes, activates or resumes a grant that they hold, and nobody activates what they wrote.",
    ),
    kind(
        404,
        "not-found",
        "Not found",
        "There is no such thing, or you may not know of it. Both look the same.",
    ),
    kind(
        405,
        "method-not-allowed",
        "Method not allowed",
        "The address exists, but not for this method; the header `Allow` names those that work.",
    ),
    kind(
        408,
        "too-slow",
        "The body came in too slowly",
        "After ten seconds a body must go on at 1 KiB a second, and it must be whole after thirty.",
    ),
    kind(
        409,
        "wrong-stage",
        "Out of place at this stage",
        "The complaint stands at `stage`; the verb has its place at one of `allowed`.",
    ),
    kind(
        409,
        "handoff-pending",
        "A handoff is pending",
        "One handoff at a time: the one named waits for its answer.",
    ),
    kind(
        409,
        "handoff-over",
        "The handoff is over",
        "It has been answered, taken back, or has lapsed; `state` says which.",
    ),
    kind(
        409,
        "arbitration-needed",
        "Arbitration is needed",
        "Declined too often: a lead assigns the handling now.",
    ),
    kind(
        409,
        "succession-over",
        "The succession is over",
        "It has been answered or taken back; `state` says which.",
    ),
    kind(
        409,
        "reply-over",
        "The reply is settled",
        "It has reached the customer, or failed to; `state` says which.",
    ),
    kind(
        409,
        "promise-over",
        "The promise is past this",
        "It is in `state`; the verb has its place in one of `allowed`.",
    ),
    kind(
        409,
        "cannot-close",
        "Not ready to close",
        "Everything that is missing is in `missing`, with the ids beside it.",
    ),
    kind(
        409,
        "open-promises",
        "Promises are open",
        "Promises made or broken stand in the way; `open_promises` names them.",
    ),
    kind(
        409,
        "attempts-missing",
        "Too few attempts",
        "The customer has not been tried often enough, or not on enough channels or days.",
    ),
    kind(409, "already-answered", "Already answered", "The customer has already answered in this cycle."),
    kind(
        409,
        "merge-into-earlier",
        "Merge into the earlier one",
        "Complaints merge into the one received first: `earlier`.",
    ),
    kind(409, "other-closed", "The other complaint is closed", "The other complaint named must be open."),
    kind(
        409,
        "merge-loses-protection",
        "Merging would uncover it",
        "A restricted complaint, or one about a person, would become visible under the other.",
    ),
    kind(409, "not-merged", "Not merged into this one", "That complaint does not go on under this one."),
    kind(409, "customer-merged", "Already one with another", "`into` names the record it goes on under."),
    kind(
        409,
        "customer-not-merged",
        "Not one with this record",
        "That record does not go on under this one.",
    ),
    kind(
        409,
        "unmerge-first",
        "Undo the merge first",
        "A merged complaint is taken up again by undoing the merge.",
    ),
    kind(
        409,
        "hand-over-first",
        "Hand over first",
        "The change would keep the present handler away, so the handling must move first.",
    ),
    kind(409, "reopen-window-over", "Too long closed", "Log a new complaint and link it to this one."),
    kind(409, "first-contact-left", "The first contact has left", "A succession comes first."),
    kind(409, "open-duties", "Duties are open", "The person still holds what is listed: pass it on first."),
    kind(
        409,
        "last-administrator",
        "The last administrator",
        "Without this person the desk would have no administrator. Make somebody else one first.",
    ),
    kind(
        409,
        "limit-exceeded",
        "Beyond your authority",
        "More than you may give here and now: `limit` and `remaining` of the limit that binds (`limited_by`, of \
         `grant`), or why no grant of yours speaks of it (`not_covered`). `next_holders` may give it, the lowest first.",
    ),
    kind(
        409,
        "approved-already",
        "Approved by you already",
        "The award needs the approval of somebody else as well.",
    ),
    kind(
        409,
        "award-over",
        "The award is past this",
        "It is in `state`; the verb has its place in one of `allowed`.",
    ),
    kind(
        409,
        "awards-under-way",
        "Awards are under way",
        "Awards neither given nor ended stand in the way; `awards` names them.",
    ),
    kind(
        409,
        "remedy-missing",
        "What the customer wants is missing",
        "What the customer wants must be on record (`desired_remedy`) before something is offered.",
    ),
    kind(
        409,
        "approval-broken",
        "Not what was approved",
        "What is to be given differs from what was approved in `differs`. Amend it and have it approved anew.",
    ),
    kind(
        409,
        "nothing-to-ratify",
        "Nothing to ratify",
        "It is no emergency award that was given, or a holder has spoken to it already.",
    ),
    kind(
        409,
        "grant-over",
        "The grant is past this",
        "It is in `state`; the verb has its place in one of `allowed`.",
    ),
    kind(
        403,
        "own-action",
        "Your own action",
        "Whoever sees to an action neither approves it nor asks whether it helped.",
    ),
    kind(
        409,
        "action-over",
        "The action is past this",
        "It is in `state`; the verb has its place in one of `allowed`.",
    ),
    kind(
        409,
        "plan-missing",
        "There is no plan",
        "How an action will be judged is locked before it is in place; without a plan there is no verdict.",
    ),
    kind(
        409,
        "watch-extended",
        "Watched longer already",
        "An action is watched longer once. After that a lead decides: another plan, or close it.",
    ),
    kind(
        409,
        "problem-over",
        "The problem is past this",
        "It is in `state`; the verb has its place in one of `allowed`.",
    ),
    kind(
        409,
        "no-fix-proven",
        "No fix is proven",
        "A problem is solved when one of its actions was judged effective or partly so.",
    ),
    kind(
        413,
        "file-too-large",
        "The file is too large",
        "One file has at most `limit_bytes`, as `attachments.file_bytes` of the configuration says.",
    ),
    kind(
        413,
        "picture-too-large",
        "The picture has too many pixels",
        "A picture has at most `limit_pixels`: it takes a few bytes to send more, and gigabytes to draw them.",
    ),
    kind(
        413,
        "too-many-files",
        "Too many files",
        "All files of a complaint, and those a person has sent in and not attached, are at most `limit_files` and \
         `limit_bytes` together.",
    ),
    kind(
        409,
        "attachment-over",
        "The file is gone already",
        "It was taken out of sight, or erased: `state` says which.",
    ),
    kind(
        409,
        "parent-not-in-force",
        "A grant above is not in force",
        "`grant`, above this one, is in `state`; it must be active first.",
    ),
    kind(409, "no-duty", "Holds no duty here", "The person named holds nothing on this complaint."),
    kind(409, "taken", "Taken already", "Somebody or something else has this value of `field` already."),
    kind(
        412,
        "stale",
        "Changed in the meantime",
        "The thing has changed since you read it; `version` is the present one. Read it again.",
    ),
    kind(413, "too-large", "The body is too large", "At most `limit` bytes are read."),
    kind(
        415,
        "unsupported-encoding",
        "The body is packed",
        "Bodies of requests are not unpacked here: send them without `Content-Encoding`.",
    ),
    kind(422, "too-deep", "Nested too deeply", "JSON is read down to `limit` levels."),
    kind(
        422,
        "invalid-field",
        "A field is wrong",
        "`field` names it and `expected` says what would be right.",
    ),
    kind(
        422,
        "not-a-receiver",
        "Cannot take this",
        "The person named in `field` cannot take the duty; `why` says why.",
    ),
    kind(
        422,
        "key-reused",
        "Idempotency key used before",
        "The same Idempotency-Key came with another request. Choose a new key.",
    ),
    kind(
        428,
        "precondition-required",
        "A version is required",
        "Send `If-Match` with the version you have seen.",
    ),
    kind(429, "too-many-requests", "Too many requests", "Wait for as long as `Retry-After` says."),
    kind(
        500,
        "internal",
        "Something went wrong here",
        "The fault is ours. Tell whoever runs the desk the request id.",
    ),
    kind(
        503,
        "unavailable",
        "Not available right now",
        "Try again after as long as `Retry-After` says, with the same Idempotency-Key.",
    ),
    kind(
        503,
        "deadline",
        "It took too long",
        "Whether the change was made is not known. Send it again with the same Idempotency-Key.",
    ),
];

/// What a name that is not in the table becomes; a test sees to it that there is none.
static NAMELESS: Kind = kind(500, "internal", "Something went wrong here", "The fault is ours.");

/// The kind of that name.
pub(crate) fn kind_named(name: &str) -> &'static Kind {
    KINDS.iter().find(|kind| kind.name == name).unwrap_or(&NAMELESS)
}
