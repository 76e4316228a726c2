//! There is no network in the program: no crate for it is linked, and no source of ours names a socket.
//! Looks at `Cargo.lock` and at the sources; what a system's own libraries could do is not seen here.

use std::path::Path;

/// Crates by which Rust programs reach a network, or that bring one along: clients, servers, TLS, DNS, asynchronous
/// runtimes with sockets.
const NETWORKING: [&str; 44] = [
    "actix-web",
    "async-h1",
    "async-io",
    "async-net",
    "async-std",
    "attohttpc",
    "awc",
    "axum",
    "curl",
    "curl-sys",
    "ftp",
    "h2",
    "h3",
    "hickory-resolver",
    "http-client",
    "hyper",
    "hyper-util",
    "isahc",
    "lettre",
    "libp2p",
    "libssh2-sys",
    "mio",
    "minreq",
    "native-tls",
    "openssl",
    "openssl-sys",
    "quinn",
    "reqwest",
    "rustls",
    "schannel",
    "sentry",
    "smol",
    "smoltcp",
    "socket2",
    "ssh2",
    "surf",
    "tiny_http",
    "tokio",
    "trust-dns-resolver",
    "tungstenite",
    "ureq",
    "warp",
    "webpki",
    "zmq",
];

/// What a source must not name.
const SOCKETS: [&str; 6] = ["std::net", "TcpStream", "TcpListener", "UdpSocket", "UnixStream", "ToSocketAddrs"];

#[test]
fn no_crate_for_a_network_is_in_the_lock_file() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let crates: Vec<&str> = lock.lines().filter_map(|l| l.strip_prefix("name = \"")?.strip_suffix('"')).collect();
    assert!(crates.len() > 100 && crates.contains(&"yushen") && crates.contains(&"serde"), "the lock file is read");
    let found: Vec<&&str> = crates.iter().filter(|c| NETWORKING.contains(c)).collect();
    assert!(found.is_empty(), "crates that reach a network: {found:?}");
}

#[test]
fn no_source_names_a_socket() {
    let mut sources = 0;
    for folder in ["src", "crates/law/src", "crates/review/src", "crates/page/src", "models/src", "pixels/src"] {
        for file in walkdir::WalkDir::new(root().join(folder))
            .into_iter()
            .map(|e| e.unwrap().into_path())
            .filter(|p| p.extension().is_some_and(|e| e == "rs"))
        {
            let text = std::fs::read_to_string(&file).unwrap();
            let named = SOCKETS.iter().find(|s| text.contains(**s));
            assert!(named.is_none(), "{} names {}", file.display(), named.unwrap());
            sources += 1;
        }
    }
    assert!(sources > 100);
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
