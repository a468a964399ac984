//! `ath serve`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use atheria_shared::ApiError;
use tokio_util::sync::CancellationToken;

use super::args::ServeArgs;
use super::output::Output;
use crate::api::{Authority, BasePath, HostName, Reach};
use crate::assets;
use crate::server::{Server, ServerError, ServerOptions};
use crate::session::SessionSettings;

/// Serves until it is ended.
pub(super) async fn serve(args: ServeArgs, output: Output, end: CancellationToken) -> Result<(), ApiError> {
    let reach = args.reach.clone().reach();
    let token = args.token.is_some();
    let server = bind(args).await?;
    announce(server.address(), &reach, token, output);
    Ok(server.run(end).await?)
}

/// A server that listens.
pub(super) async fn bind(args: ServeArgs) -> Result<Server, ServerError> {
    Server::bind(ServerOptions {
        catalog: args
            .root
            .catalog()
            .trusting_torchscript(args.trust.trust_torchscript),
        page: args.web.unwrap_or_else(assets::page),
        launcher: args.engine.launcher(),
        bind: args.bind,
        port: args.port,
        token: args.token,
        reach: args.reach.reach(),
        settings: SessionSettings::default(),
    })
    .await
}

fn announce(listens: SocketAddr, reach: &Reach, token: bool, output: Output) {
    let here = address(listens, &reach.base);
    let mut others: Vec<String> = own_address(listens.ip())
        .map(|own| address(SocketAddr::new(own, listens.port()), &reach.base))
        .into_iter()
        .collect();
    let mut lines = vec![format!("Atheria is at {here} (Ctrl-C ends it)")];
    if let Some(other) = others.first() {
        lines.push(format!("From other machines: {other}"));
    }
    for name in &reach.names {
        let named = url(name.clone(), listens.port(), &reach.base);
        lines.push(format!("As {name}: {named}, or as a proxy in front of it has it"));
        others.push(named);
    }
    if token {
        lines.push("It asks for its token: open it once with ?token= and the token at the end".to_owned());
    } else if !(reach.names.is_empty() && reach.proxies.is_empty()) {
        lines.push("It asks for no token: whoever reaches it through a proxy can use it".to_owned());
    }
    output.announce(
        &serde_json::json!({ "address": here, "others": others }),
        &lines.join("\n"),
    );
}

/// An address that works on this machine.
pub(super) fn address(listens: SocketAddr, base: &BasePath) -> String {
    let host = match listens.ip() {
        // Every address, which is none to call.
        IpAddr::V4(every) if every.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(every) if every.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        one => one,
    };
    url(HostName::Address(host), listens.port(), base)
}

fn url(host: HostName, port: u16, base: &BasePath) -> String {
    let port = Some(port);
    format!("http://{}{base}/", Authority { host, port })
}

/// Where the machine listens on every address: the one by which it would speak to others. Nothing is sent.
fn own_address(bound: IpAddr) -> Option<IpAddr> {
    // Addresses for documentation (RFC 5737, RFC 3849): routed like any other.
    const ELSEWHERE: [(IpAddr, IpAddr); 2] = [
        (
            IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
        ),
        (
            IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
        ),
    ];
    if !bound.is_unspecified() {
        return None;
    }
    ELSEWHERE.into_iter().find_map(|(from, to)| {
        let socket = UdpSocket::bind((from, 0)).ok()?;
        socket.connect((to, 9)).ok()?;
        let own = socket.local_addr().ok()?.ip();
        let listened = own.is_ipv4() || bound.is_ipv6();
        (listened && !own.is_unspecified() && !own.is_loopback()).then_some(own)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_that_is_printed_is_one_to_call() {
        for (listens, base, printed) in [
            ("127.0.0.1:8080", "/", "http://127.0.0.1:8080/"),
            ("0.0.0.0:8080", "/", "http://127.0.0.1:8080/"),
            ("[::]:80", "/lab", "http://[::1]:80/lab/"),
            ("10.0.0.7:1", "/a/b/", "http://10.0.0.7:1/a/b/"),
        ] {
            let base = base.parse().unwrap();
            assert_eq!(address(listens.parse().unwrap(), &base), printed);
        }
    }

    #[test]
    fn a_server_on_one_address_has_no_other() {
        assert_eq!(own_address([127, 0, 0, 1].into()), None);
        assert!(own_address([0, 0, 0, 0].into()).is_none_or(|own| !own.is_unspecified()));
    }
}
