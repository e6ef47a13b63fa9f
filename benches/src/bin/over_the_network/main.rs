//! What a call costs through this SDK, over loopback, beside the same call made by hand and through the crates oauth2 and
//! workos. One process, the clients in turns, medians of many rounds; the first client is listed twice to show the noise.
//!
//! Arguments: how many calls at a time; 1, 16, 64 and 512 unless given. Or `one-core`: client and server as two processes.

mod clients;
mod load;
mod one_core;
mod server;

use clients::{Kind, Operation};
use kinde_benches::{core, median, pin};
use load::{Load, Round};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["one-core"] => one_core::compare(),
        ["serve"] => one_core::serve(),
        ["call", kind, address, calls] => one_core::call(kind, address, calls),
        ref numbers => in_turns(numbers.iter().map(|number| number.parse().unwrap()).collect()),
    }
}

/// All clients in one process, so many calls at a time.
fn in_turns(mut numbers: Vec<usize>) {
    // With one call at a time, client and server on one core: on two, a call takes 25 us or 130, as the scheduler
    // likes. With many, each has its own.
    pin(core(0));
    let (same, other) = (server::start(core(0)), server::start(core(1)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    if numbers.is_empty() {
        numbers = vec![1, 16, 64, 512];
    }
    for operation in [Operation::Introspection, Operation::Profile] {
        let measured: Vec<Measured> = numbers
            .iter()
            .map(|&in_flight| {
                let load = Load { rounds: 25, calls: (in_flight * 8).max(2_048), in_flight };
                let address = if in_flight == 1 { same } else { other };
                runtime.block_on(load.run(operation, address))
            })
            .collect();
        let columns = numbers.iter().map(|number| format!(" {number} in flight |")).collect::<String>();
        for (what, of) in MEASURES {
            println!("\n{}: {what}, us (beside the first)\n", operation.name());
            println!("| client |{columns}\n|---|{}", "---|".repeat(numbers.len()));
            for kind in operation.clients() {
                let cells = measured.iter().map(|all| {
                    let mine = rounds(all, kind);
                    format!(" {:.1} ({:.3}) |", middle(mine, of) * 1e6, ratio(mine, &all[0].1, of))
                });
                println!("| {} |{}", kind.name(), cells.collect::<String>());
            }
        }
        println!("\n{}: ours beside their peers, time and client CPU\n", operation.name());
        println!("| client | of |{columns}\n|---|---|{}", "---|".repeat(numbers.len()));
        for (ours, peer) in PEERS {
            if !operation.clients().contains(&peer) {
                continue;
            }
            let cells = measured.iter().map(|all| {
                let (ours, peer) = (rounds(all, ours), rounds(all, peer));
                let [(_, wall), (_, cpu), _] = MEASURES;
                format!(" {:.3}, {:.3} |", ratio(ours, peer, wall), ratio(ours, peer, cpu))
            });
            println!("| {} | {} |{}", ours.name(), peer.name(), cells.collect::<String>());
        }
    }
}

/// Each client's rounds at one number of calls in flight.
type Measured = Vec<(Kind, Vec<Round>)>;

/// What is read from a round.
type Of = fn(&Round) -> f64;

const MEASURES: [(&str, Of); 3] = [
    ("time of a call", |round| round.wall),
    ("the client's CPU time of a call", |round| round.cpu),
    ("the slowest hundredth takes at least", |round| round.p99),
];

const PEERS: [(Kind, Kind); 6] = [
    (Kind::KindeHyper, Kind::HyperByHand),
    (Kind::KindeReqwest, Kind::ReqwestByHand),
    (Kind::KindeHyper, Kind::OAuth2),
    (Kind::KindeHyper, Kind::WorkOs),
    (Kind::KindeReqwest, Kind::OAuth2),
    (Kind::KindeReqwest, Kind::WorkOs),
];

fn rounds(all: &Measured, wanted: Kind) -> &[Round] {
    all.iter().find(|(kind, _)| *kind == wanted).map_or(&[], |(_, rounds)| rounds)
}

fn middle(rounds: &[Round], of: Of) -> f64 {
    median(rounds.iter().map(of))
}

/// The median of the ratios of rounds that followed one another.
fn ratio(ours: &[Round], theirs: &[Round], of: Of) -> f64 {
    median(ours.iter().zip(theirs).map(|(ours, theirs)| of(ours) / of(theirs)))
}
