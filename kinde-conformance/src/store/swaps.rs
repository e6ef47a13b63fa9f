//! `swap` acts only on what was seen, and every write is another version.

use kinde_core::keep::{Entry as Kept, StoreKey};

use super::probe::{Entry, Found, MINUTE, Probe, ensure, entry};

pub(super) const CASES: &[Entry] = &[
    entry("swap-absent", "A `swap` of what is absent writes, where nothing is.", |probe| {
        Box::pin(absent(probe))
    }),
    entry("swap-absent-there", "A `swap` of what is absent leaves what is there.", |probe| {
        Box::pin(absent_there(probe))
    }),
    entry("swap-seen", "A `swap` of what was seen writes, if it is still there.", |probe| {
        Box::pin(seen(probe))
    }),
    entry("swap-seen-changed", "A `swap` of what was seen leaves what was written since.", |probe| {
        Box::pin(seen_changed(probe))
    }),
    entry("swap-seen-gone", "A `swap` of what was seen does not write where nothing is any more.", |probe| {
        Box::pin(seen_gone(probe))
    }),
    entry("swap-removes", "A `swap` without a new value removes what was seen.", |probe| {
        Box::pin(removes(probe))
    }),
    entry("swap-removes-changed", "A `swap` without a new value leaves what was written since.", |probe| {
        Box::pin(removes_changed(probe))
    }),
    entry(
        "swap-nothing",
        "A `swap` of what is absent, without a new value, says whether it is absent.",
        |probe| Box::pin(nothing(probe)),
    ),
    entry("swap-chain", "A `swap` makes a version, as a `put` does.", |probe| Box::pin(chain(probe))),
    entry("version-kept", "Reading an entry does not change its version.", |probe| Box::pin(kept(probe))),
    entry("version-same-bytes", "Writing the same bytes again makes another version.", |probe| {
        Box::pin(same_bytes(probe))
    }),
    entry(
        "version-after-remove",
        "What is written after a removal is another version, the same bytes too.",
        |probe| Box::pin(after_remove(probe)),
    ),
];

/// An entry, as it was just written.
async fn written(probe: &Probe<'_>, key: &StoreKey, bytes: &[u8]) -> Result<Kept, String> {
    probe.put(key, bytes, MINUTE).await?;
    probe.expect(key, bytes, "after the put").await
}

async fn absent(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    let acted = probe.swap(&key, None, Some((b"new", MINUTE))).await?;
    ensure(acted, "a swap of what is absent did not act")?;
    probe.expect(&key, b"new", "after the swap").await.map(drop)
}

async fn absent_there(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    written(probe, &key, b"there").await?;
    let acted = probe.swap(&key, None, Some((b"new", MINUTE))).await?;
    ensure(!acted, "a swap of what is absent acted, although an entry is there")?;
    probe.expect(&key, b"there", "after the swap").await.map(drop)
}

async fn seen(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    let old = written(probe, &key, b"old").await?;
    let acted = probe.swap(&key, Some(&old.version), Some((b"new", MINUTE))).await?;
    ensure(acted, "a swap of what was just seen did not act")?;
    probe.expect(&key, b"new", "after the swap").await.map(drop)
}

async fn seen_changed(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    let old = written(probe, &key, b"old").await?;
    written(probe, &key, b"changed").await?;
    let acted = probe.swap(&key, Some(&old.version), Some((b"new", MINUTE))).await?;
    ensure(!acted, "a swap of what was seen acted, although it was written since")?;
    probe.expect(&key, b"changed", "after the swap").await.map(drop)
}

async fn seen_gone(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    let old = written(probe, &key, b"old").await?;
    probe.remove(&key).await?;
    let acted = probe.swap(&key, Some(&old.version), Some((b"new", MINUTE))).await?;
    ensure(!acted, "a swap of what was seen acted, although it was removed since")?;
    probe.expect_absent(&key, "after the swap").await
}

async fn removes(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    let old = written(probe, &key, b"old").await?;
    let acted = probe.swap(&key, Some(&old.version), None).await?;
    ensure(acted, "a swap of what was just seen, to nothing, did not act")?;
    probe.expect_absent(&key, "after the swap").await
}

async fn removes_changed(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    let old = written(probe, &key, b"old").await?;
    written(probe, &key, b"changed").await?;
    let acted = probe.swap(&key, Some(&old.version), None).await?;
    ensure(!acted, "a swap of what was seen, to nothing, acted, although it was written since")?;
    probe.expect(&key, b"changed", "after the swap").await.map(drop)
}

async fn nothing(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    let acted = probe.swap(&key, None, None).await?;
    ensure(acted, "a swap of what is absent, to nothing, did not act")?;
    written(probe, &key, b"there").await?;
    let acted = probe.swap(&key, None, None).await?;
    ensure(!acted, "a swap of what is absent, to nothing, acted, although an entry is there")?;
    probe.expect(&key, b"there", "after the swap").await.map(drop)
}

async fn chain(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    let first = written(probe, &key, b"first").await?;
    probe.swap(&key, Some(&first.version), Some((b"second", MINUTE))).await?;
    let second = probe.expect(&key, b"second", "after the swap").await?;
    let acted = probe.swap(&key, Some(&first.version), Some((b"third", MINUTE))).await?;
    ensure(!acted, "a swap acted on a version that a swap had replaced")?;
    let acted = probe.swap(&key, Some(&second.version), Some((b"third", MINUTE))).await?;
    ensure(acted, "a swap did not act on the version that a swap had made")?;
    probe.expect(&key, b"third", "after the last swap").await.map(drop)
}

async fn kept(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    let first = written(probe, &key, b"old").await?;
    probe.expect(&key, b"old", "read again").await?;
    let acted = probe.swap(&key, Some(&first.version), Some((b"new", MINUTE))).await?;
    ensure(
        acted,
        "the version that was read first is not that of the entry any more, after it was read again",
    )
}

async fn same_bytes(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    let first = written(probe, &key, b"the same").await?;
    written(probe, &key, b"the same").await?;
    let acted = probe.swap(&key, Some(&first.version), Some((b"new", MINUTE))).await?;
    ensure(!acted, "a swap of what was seen acted, although the same bytes were written since")
}

async fn after_remove(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    let first = written(probe, &key, b"the same").await?;
    probe.remove(&key).await?;
    written(probe, &key, b"the same").await?;
    let acted = probe.swap(&key, Some(&first.version), Some((b"new", MINUTE))).await?;
    ensure(!acted, "a swap of what was seen acted, although it was removed and written since")
}
