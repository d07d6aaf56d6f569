//! A service that is started when it is asked for and ends when nobody asks: the agent does not poll for it.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{RECOVERY, report};
use crate::support::child::wait_for;
use crate::support::http::Request;
use crate::support::parts::{Part, require};
use crate::support::pcscd::Pcscd;
use crate::support::process::{Agent, Home};

/// How often the watch's thread of a process has slept so far.
fn sleeps_of_the_watch(process: u32) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let watch = tasks.flatten().map(|task| task.path()).find(|task| read(&task.join("comm")).trim() == "watch");
    let status = read(&watch.expect("a thread of that name").join("status"));
    let sleeps = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")).unwrap();
    sleeps.trim().parse().unwrap()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The service comes after the agent, by socket activation; it ends because it idles, and comes back.
#[test]
fn a_service_that_comes_later_idles_out_and_comes_back_is_not_polled_for() {
    if !require(&[Part::Pcscd]) {
        return;
    }
    let mut pcscd = Pcscd::absent();
    let agent = Agent::start(Home::new(), &[], |command| {
        pcscd.lead(command);
    });
    let ask = |path: &str| Request::get(path).send_to_socket(&agent.socket());
    let status = || ask("/v1/status").json();
    let begun = Instant::now();
    assert_eq!(status()["problem"], "pcsc_unavailable");
    let pins = ask("/v1/pins");
    assert_eq!((pins.status, pins.problem().as_str()), (503, "pcsc_unavailable"));
    assert!(begun.elapsed() < Duration::from_secs(2), "an absent service is not waited for");

    let quiet = |what: &str, most: u64| {
        let before = sleeps_of_the_watch(agent.id());
        std::thread::sleep(Duration::from_secs(3)); // what is tested is that nothing happens
        let woken = sleeps_of_the_watch(agent.id()) - before;
        report(&format!("PC/SC life: woken up {woken} times in 3 s {what}"));
        assert!(woken <= most, "woken up {woken} times {what}");
    };
    // The pauses after the last request add up: 20 ms, 40 ms and so on until 2560 ms; the next takes five seconds.
    std::thread::sleep(Duration::from_millis(5_500));
    quiet("without a service", 2);

    let back_after = |times: usize, pcscd: &mut Pcscd| {
        let begun = Instant::now();
        pcscd.activate_with(&["--auto-exit"]);
        wait_for(|| (agent.log().matches("the service behind the readers is there").count() == times).then_some(()));
        let took = begun.elapsed();
        report(&format!("PC/SC life: a socket-activated service was in use {} ms after its socket", took.as_millis()));
        assert!(took <= RECOVERY, "{took:?}");
        pcscd.connect();
        let card = pcscd.insert_software_card(0);
        wait_for(|| (status()["readers"][0]["card"] == "jpki").then_some(()));
        assert_eq!(ask("/v1/pins").status, 200);
        card
    };
    let card = back_after(1, &mut pcscd);
    quiet("with a service", 1);

    // The alarm is what pcscd's own clock sends it after a minute without clients.
    let process = Pid::from_raw(i32::try_from(pcscd.id()).unwrap()).unwrap();
    kill_process(process, Signal::ALARM).unwrap();
    // Not our end to judge: pcscd 1.9.9 crashes in it now and then, and hangs in it on a busy machine; more ways to be gone.
    let deadline = Instant::now() + Duration::from_secs(5);
    let ended = loop {
        match pcscd.ended() {
            Some(ended) => break format!("ended by itself ({ended})"),
            None if Instant::now() > deadline => {
                pcscd.kill();
                break "hung in its own end and was killed".to_owned();
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    report(&format!("PC/SC life: the idle service {ended}"));
    drop(card);
    wait_for(|| (status()["problem"] == "pcsc_unavailable").then_some(()));
    drop(back_after(2, &mut pcscd));
    assert!(!agent.log().contains("panicked"), "{}", agent.log());
}
