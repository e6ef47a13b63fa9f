//! What the benches share: processors, processor time, memory, medians.

use std::time::Duration;

use core_affinity::CoreId;

/// A processor of this machine, counted from zero, as far as there are so many.
pub fn core(index: usize) -> Option<CoreId> {
    core_affinity::get_core_ids().unwrap_or_default().into_iter().nth(index)
}

/// Binds this thread, and those that it starts from now on.
pub fn pin(core: Option<CoreId>) {
    if let Some(core) = core {
        core_affinity::set_for_current(core);
    }
}

/// How long this thread has been on a processor. Zero where the system doesn't say: Linux does.
pub fn cpu_of_this_thread() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split_whitespace().next().and_then(|text| text.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

/// What this process holds, in KiB; zero where the system doesn't say.
pub fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// The value below which `share` of them lie, from 0 to 1.
pub fn quantile(values: impl IntoIterator<Item = f64>, share: f64) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share).round() as usize]
}

pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    quantile(values, 0.5)
}
