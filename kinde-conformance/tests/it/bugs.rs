//! The ways in which the tiny client may be wrong, and the cases that must say so.

macro_rules! bugs {
    ($($(#[doc = $doc:literal])* $bug:ident => [$($case:literal),* $(,)?],)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Bug {
            $($(#[doc = $doc])* $bug,)*
        }

        impl Bug {
            pub(crate) const ALL: &[Self] = &[$(Self::$bug),*];

            /// The cases that fail for it, and no others unless the list ends with "..".
            pub(crate) fn caught_by(self) -> &'static [&'static str] {
                match self {
                    $(Self::$bug => &[$($case),*],)*
                }
            }
        }
    };
}

bugs! {
    FollowsRedirects => ["redirect-301", "redirect-302", "redirect-303", "redirect-307", "redirect-308"],
    IgnoresCap => ["limit-by-one", "limit-content-length", "limit-chunked", "limit-until-close"],
    ChecksCapAtTheEnd => ["limit-by-one", "limit-content-length", "limit-until-close"],
    CapIsOneTooLow => ["limit-exact"],
    IgnoresTimeout => [
        "timeout-no-answer",
        "timeout-in-head",
        "timeout-in-body",
        "timeout-drip-head",
        "timeout-drip-body",
        "timeout-upload",
        "timeout-connect",
        "timeout-zero",
        "..",
    ],
    TimeoutPerRead => ["timeout-drip-head", "timeout-drip-body", ".."],
    TimesOutEarly => ["timeout-no-answer", "timeout-in-head", "timeout-in-body", ".."],
    WritesWithoutDeadline => ["timeout-upload"],
    ConnectsWithoutDeadline => ["timeout-connect"],
    OverflowsDeadline => ["largest-limits"],
    AcceptsSlowPart => ["timeout-in-body", "timeout-drip-body", ".."],
    AcceptsTruncatedBody => ["truncated-content-length", "truncated-chunked", "rst-in-body"],
    DropsRepeatedHeaders => ["response-headers", "garbage-length", "many-headers"],
    StatusesAreErrors => ["statuses", "response-headers"],
    Inflates => ["body-gzip"],
    CallsEverythingOther => [
        "limit-content-length",
        "truncated-content-length",
        "fin-before-head",
        "garbage",
        "refused",
        "timeout-no-answer",
        "..",
    ],
    RefusedIsInterrupted => ["refused", "timeout-connect"],
    AddsHeader => ["request-get", "request-post", ".."],
    DropsHeader => ["request-get", "request-post", ".."],
    DropsBody => ["request-post", "request-methods", "request-body", "at-once"],
    LosesQuery => ["request-target", "request-ipv6"],
    DecodesPath => ["request-target"],
    RetriesByItself => ["truncated-content-length", "fin-before-head", "rst-before-head", "no-resend", ".."],
    WaitsForBodyOf204 => ["status-without-body"],
    WaitsForBodyOfHead => ["head"],
    TakesInterimForAnswer => ["interim-100", "interim-103"],
    ReadsToClose => ["body-content-length"],
    TakesFirstLength => ["garbage-length"],
    AcceptsAnyHead => ["many-headers"],
    KeepsHalfReadConnections => ["limit-content-length", "limit-chunked", "limit-until-close", "stray-answer"],
    KeepsSilentConnections => ["silent-connection", ".."],
    TrustsKeptConnections => ["stray-answer"],
    ResendsOnKept => ["no-resend"],
    BlamesKept => ["silent-connection", "no-resend"],
    SpeaksPlainToHttps => ["tls-refused", "tls-silent"],
    PrintsRequestInErrors => ["error-secrets", ".."],
    Panics => ["request-get"],
    NeverEnds => ["request-get"],
    /// On a thread only.
    KeepsDroppedCalls => ["drop-before-head", "drop-in-body"],
}
