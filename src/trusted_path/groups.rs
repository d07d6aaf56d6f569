//! Groups whose writing is as good as the user's own, so that a file the group can write to is still relied on.
//!
//! **Linux**: the user's private group, as Debian, Ubuntu and Fedora give one to each user and let it write (umask 002). It
//! is one where the system's own lists say that nobody else is in it: it is the user's first group, has the user's name,
//! no other member, and is nobody else's first group. Users of a directory service stand in no such list, and have none;
//! what such a service adds to a local group is not seen. Root needs none.
//!
//! **macOS**: `admin` (80), which owns Homebrew's folders with the right to write. Its members are the administrators of
//! the computer, who may become root at any time (`sudo`), and root is relied on everywhere here.

use std::path::Path;

/// Is writing by this group at this file something that nobody but the user or an administrator could do?
#[cfg(target_os = "linux")]
pub(super) fn nobody_else_writes(path: &Path, gid: u32, user: u32) -> bool {
    let list = |path| std::fs::read_to_string(path).unwrap_or_default();
    user != 0 && is_private(&list("/etc/passwd"), &list("/etc/group"), gid, user) && !has_access_list(path)
}

#[cfg(target_os = "macos")]
pub(super) fn nobody_else_writes(_: &Path, gid: u32, _: u32) -> bool {
    const ADMIN: u32 = 80;
    gid == ADMIN
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn nobody_else_writes(_: &Path, _: u32, _: u32) -> bool {
    false
}

/// By the texts of `passwd(5)` and `group(5)`.
#[cfg(target_os = "linux")]
fn is_private(users: &str, groups: &str, gid: u32, user: u32) -> bool {
    fn rows(text: &str, column: usize, number: u32) -> Vec<Vec<&str>> {
        let rows = text.lines().map(|line| line.split(':').collect::<Vec<_>>());
        rows.filter(|row| row.get(column).and_then(|field| field.parse().ok()) == Some(number)).collect()
    }
    let (first_group_of, called) = (rows(users, 3, gid), rows(groups, 2, gid));
    let ([owner], [group]) = (&first_group_of[..], &called[..]) else { return false };
    let (name, members) = (owner.first(), group.get(3).copied().unwrap_or_default());
    let is_ours = owner.get(2).and_then(|id| id.parse().ok()) == Some(user);
    is_ours && group.first() == name && members.split(',').all(|member| member.is_empty() || Some(&member) == name)
}

/// Is there an access control list (`acl(5)`)? The group bits are its mask then, and who may write stands in it. One that
/// cannot be asked for counts as one.
#[cfg(target_os = "linux")]
fn has_access_list(path: &Path) -> bool {
    use rustix::io::Errno;
    let nowhere: &mut [u8] = &mut [];
    let found = rustix::fs::lgetxattr(path, "system.posix_acl_access", nowhere);
    !matches!(found, Err(Errno::NODATA | Errno::OPNOTSUPP))
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_private_as_long_as_nobody_else_is_in_it() {
        const USERS: &str = "root:x:0:0::/root:/bin/sh\nhanako:x:1000:1000::/home/hanako:/bin/sh\n";
        const GROUPS: &str = "root:x:0:\nhanako:x:1000:\nfamily:x:1500:hanako\n";
        assert!(is_private(USERS, GROUPS, 1000, 1000));
        assert!(is_private(USERS, &GROUPS.replace("1000:", "1000:hanako"), 1000, 1000));
        let taro = |group: u32| format!("{USERS}taro:x:1001:{group}::/home/taro:/bin/sh\n");
        assert!(is_private(&taro(1001), GROUPS, 1000, 1000));
        for (why, users, groups, gid, user) in [
            ("another group", USERS.to_owned(), GROUPS.to_owned(), 1500, 1000),
            ("another's group", USERS.to_owned(), GROUPS.to_owned(), 1000, 1001),
            ("root's group", USERS.to_owned(), GROUPS.to_owned(), 0, 1000),
            ("another member", USERS.to_owned(), GROUPS.replace("1000:", "1000:hanako,taro"), 1000, 1000),
            ("another's first group", taro(1000), GROUPS.to_owned(), 1000, 1000),
            ("another name", USERS.to_owned(), GROUPS.replace("hanako:x", "users:x"), 1000, 1000),
            ("two names", USERS.to_owned(), format!("{GROUPS}staff:x:1000:taro\n"), 1000, 1000),
            ("in no list", String::new(), String::new(), 1000, 1000),
        ] {
            assert!(!is_private(&users, &groups, gid, user), "{why}");
        }
    }
}
