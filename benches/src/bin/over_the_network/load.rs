//! Rounds of calls, the clients in turns.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use kinde_benches::cpu_of_this_thread;
use tokio::task::LocalSet;

use crate::clients::{Client, Kind, Operation};

/// What one round of one client took.
pub struct Round {
    /// Seconds a call, on average.
    pub wall: f64,
    pub cpu: f64,
    /// What the slowest hundredth of the calls took at least.
    pub p99: f64,
}

pub struct Load {
    pub rounds: usize,
    pub calls: usize,
    pub in_flight: usize,
}

impl Load {
    /// Each client's rounds. All clients are at work for a moment before the next moment is anyone's again, so
    /// that a busy machine is busy for all.
    pub async fn run(&self, operation: Operation, address: SocketAddr) -> Vec<(Kind, Vec<Round>)> {
        let mut all: Vec<_> = operation.clients().map(|kind| (kind, Vec::new())).into();
        for _ in 0..self.rounds {
            for (kind, rounds) in &mut all {
                // Anew each time: the connections of all of them would be more than a process may have open.
                let client = Client::new(*kind, operation, address);
                self.calls(&client, self.in_flight * 3).await;
                rounds.push(self.round(&client).await);
            }
        }
        all
    }

    async fn round(&self, client: &Client) -> Round {
        let (started, cpu) = (Instant::now(), cpu_of_this_thread());
        let latencies = self.calls(client, self.calls).await;
        let (wall, cpu) = (started.elapsed(), cpu_of_this_thread() - cpu);
        let a_call = |all: Duration| all.as_secs_f64() / latencies.len() as f64;
        let (wall, cpu) = (a_call(wall), a_call(cpu));
        let p99 = kinde_benches::quantile(latencies.iter().map(Duration::as_secs_f64), 0.99);
        Round { wall, cpu, p99 }
    }

    /// Makes `calls` calls, so many at a time, and says how long each took.
    async fn calls(&self, client: &Client, calls: usize) -> Vec<Duration> {
        let local = LocalSet::new();
        let workers: Vec<_> = (0..self.in_flight)
            .map(|_| {
                let (client, calls) = (client.clone(), calls / self.in_flight);
                local.spawn_local(async move {
                    let mut latencies = Vec::with_capacity(calls);
                    for _ in 0..calls {
                        let started = Instant::now();
                        client.call().await;
                        latencies.push(started.elapsed());
                    }
                    latencies
                })
            })
            .collect();
        local.await;
        let mut latencies = Vec::with_capacity(calls);
        for worker in workers {
            latencies.extend(worker.await.unwrap());
        }
        latencies
    }
}
