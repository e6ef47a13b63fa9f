//! What a call costs through this SDK, beside the same call made by hand and through the crate oauth2: sequential, over
//! loopback. One process, the clients in turns, medians of many rounds; the first client is listed twice to show the noise.
//!
//! ```text
//! cargo run --release --manifest-path benches/Cargo.toml
//! ```

mod clients;
mod cpu;
mod server;

use std::time::{Duration, Instant};

use clients::Client;

const ROUNDS: usize = 25;
const CALLS: u32 = 1_000;

/// What one round of one client took, per call.
#[derive(Clone, Copy)]
struct Round {
    wall: Duration,
    cpu: Duration,
}

fn main() {
    // Client and server on one core: on two, a call takes 25 us or 130, as the scheduler likes.
    let core = core_affinity::get_core_ids().unwrap_or_default().into_iter().next();
    if let Some(core) = core {
        core_affinity::set_for_current(core);
    }
    let address = server::start(core);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let clients = clients::all(address);
    let rounds = runtime.block_on(rounds(&clients));

    println!("Introspection, sequential, {ROUNDS} rounds of {CALLS} calls each, one core. Medians.\n");
    println!("| client | us a call | ratio | client CPU, us | ratio |");
    println!("|---|---|---|---|---|");
    for (client, mine) in clients.iter().zip(&rounds) {
        println!(
            "| {} | {:.1} | {:.3} | {:.1} | {:.3} |",
            client.name(),
            median(mine.iter().map(wall)) * 1e6,
            ratio(mine, &rounds[0], wall),
            median(mine.iter().map(cpu)) * 1e6,
            ratio(mine, &rounds[0], cpu),
        );
    }

    println!("\n| client | of | ratio | client CPU, ratio |");
    println!("|---|---|---|---|");
    for (ours, peer) in [(1, 0), (1, 4), (3, 2), (3, 4)] {
        println!(
            "| {} | {} | {:.3} | {:.3} |",
            clients[ours].name(),
            clients[peer].name(),
            ratio(&rounds[ours], &rounds[peer], wall),
            ratio(&rounds[ours], &rounds[peer], cpu),
        );
    }
}

fn wall(round: &Round) -> f64 {
    round.wall.as_secs_f64()
}

fn cpu(round: &Round) -> f64 {
    round.cpu.as_secs_f64()
}

/// The median of the ratios of rounds that followed one another.
fn ratio(ours: &[Round], theirs: &[Round], of: fn(&Round) -> f64) -> f64 {
    median(ours.iter().zip(theirs).map(|(ours, theirs)| of(ours) / of(theirs)))
}

async fn rounds(clients: &[Client]) -> Vec<Vec<Round>> {
    let mut rounds = vec![Vec::new(); clients.len()];
    for round in 0..=ROUNDS {
        for (client, mine) in clients.iter().zip(&mut rounds) {
            let (started, cpu) = (Instant::now(), cpu::of_this_thread());
            for _ in 0..CALLS {
                client.introspect().await;
            }
            let (wall, cpu) = (started.elapsed() / CALLS, (cpu::of_this_thread() - cpu) / CALLS);
            // The first round makes the connections.
            if round > 0 {
                mine.push(Round { wall, cpu });
            }
        }
    }
    rounds
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
