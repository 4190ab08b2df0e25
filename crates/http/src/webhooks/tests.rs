use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use firsthand_domain::time::Timestamp;
use firsthand_domain::webhook::Target;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{RootCertStore, ServerConfig, crypto};
use uuid::Uuid;

use super::reach::{Reach, Unreached};
use super::{Message, Outbound, signature, tell};
use crate::routes;
use crate::tests::Desk;

/// A name that has these addresses, each list for one look-up.
fn named(lists: &[Vec<&str>], outbound: Outbound, roots: RootCertStore) -> Reach {
    let looked = AtomicUsize::new(0);
    let lists: Vec<Vec<IpAddr>> =
        lists.iter().map(|list| list.iter().map(|a| a.parse().unwrap()).collect()).collect();
    let look_up = move |_: String| {
        let found = lists.get(looked.fetch_add(1, Ordering::SeqCst)).cloned();
        let found = found.ok_or_else(|| io::Error::other("nobody looks so often"));
        Box::pin(async move { found }) as std::pin::Pin<Box<dyn Future<Output = _> + Send>>
    };
    Reach::with(outbound, roots, Arc::new(look_up)).unwrap()
}

fn open_internet() -> Outbound {
    Outbound { inside: Vec::new(), ports: vec![443] }
}

fn message() -> Message {
    Message::test(Uuid::nil(), Uuid::nil(), Timestamp::from_micros(0)).unwrap()
}

#[tokio::test]
async fn row_26_every_address_of_a_name_is_checked_and_again_when_it_is_used() {
    let target = Target::parse("https://rebinds.example/").unwrap();
    for (list, expected) in [
        (vec!["127.0.0.1"], Unreached::Inside),
        (vec!["1.1.1.1", "10.0.0.1"], Unreached::Inside),
        (vec!["::ffff:169.254.169.254"], Unreached::Inside),
        (vec![], Unreached::Unknown),
    ] {
        let reach = named(&[list], open_internet(), RootCertStore::empty());
        assert_eq!(reach.check(&target).await, Err(expected));
    }
    // A public address when it is saved, and this machine when it is used: nobody connects.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let target = Target::parse(&format!("https://rebinds.example:{port}/")).unwrap();
    let outbound = Outbound { inside: Vec::new(), ports: vec![port] };
    let reach = named(&[vec!["1.1.1.1"], vec!["127.0.0.1"]], outbound, RootCertStore::empty());
    assert_eq!(reach.check(&target).await, Ok(vec![SocketAddr::new("1.1.1.1".parse().unwrap(), port)]));
    let sent = reach.send(&target, &[], Timestamp::from_micros(0), &message()).await;
    assert_eq!(sent, Err(Unreached::Inside));
    let came = tokio::time::timeout(Duration::from_millis(200), listener.accept()).await;
    assert!(came.is_err(), "somebody connected");
}

#[tokio::test]
async fn what_is_not_https_or_at_another_port_stays_inside() {
    let inside = Outbound { inside: vec!["10.0.0.0/8".parse().unwrap()], ports: vec![443] };
    for (url, list, expected) in [
        ("http://a.example/", vec!["1.1.1.1"], Err(Unreached::Plain)),
        ("https://a.example:22/", vec!["1.1.1.1"], Err(Unreached::Port)),
        ("http://a.example:81/", vec!["10.0.0.1"], Ok(())),
        ("http://a.example/", vec!["10.0.0.1", "1.1.1.1"], Err(Unreached::Plain)),
        ("http://a.example/", vec!["10.0.0.1", "192.168.0.1"], Err(Unreached::Inside)),
    ] {
        let reach = named(&[list], inside.clone(), RootCertStore::empty());
        assert_eq!(reach.check(&Target::parse(url).unwrap()).await.map(drop), expected, "{url}");
    }
}

#[tokio::test]
async fn over_tls_only_who_is_named_in_a_good_certificate_is_told() {
    let certificate = |bytes: &[u8]| CertificateDer::from(bytes.to_vec());
    let key = PrivatePkcs8KeyDer::from(include_bytes!("certificate/leaf.key.der").to_vec());
    let server = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate(include_bytes!("certificate/leaf.der"))],
            PrivateKeyDer::Pkcs8(key),
        )
        .unwrap();
    let (acceptor, listener) =
        (TlsAcceptor::from(Arc::new(server)), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        let mut heard = Vec::new();
        for _ in 0..3 {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut bytes = vec![0; 4096];
            let count = stream.read(&mut bytes).await.unwrap_or_default();
            heard.push(String::from_utf8_lossy(&bytes[..count]).into_owned());
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
        }
        heard
    });
    let mut roots = RootCertStore::empty();
    roots.add(certificate(include_bytes!("certificate/ca.der"))).unwrap();
    let outbound = Outbound { inside: vec!["127.0.0.1".parse().unwrap()], ports: Vec::new() };
    let here = || vec![vec!["127.0.0.1"]];
    let told = async |name: &str, roots: RootCertStore| {
        let target = Target::parse(&format!("https://{name}:{port}/hook")).unwrap();
        let reach = named(&here(), outbound.clone(), roots);
        reach.send(&target, &["s".to_owned()], Timestamp::from_micros(0), &message()).await
    };
    assert_eq!(told("hook.test", roots.clone()).await, Ok(200));
    assert_eq!(told("other.test", roots).await, Err(Unreached::Tls));
    assert_eq!(told("hook.test", RootCertStore::empty()).await, Err(Unreached::Tls));
    let heard = serving.await.unwrap();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0].starts_with(&format!("POST /hook HTTP/1.1\r\nHost: hook.test:{port}\r\n")), "{heard:?}");
}

#[test]
fn a_message_is_signed_with_every_secret_that_is_good() {
    // RFC 4231 has no case with a time before it: reckoned with openssl dgst -sha256 -hmac.
    let header =
        signature(&["key".to_owned(), "old".to_owned()], Timestamp::from_micros(1_700_000_000_999_999), "{}");
    assert_eq!(header.matches(",v1=").count(), 2);
    assert!(
        header.starts_with(
            "t=1700000000,v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae,v1="
        ),
        "{header}"
    );
}

/// Nothing comes through for a day: it is stopped, told to administrators, and goes on where it was.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_day_in_vain_it_is_given_up_and_told() {
    let desk = Desk::open(routes::all()).await;
    desk.person("eve", "admin").await;
    desk.person("ana", "agent").await;
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let hook = json!({ "recipient": "Warehouse", "country": "DE", "purpose": "repairs", "url": format!("http://{address}/") });
    let (status, added) = desk.ask("eve", "POST /api/v1/webhooks", hook).await;
    assert_eq!(status, 201, "{added}");
    let one = format!("/api/v1/webhooks/{}", added["webhook"]["id"].as_str().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let telling = tokio::spawn(tell(Arc::clone(&desk.app), async move {
        let _ = stopped.await;
    }));
    let body = json!({ "channel": "phone", "customer": { "anonymous": true }, "narrative": "late" });
    assert_eq!(desk.ask("ana", "POST /api/v1/complaints", body).await.0, 201);
    let until = async |what: &str, fits: fn(&Value) -> bool| {
        for _ in 0..600 {
            let (_, told) = desk.ask("eve", &format!("GET {one}"), Value::Null).await;
            if fits(&told) {
                return told;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it is never {what}")
    };
    let failing = until("failing", |told| told["attempts"] == 1).await;
    assert!(failing["failing_since"].is_string() && failing["state"] == "on", "{failing}");
    desk.pass_seconds(2);
    until("tried again", |told| told["attempts"] == 2).await;
    desk.pass_seconds(24 * 3600);
    until("given up", |told| told["state"] == "stopped").await;
    let (_, list) = desk.ask("eve", &format!("GET {one}/deliveries"), Value::Null).await;
    assert_eq!(
        (&list["items"][0]["state"], &list["items"][0]["answer"]),
        (&json!("given_up"), &json!("no_connection"))
    );
    // It is there again, and an administrator lets it go on.
    let listener = TcpListener::bind(address).await.unwrap();
    assert_eq!(desk.ask("eve", &format!("POST {one}/enable"), json!({})).await.0, 200);
    let (mut stream, _) =
        tokio::time::timeout(Duration::from_secs(10), listener.accept()).await.unwrap().unwrap();
    let mut bytes = vec![0; 4096];
    let count = stream.read(&mut bytes).await.unwrap();
    assert!(String::from_utf8_lossy(&bytes[..count]).contains("Firsthand-Kind: received"));
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
    until("through", |told| told["state"] == "on" && told["failing_since"].is_null()).await;
    stop.send(()).unwrap();
    telling.await.unwrap();
}
