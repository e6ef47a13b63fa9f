//! Several at once, and calls that are given up.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use bytes::Bytes;
use kinde_core::keep::StoreKey;

use super::probe::{Entry, Found, MINUTE, Probe, all, ensure, entry};

pub(super) const CASES: &[Entry] = &[
    entry("race-absent", "Of several swaps of what is absent, one acts: its value is there.", |probe| {
        Box::pin(absent(probe))
    }),
    entry("race-seen", "Of several swaps of the same version, one acts: its value is there.", |probe| {
        Box::pin(seen(probe))
    }),
    entry("race-removes", "Of several swaps to nothing, one acts.", |probe| Box::pin(removes(probe))),
    entry("race-counts", "Counting up by swaps loses nothing, however many count.", |probe| {
        Box::pin(counts(probe))
    }),
    entry("dropped", "A call that is dropped leaves the store usable, and its entry whole.", |probe| {
        Box::pin(dropped(probe))
    }),
];

const CALLERS: usize = 16;

type Racing<'a, T> = Vec<Pin<Box<dyn Future<Output = T> + Send + 'a>>>;

/// Who of the callers acted: one, or it is wrong.
fn winner(acted: Vec<Result<bool, String>>) -> Result<usize, String> {
    let acted = acted.into_iter().collect::<Result<Vec<_>, _>>()?;
    let winners: Vec<_> =
        acted.iter().enumerate().filter_map(|(caller, acted)| acted.then_some(caller)).collect();
    match winners[..] {
        [winner] => Ok(winner),
        _ => Err(format!("{} of {CALLERS} swaps at once acted", winners.len())),
    }
}

async fn absent(probe: &Probe<'_>) -> Found {
    let key = &probe.key("value")?;
    let racing: Racing<'_, _> =
        (0..CALLERS).map(|caller| Box::pin(swap_to(probe, key, None, caller)) as _).collect();
    let winner = winner(all(racing).await)?;
    probe.expect(key, winner.to_string().as_bytes(), "after the race").await.map(drop)
}

async fn seen(probe: &Probe<'_>) -> Found {
    let key = &probe.key("value")?;
    probe.put(key, b"old", MINUTE).await?;
    let old = probe.expect(key, b"old", "after the put").await?;
    let version = &old.version;
    let racing: Racing<'_, _> =
        (0..CALLERS).map(|caller| Box::pin(swap_to(probe, key, Some(version), caller)) as _).collect();
    let winner = winner(all(racing).await)?;
    probe.expect(key, winner.to_string().as_bytes(), "after the race").await.map(drop)
}

async fn swap_to(
    probe: &Probe<'_>,
    key: &StoreKey,
    seen: Option<&kinde_core::keep::Version>,
    caller: usize,
) -> Result<bool, String> {
    probe.swap(key, seen, Some((caller.to_string().as_bytes(), MINUTE))).await
}

async fn removes(probe: &Probe<'_>) -> Found {
    let key = &probe.key("value")?;
    probe.put(key, b"old", MINUTE).await?;
    let old = probe.expect(key, b"old", "after the put").await?;
    let version = &old.version;
    let racing: Racing<'_, _> =
        (0..CALLERS).map(|_| Box::pin(probe.swap(key, Some(version), None)) as _).collect();
    winner(all(racing).await)?;
    probe.expect_absent(key, "after the race").await
}

async fn counts(probe: &Probe<'_>) -> Found {
    let key = &probe.key("value")?;
    let racing: Racing<'_, _> = (0..8).map(|_| Box::pin(count_up(probe, key)) as _).collect();
    all(racing).await.into_iter().collect::<Found>()?;
    probe.expect(key, b"24", "after eight have counted to three each").await.map(drop)
}

async fn count_up(probe: &Probe<'_>, key: &StoreKey) -> Found {
    for _ in 0..3 {
        loop {
            let there = probe.get(key).await?;
            let count = there.as_ref().map_or("0", |entry| std::str::from_utf8(&entry.bytes).unwrap_or("0"));
            let next = count.parse::<u32>().map_err(|_| "something else than a count is there")? + 1;
            let seen = there.as_ref().map(|entry| &entry.version);
            if probe.swap(key, seen, Some((next.to_string().as_bytes(), MINUTE))).await? {
                break;
            }
        }
    }
    Ok(())
}

async fn dropped(probe: &Probe<'_>) -> Found {
    let key = &probe.key("value")?;
    probe.put(key, b"old", MINUTE).await?;
    let old = probe.expect(key, b"old", "after the put").await?;
    let store = probe.store();
    let new = || Bytes::from_static(b"new");
    poll_once(store.get(key)).await;
    poll_once(store.put(key, new(), MINUTE)).await;
    poll_once(store.swap(key, Some(&old.version), Some((new(), MINUTE)))).await;
    let there = probe.get(key).await?.map(|entry| entry.bytes);
    let whole = there.is_some_and(|bytes| bytes == "old" || bytes == "new");
    ensure(whole, "after calls were dropped, neither the old nor the new value is there")?;
    poll_once(store.remove(key)).await;
    probe.put(key, b"last", MINUTE).await?;
    probe.expect(key, b"last", "after calls were dropped").await.map(drop)
}

/// Polls once, and drops it.
async fn poll_once<T>(mut call: Pin<Box<dyn Future<Output = T> + Send + '_>>) {
    poll_fn(|cx| {
        drop(call.as_mut().poll(cx));
        Poll::Ready(())
    })
    .await;
}
