//! The table of all TCP sockets, `/proc/net/tcp` and `tcp6` (`proc_pid_net(5)`): slower, but readable where netlink is
//! refused.

use procfs::net::{TcpNetEntry, TcpState};

use super::row::{Ends, Row};

/// The row of these addresses, if there is one. A socket that talks IPv4 may stand in either table.
pub(super) fn row(wanted: &Ends) -> Result<Option<Row>, String> {
    if let Some(row) = find(&procfs::net::tcp().map_err(|error| error.to_string())?, wanted) {
        return Ok(Some(row));
    }
    match procfs::net::tcp6() {
        Ok(entries) => Ok(find(&entries, wanted)),
        Err(procfs::ProcError::NotFound(_)) => Ok(None), // a kernel without IPv6
        Err(error) => Err(error.to_string()),
    }
}

fn find(entries: &[TcpNetEntry], wanted: &Ends) -> Option<Row> {
    entries.iter().map(row_of).find(|row| row.ends == *wanted)
}

fn row_of(entry: &TcpNetEntry) -> Row {
    Row {
        ends: Ends::new(entry.local_address, entry.remote_address),
        connected: matches!(
            entry.state,
            TcpState::Established
                | TcpState::FinWait1
                | TcpState::FinWait2
                | TcpState::CloseWait
                | TcpState::LastAck
                | TcpState::Closing
        ),
        uid: entry.uid,
        inode: entry.inode,
    }
}
