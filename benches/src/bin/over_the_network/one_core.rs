//! One call at a time, client and server two processes on one processor: each run is a process of its own, so that no run
//! inherits what another has allocated. Three runs of each client, in turns.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Instant;

use kinde_benches::{core, cpu_of_this_thread, median, pin};

use crate::clients::{Client, Kind, Operation};
use crate::server;

const RUNS: usize = 3;
const CALLS: usize = 40_000;

/// The clients, each after the one that it is compared with.
const CLIENTS: [Kind; 5] =
    [Kind::HyperByHand, Kind::KindeHyper, Kind::ReqwestByHand, Kind::KindeReqwest, Kind::HyperAgain];

/// Starts the server and each client, and prints the table.
pub fn compare() {
    let mut server =
        this_program().arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let address = first_line(server.stdout.take().unwrap());
    let mut measured: Vec<(Kind, Vec<(f64, f64)>)> = CLIENTS.map(|kind| (kind, Vec::new())).into();
    for _ in 0..RUNS {
        for (kind, runs) in &mut measured {
            let calls = CALLS.to_string();
            let run = this_program().args(["call", kind.name(), &address, &calls]).output().unwrap();
            let line = String::from_utf8(run.stdout).unwrap();
            let (wall, cpu) = line.trim().split_once(' ').unwrap();
            runs.push((wall.parse().unwrap(), cpu.parse().unwrap()));
        }
    }
    server.kill().unwrap();
    server.wait().unwrap();
    let middle = |kind: Kind| {
        let (_, runs) = measured.iter().find(|(one, _)| *one == kind).unwrap();
        (median(runs.iter().map(|(wall, _)| *wall)), median(runs.iter().map(|(_, cpu)| *cpu)))
    };
    println!(
        "| client | a call, us | client CPU, us | beside the one by hand: time, CPU |\n|---|---|---|---|"
    );
    for kind in CLIENTS {
        let (wall, cpu) = middle(kind);
        let (by_hand, cpu_by_hand) = match kind {
            Kind::ReqwestByHand | Kind::KindeReqwest => middle(Kind::ReqwestByHand),
            _ => middle(Kind::HyperByHand),
        };
        let (time, processor) = (wall / by_hand, cpu / cpu_by_hand);
        println!("| {} | {wall:.2} | {cpu:.2} | {time:.3}, {processor:.3} |", kind.name());
    }
}

/// The server's process: prints its address and ends with its standard input.
pub fn serve() {
    println!("{}", server::start(core(0)));
    let _ = std::io::stdin().lines().next();
}

/// A client's process: prints microseconds of time and of processor time of a call.
pub fn call(name: &str, address: &str, calls: &str) {
    pin(core(0));
    let kind = CLIENTS.into_iter().find(|kind| kind.name() == name).unwrap();
    let (address, calls): (SocketAddr, usize) = (address.parse().unwrap(), calls.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = Client::new(kind, Operation::Introspection, address);
        for _ in 0..calls / 20 {
            client.call().await;
        }
        let (started, cpu) = (Instant::now(), cpu_of_this_thread());
        for _ in 0..calls {
            client.call().await;
        }
        let (wall, cpu) = (started.elapsed(), cpu_of_this_thread() - cpu);
        let a_call = |all: std::time::Duration| all.as_secs_f64() * 1e6 / calls as f64;
        println!("{} {}", a_call(wall), a_call(cpu));
    });
}

fn this_program() -> Command {
    Command::new(std::env::current_exe().unwrap())
}

fn first_line(output: impl std::io::Read) -> String {
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).unwrap();
    line.trim().to_owned()
}
