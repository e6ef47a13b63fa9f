//! Values come back as they were, each under its own key.

use super::probe::{Entry, Found, MINUTE, Probe, entry};

pub(super) const CASES: &[Entry] = &[
    entry("absent", "Where nothing was written, nothing is there.", |probe| Box::pin(absent(probe))),
    entry("value", "What was put is there when `put` has returned.", |probe| {
        Box::pin(comes_back(probe, b"a value".to_vec()))
    }),
    entry("value-any-bytes", "A value is any bytes, also those that are not text.", |probe| {
        Box::pin(comes_back(probe, (0..=255).rev().collect()))
    }),
    entry("value-empty", "A value of no bytes is a value.", |probe| Box::pin(comes_back(probe, Vec::new()))),
    entry("value-long", "A value of 64 KiB comes back whole.", |probe| {
        Box::pin(comes_back(probe, b"0123456789abcdef".repeat(4 * 1024)))
    }),
    entry("put-over", "A `put` replaces what was there.", |probe| Box::pin(put_over(probe))),
    entry("keys", "Keys that differ only in their digest are different keys.", |probe| Box::pin(keys(probe))),
    entry("keys-of-tenants", "Keys that differ only in their tenant are different keys.", |probe| {
        Box::pin(tenants(probe))
    }),
    entry("keys-many", "Sixty-four entries are there at once.", |probe| Box::pin(many(probe))),
    entry("remove", "What was removed is absent.", |probe| Box::pin(remove(probe))),
    entry("remove-absent", "Removing what isn't there is a success.", |probe| Box::pin(remove_absent(probe))),
    entry("remove-one", "Removing one entry leaves the others.", |probe| Box::pin(remove_one(probe))),
];

async fn absent(probe: &Probe<'_>) -> Found {
    probe.expect_absent(&probe.key("never")?, "where nothing was written").await
}

async fn comes_back(probe: &Probe<'_>, bytes: Vec<u8>) -> Found {
    let key = probe.key("value")?;
    probe.put(&key, &bytes, MINUTE).await?;
    probe.expect(&key, &bytes, "after the put").await.map(drop)
}

async fn put_over(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    probe.put(&key, b"first", MINUTE).await?;
    probe.put(&key, b"second", MINUTE).await?;
    probe.expect(&key, b"second", "after the second put").await.map(drop)
}

async fn keys(probe: &Probe<'_>) -> Found {
    let (one, other) = (probe.key("one")?, probe.key("other")?);
    probe.put(&one, b"one", MINUTE).await?;
    probe.expect_absent(&other, "under another key").await?;
    probe.put(&other, b"other", MINUTE).await?;
    probe.expect(&one, b"one", "after a put under another key").await.map(drop)
}

async fn tenants(probe: &Probe<'_>) -> Found {
    let (one, other) = (probe.key_of("one.example", "same")?, probe.key_of("other.example", "same")?);
    probe.put(&one, b"one", MINUTE).await?;
    probe.expect_absent(&other, "at another tenant").await
}

async fn many(probe: &Probe<'_>) -> Found {
    let keys = (0..64).map(|number| probe.key(&number.to_string())).collect::<Result<Vec<_>, _>>()?;
    for (number, key) in keys.iter().enumerate() {
        probe.put(key, number.to_string().as_bytes(), MINUTE).await?;
    }
    for (number, key) in keys.iter().enumerate() {
        probe.expect(key, number.to_string().as_bytes(), "after sixty-four puts").await?;
    }
    Ok(())
}

async fn remove(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    probe.put(&key, b"a value", MINUTE).await?;
    probe.remove(&key).await?;
    probe.expect_absent(&key, "after it was removed").await
}

async fn remove_absent(probe: &Probe<'_>) -> Found {
    let key = probe.key("value")?;
    probe.remove(&key).await?;
    probe.put(&key, b"a value", MINUTE).await?;
    probe.remove(&key).await?;
    probe.remove(&key).await
}

async fn remove_one(probe: &Probe<'_>) -> Found {
    let (one, other) = (probe.key("one")?, probe.key("other")?);
    probe.put(&one, b"one", MINUTE).await?;
    probe.put(&other, b"other", MINUTE).await?;
    probe.remove(&one).await?;
    probe.expect(&other, b"other", "after another entry was removed").await.map(drop)
}
