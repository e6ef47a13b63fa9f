//! What a call costs through this SDK, over loopback, beside the same call made by hand and through the crates oauth2 and
//! workos. One process, the clients in turns, medians of many rounds; the first client is listed twice to show the noise.
//!
//! Arguments: how many calls at a time; 1, 16, 64 and 512 unless given.

mod clients;
mod load;
mod server;

use clients::{Kind, Operation};
use kinde_benches::{core, median, pin};
use load::{Load, Round};

fn main() {
    // With one call at a time, client and server on one core: on two, a call takes 25 us or 130, as the scheduler
    // likes. With many, each has its own.
    pin(core(0));
    let (same, other) = (server::start(core(0)), server::start(core(1)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut numbers: Vec<usize> = std::env::args().skip(1).map(|number| number.parse().unwrap()).collect();
    if numbers.is_empty() {
        numbers = vec![1, 16, 64, 512];
    }
    for operation in [Operation::Introspection, Operation::Profile] {
        for &in_flight in &numbers {
            let load = Load { rounds: 25, calls: (in_flight * 8).max(2_048), in_flight };
            let address = if in_flight == 1 { same } else { other };
            let all = runtime.block_on(load.run(operation, address));
            println!(
                "\n{}, {in_flight} in flight, {} rounds of {} calls each\n",
                operation.name(),
                load.rounds,
                load.calls
            );
            print(&all);
        }
    }
}

/// Each client's row: beside the first one, and ours beside their peers.
fn print(all: &[(Kind, Vec<Round>)]) {
    println!("| client | us a call | ratio | client CPU, us | ratio | p99, us |");
    println!("|---|---|---|---|---|---|");
    let first = &all[0].1;
    for (kind, rounds) in all {
        println!(
            "| {} | {:.1} | {:.3} | {:.1} | {:.3} | {:.0} |",
            kind.name(),
            median(rounds.iter().map(|round| round.wall)) * 1e6,
            ratio(rounds, first, |round| round.wall),
            median(rounds.iter().map(|round| round.cpu)) * 1e6,
            ratio(rounds, first, |round| round.cpu),
            median(rounds.iter().map(|round| round.p99)) * 1e6,
        );
    }
    println!("\n| client | of | time | client CPU | p99 |");
    println!("|---|---|---|---|---|");
    let rounds = |wanted: Kind| all.iter().find(|(kind, _)| *kind == wanted).map(|(_, rounds)| rounds);
    for (ours, peer) in [
        (Kind::KindeHyper, Kind::HyperByHand),
        (Kind::KindeReqwest, Kind::ReqwestByHand),
        (Kind::KindeHyper, Kind::OAuth2),
        (Kind::KindeHyper, Kind::WorkOs),
        (Kind::KindeReqwest, Kind::OAuth2),
        (Kind::KindeReqwest, Kind::WorkOs),
    ] {
        if let (Some(a), Some(b)) = (rounds(ours), rounds(peer)) {
            println!(
                "| {} | {} | {:.3} | {:.3} | {:.3} |",
                ours.name(),
                peer.name(),
                ratio(a, b, |round| round.wall),
                ratio(a, b, |round| round.cpu),
                ratio(a, b, |round| round.p99),
            );
        }
    }
}

/// The median of the ratios of rounds that followed one another.
fn ratio(ours: &[Round], theirs: &[Round], of: fn(&Round) -> f64) -> f64 {
    median(ours.iter().zip(theirs).map(|(ours, theirs)| of(ours) / of(theirs)))
}
