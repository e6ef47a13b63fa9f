//! What may be wrong with a store, and the cases that tell.

macro_rules! bugs {
    ($($bug:ident => [$($case:literal),* $(,)?],)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Bug {
            $($bug,)*
            /// Caught by any case.
            Panics,
            NeverAnswers,
        }

        impl Bug {
            pub(crate) const ALL: &[Self] = &[$(Self::$bug),*];

            /// The cases that fail for it, and no others unless the list ends with "..".
            pub(crate) fn caught_by(self) -> &'static [&'static str] {
                match self {
                    $(Self::$bug => &[$($case),*],)*
                    Self::Panics | Self::NeverAnswers => &[],
                }
            }
        }
    };
}

bugs! {
    MakesUp => ["absent", "remove", "life-ends", ".."],
    PutsInVain => ["value", "put-over", "life-longer", ".."],
    KeepsTextAlone => ["value-any-bytes"],
    EmptyIsAbsent => ["value-empty"],
    CutsValues => ["value-long"],
    PutKeepsTheFirst => ["put-over", "life-longer", "life-shorter", ".."],
    IgnoresTheDigest => ["keys", "keys-many", "remove-one", "life-is-its-own"],
    IgnoresTheTenant => ["keys-of-tenants"],
    LosesWhatIsMany => ["keys-many"],
    RemovesInVain => ["remove", "swap-seen-gone"],
    FailsToRemoveWhatIsAbsent => ["remove-absent"],
    RemovesAll => ["remove-one"],
    LeftIsInSeconds => ["left", "left-shrinks"],
    LeftIsWhole => ["left-shrinks"],
    SlidesOnRead => ["left-shrinks"],
    NeverEnds => ["life-ends", "life-over-swap-absent", "life-over-swap-seen", "life-shorter", "life-by-swap"],
    CountsWholeSeconds => ["life-lasts"],
    EndsAllTogether => ["life-is-its-own"],
    TheDeadBlockSwaps => ["life-over-swap-absent"],
    TheDeadHaveVersions => ["life-over-swap-seen"],
    PutKeepsTheOldLife => ["left", "life-longer", "life-shorter"],
    PutKeepsTheLongerLife => ["life-shorter"],
    SwapKeepsTheOldLife => ["life-by-swap"],
    ZeroIsForever => ["life-of-nothing", "life-of-nothing-by-swap"],
    ZeroSwapKeeps => ["life-of-nothing-by-swap"],
    SwapOfAbsentNeverActs => ["life-over-swap-absent", "life-of-nothing-by-swap", "swap-absent", "race-absent", "race-counts"],
    SwapOfAbsentOverwrites => ["swap-absent-there", "race-absent", "race-counts"],
    SwapOfSeenNeverActs => ["life-by-swap", "life-of-nothing-by-swap", "swap-seen", "swap-removes-changed", "swap-chain", "version-kept", "race-seen", "race-counts"],
    SwapIgnoresTheVersion => ["swap-seen-changed", "swap-chain", "version-same-bytes", "version-after-remove", "race-seen", "race-counts"],
    SwapRevives => ["life-over-swap-seen", "swap-seen-gone", "race-removes"],
    SwapRemovesInVain => ["swap-removes", "race-removes"],
    SwapRemovesWhatever => ["swap-removes-changed"],
    SwapOfNothingIsTrue => ["swap-nothing"],
    SwapKeepsTheVersion => ["swap-chain", "race-seen", "race-counts"],
    VersionPerRead => ["version-kept", "race-seen"],
    VersionIsTheBytes => ["version-same-bytes", "version-after-remove"],
    VersionBeginsAnew => ["version-after-remove"],
    SwapsInTwoSteps => ["race-absent", "race-seen", "race-counts"],
    SwapsOfAbsentInTwoSteps => ["race-absent", "race-counts"],
    RemovesInTwoSteps => ["race-removes"],
    DropsLeaveItLocked => ["dropped"],
    WritesInTwoSteps => ["dropped"],
}
