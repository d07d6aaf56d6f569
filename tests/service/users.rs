//! Several users at one computer: the second gets the other port, a third has the Unix socket still.

use crate::world::User;

#[test]
#[ignore = "runs in a world of its own, by the test that makes it"]
fn each_has_an_agent_of_their_own() {
    let (hanako, taro) = (User::log_in("hanako", 61234), User::log_in("taro", 61235));
    hanako.says(0, &["service", "install"]);
    let said = taro.says(0, &["service", "install"]);
    assert!(said.contains("http://127.0.0.1:29754"), "{said}");

    for (user, port) in [(&hanako, 25754), (&taro, 29754)] {
        let address = format!("http://127.0.0.1:{port}/v1/health");
        assert_eq!(user.curl(&[&address]).0, 200, "{}", user.log());
        assert_eq!(user.status()["listening"]["port"], port);
        let endpoint = std::fs::read_to_string(user.runtime().join("endpoint.json")).unwrap();
        assert!(endpoint.contains(&port.to_string()), "{endpoint}");
        user.says(0, &["status"]);
    }
    let (code, body) = taro.curl(&["http://127.0.0.1:25754/v1/status"]);
    assert!(code == 403 && body.contains("peer_not_allowed"), "{code} {body}");

    let jiro = User::log_in("jiro", 61236);
    let said = jiro.says(1, &["service", "install"]);
    assert!(said.contains("no port"), "{said}");
    assert_eq!(jiro.status()["problems"][0]["code"], "no_port");
    jiro.says(0, &["status"]);

    // A port of the settings mends that.
    jiro.configure("[server]\nport = 3333\n");
    jiro.says(0, &["service", "install"]);
    assert_eq!(jiro.curl(&["http://127.0.0.1:3333/v1/health"]).0, 200, "{}", jiro.log());

    // Removing one leaves the others alone.
    taro.says(0, &["service", "uninstall"]);
    assert_eq!(hanako.curl(&["http://127.0.0.1:25754/v1/health"]).0, 200);
    jiro.says(0, &["service", "status"]);
}
