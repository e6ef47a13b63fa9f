//! An entry lives as long as it was told to, by the store's own clock.

use std::time::{Duration, Instant};

use kinde_core::keep::StoreKey;

use super::probe::{Entry, Found, MINUTE, Probe, ensure, entry, pause};

/// A life that is waited out.
const SHORT: Duration = Duration::from_millis(300);
/// For stores that count in something coarser than we do. It is on the store's side.
const GRACE: Duration = Duration::from_millis(50);

pub(super) const CASES: &[Entry] = &[
    entry("left", "`left` is more than nothing, and at most the life that was given.", |probe| {
        Box::pin(left(probe))
    }),
    entry("left-shrinks", "Reading an entry does not make its life longer.", |probe| {
        Box::pin(shrinks(probe))
    }),
    entry("life-ends", "An entry is absent when its life is over.", |probe| Box::pin(ends(probe))),
    entry(
        "life-lasts",
        "An entry is there as long as its life lasts, parts of a second included.",
        |probe| Box::pin(lasts(probe)),
    ),
    entry("life-is-its-own", "The end of one entry leaves those that live longer.", |probe| {
        Box::pin(own(probe))
    }),
    entry("life-over-swap-absent", "An entry whose life is over is absent to `swap`, too.", |probe| {
        Box::pin(over_is_absent(probe))
    }),
    entry(
        "life-over-swap-seen",
        "The version of an entry whose life is over is the version of nothing.",
        |probe| Box::pin(over_has_no_version(probe)),
    ),
    entry("life-longer", "A write gives an entry a new life, a longer one too.", |probe| {
        Box::pin(longer(probe))
    }),
    entry("life-shorter", "A write gives an entry a new life, a shorter one too.", |probe| {
        Box::pin(shorter(probe))
    }),
    entry("life-by-swap", "A `swap` gives an entry a new life, as a `put` does.", |probe| {
        Box::pin(by_swap(probe))
    }),
    entry("life-of-nothing", "A life of zero keeps nothing, and nothing of what was there.", |probe| {
        Box::pin(nothing(probe))
    }),
    entry("life-of-nothing-by-swap", "A `swap` to a life of zero acts, and keeps nothing.", |probe| {
        Box::pin(nothing_by_swap(probe))
    }),
];

async fn left(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    for life in [MINUTE / 2, MINUTE] {
        let given = Instant::now();
        probe.put(&key, b"a value", life).await?;
        let left = probe.expect(&key, b"a value", "after the put").await?.left;
        ensure(!left.is_zero(), "`left` is zero for an entry that is there")?;
        if left > life {
            return Err(format!("`left` is {left:?} for a life of {life:?}"));
        }
        let passed = given.elapsed();
        if left + passed + GRACE < life {
            return Err(format!("`left` is {left:?}, {passed:?} after a life of {life:?} was given"));
        }
    }
    Ok(())
}

async fn shrinks(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    probe.put(&key, b"a value", MINUTE).await?;
    let before = probe.expect(&key, b"a value", "after the put").await?.left;
    pause(SHORT).await?;
    probe.expect(&key, b"a value", "a while later").await?;
    let after = probe.expect(&key, b"a value", "once more").await?.left;
    match before.checked_sub(after) {
        Some(passed) if passed >= SHORT - GRACE => Ok(()),
        _ => Err(format!("after {SHORT:?}, `left` has gone from {before:?} to {after:?}")),
    }
}

/// Waits until a life that was given before is over.
async fn over(life: Duration) -> Found {
    pause(life + GRACE).await
}

async fn ends(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    probe.put(&key, b"a value", SHORT).await?;
    over(SHORT).await?;
    probe.expect_absent(&key, "after its life").await
}

async fn lasts(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    let (life, given) = (Duration::from_millis(900), Instant::now());
    probe.put(&key, b"a value", life).await?;
    loop {
        let there = probe.get(&key).await?.is_some();
        let passed = given.elapsed();
        // Counted from before it was given, so a machine that stood still is not the store's fault.
        if passed >= life - GRACE {
            return Ok(());
        }
        if !there {
            return Err(format!("an entry with a life of {life:?} is gone after {passed:?}"));
        }
        pause(GRACE).await?;
    }
}

async fn own(probe: &Probe<'_>) -> Found {
    let (short, long) = (probe.key("short")?, probe.key("long")?);
    probe.put(&long, b"long", MINUTE).await?;
    probe.put(&short, b"short", SHORT).await?;
    over(SHORT).await?;
    probe.expect(&long, b"long", "after another entry's life").await.map(drop)
}

async fn over_is_absent(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    probe.put(&key, b"old", SHORT).await?;
    over(SHORT).await?;
    let acted = probe.swap(&key, None, Some((b"new", MINUTE))).await?;
    ensure(acted, "after its life, a swap of what is absent did not act")?;
    probe.expect(&key, b"new", "after that swap").await.map(drop)
}

async fn over_has_no_version(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    probe.put(&key, b"old", SHORT).await?;
    // On a machine that stood still it may be over by now.
    let Some(old) = probe.get(&key).await? else { return Ok(()) };
    over(SHORT).await?;
    let acted = probe.swap(&key, Some(&old.version), Some((b"new", MINUTE))).await?;
    ensure(!acted, "after its life, a swap of what was seen before acted")?;
    probe.expect_absent(&key, "after that swap").await
}

async fn there_after(probe: &Probe<'_>, key: &StoreKey, life: Duration) -> Found {
    over(life).await?;
    probe.expect(key, b"new", "after the life that it had before").await.map(drop)
}

async fn longer(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    probe.put(&key, b"old", SHORT).await?;
    probe.put(&key, b"new", MINUTE).await?;
    there_after(probe, &key, SHORT).await
}

async fn shorter(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    probe.put(&key, b"old", MINUTE).await?;
    probe.put(&key, b"new", SHORT).await?;
    over(SHORT).await?;
    probe.expect_absent(&key, "after its second, shorter life").await
}

async fn by_swap(probe: &Probe<'_>) -> Found {
    let (longer, shorter) = (probe.key("longer")?, probe.key("shorter")?);
    let (life, given) = (SHORT * 3, Instant::now());
    probe.put(&longer, b"old", life).await?;
    if let Some(old) = probe.get(&longer).await? {
        let acted = probe.swap(&longer, Some(&old.version), Some((b"new", MINUTE))).await?;
        // On a machine that stood still it may have been over by then.
        if acted || given.elapsed() < life - GRACE {
            ensure(acted, "a swap of what was just seen did not act")?;
            there_after(probe, &longer, life).await?;
        }
    }
    probe.put(&shorter, b"old", MINUTE).await?;
    let old = probe.expect(&shorter, b"old", "after the put").await?;
    probe.swap(&shorter, Some(&old.version), Some((b"new", SHORT))).await?;
    over(SHORT).await?;
    probe.expect_absent(&shorter, "after the shorter life that a swap gave").await
}

async fn nothing(probe: &Probe<'_>) -> Found {
    let (fresh, used) = (probe.key("fresh")?, probe.key("used")?);
    probe.put(&fresh, b"a value", Duration::ZERO).await?;
    probe.expect_absent(&fresh, "after a put with a life of zero").await?;
    probe.put(&used, b"old", MINUTE).await?;
    probe.put(&used, b"new", Duration::ZERO).await?;
    probe.expect_absent(&used, "after a put with a life of zero over an entry").await
}

async fn nothing_by_swap(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    let acted = probe.swap(&key, None, Some((b"a value", Duration::ZERO))).await?;
    ensure(acted, "a swap of what is absent, to a life of zero, did not act")?;
    probe.expect_absent(&key, "after a swap to a life of zero").await?;
    probe.put(&key, b"old", MINUTE).await?;
    let old = probe.expect(&key, b"old", "after the put").await?;
    let acted = probe.swap(&key, Some(&old.version), Some((b"new", Duration::ZERO))).await?;
    ensure(acted, "a swap of what was seen, to a life of zero, did not act")?;
    probe.expect_absent(&key, "after a swap of what was seen to a life of zero").await
}
