//! The ports that pages look for: one is enough, and another agent on it, of another user, is as much in the way as any
//! program.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

use super::{Finding, Level, RunningAgent};
use crate::client::health;
use crate::phrase;

/// Who has each of `ports`, and the running agent's own; `of_service` are those on which the service manager listens for it.
pub(super) async fn look(ports: &[u16], agent: Option<&RunningAgent>, of_service: &[u16]) -> Vec<Finding> {
    let own = agent.and_then(|agent| agent.port);
    let mut findings = Vec::new();
    let all = ports.iter().copied().chain(own.filter(|own| !ports.contains(own)));
    for port in all.filter(|port| *port != 0) {
        // As text: numbers would be grouped in thousands.
        let number = port.to_string();
        findings.push(match agent {
            // Asking itself would wait for itself.
            Some(agent) if own == Some(port) => {
                let version = agent.version.as_str();
                Finding::ok("port_own", phrase!("doctor-port-agent", port = number, version = version))
            }
            // Its agent has not answered: why is for the service to say.
            _ if of_service.contains(&port) => {
                Finding::warning("port_service", phrase!("doctor-port-service", port = number))
                    .with_remedy(phrase!("doctor-port-service-remedy"))
            }
            _ => match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                Ok(_) => Finding::ok("port_free", phrase!("doctor-port", port = number)),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => taken(port).await,
                Err(error) => {
                    let text = phrase!("doctor-port-refused", port = number);
                    Finding::error("port_refused", text, phrase!("doctor-port-refused-remedy")).because_of(&error)
                }
            },
        });
    }
    // A running agent has what it needs, and the second port is there for when the first is taken.
    let enough = own.is_some() || findings.iter().any(|finding| finding.check == "port_free");
    for finding in findings.iter_mut().filter(|finding| enough && finding.level == Level::Error) {
        finding.level = Level::Warning;
    }
    findings
}

async fn taken(port: u16) -> Finding {
    let number = port.to_string();
    let remedy = phrase!("doctor-port-other-remedy");
    match health(port).await {
        Some(version) => {
            let text = phrase!("doctor-port-agent", port = number, version = version);
            Finding::error("port_agent", text, remedy)
        }
        None => Finding::error("port_other", phrase!("doctor-port-other", port = number), remedy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_services_own_port_is_nobody_elses() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let found = look(&[port], None, &[port]).await;
        assert_eq!(found.iter().map(|finding| finding.check).collect::<Vec<_>>(), ["port_service"]);
        let agent = RunningAgent { version: "0.1.0".into(), is_simulator: false, port: Some(port) };
        let found = look(&[port], Some(&agent), &[port]).await;
        assert_eq!(found.iter().map(|finding| finding.check).collect::<Vec<_>>(), ["port_own"]);
    }
}
