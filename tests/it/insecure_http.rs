//! The way to a fake that is neither on this machine's loopback nor behind TLS: opted into, and nowhere else.

use std::net::{SocketAddr, TcpListener, TcpStream};

use crate::common::{Connect, bearer};
use bytes::Bytes;
use http::{Request, Response};
use kinde::oauth::GetUserProfileV2;
use kinde::{Client, Domain, Error, ErrorKind, OAuth, Operation, OperationKind, Transport};
use kinde_mock::MockKinde;

crate::common::over_every_backend!(an_address_that_is_not_loopback, a_refusal_names_the_host);

/// 0.0.0.0 is not a loopback address, and leads to this machine without a name being looked up.
async fn an_address_that_is_not_loopback(connect: Connect) {
    let fake = MockKinde::start().await;
    let url = format!("http://0.0.0.0:{}", port(&fake));
    assert_eq!(Domain::new(&url).unwrap_err().kind(), ErrorKind::InvalidInput);

    let kinde = connect(Domain::insecure_http_for_tests(&url).unwrap());
    let john = fake.sign_in();
    let user = kinde.get_user_profile_v2(GetUserProfileV2::new(&john.access_token)).await.unwrap();
    assert_eq!(user.name.as_deref(), Some("John Snow"));
    fake.assert_calls::<GetUserProfileV2>(1);
}

async fn a_refusal_names_the_host(connect: Connect) {
    // A client's own port: nobody else gets it, and nobody listens there.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let port = client.local_addr().unwrap().port();
    for domain in [
        Domain::new(format!("http://127.0.0.1:{port}")).unwrap(),
        Domain::insecure_http_for_tests(format!("http://0.0.0.0:{port}")).unwrap(),
    ] {
        let host = format!("{}:{port}", domain.host());
        let kinde = connect(domain);
        let error = kinde.get_user_profile_v2(GetUserProfileV2::new(&bearer())).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect);
        assert_eq!(error.to_string(), format!("get_user_profile_v2: could not connect to {host}, attempt 3"));
        assert!(format!("{error:?}").contains(&format!("host: \"{host}\"")), "{error:?}");
    }
}

fn port(fake: &MockKinde) -> u16 {
    fake.domain().port().unwrap()
}

/// The names that containers have, each resolved to the fake's address by the backend's own means.
const NAMES: [&str; 3] = ["kinde-mock", "host.docker.internal", "app.localhost"];

async fn is_reached<T: Transport>(fake: &MockKinde, name: &str, transport: T) {
    let url = format!("http://{name}:{}", port(fake));
    let kinde = Client::new(Domain::insecure_http_for_tests(&url).unwrap(), transport);
    let printed = format!("{kinde:?}");
    assert!(printed.contains(&format!("Domain({url}, INSECURE")), "{printed}");
    let john = fake.sign_in();
    let user = kinde.get_user_profile_v2(GetUserProfileV2::new(&john.access_token)).await.unwrap();
    assert_eq!(user.name.as_deref(), Some("John Snow"));
    // The bearer still goes to this origin alone: neither to loopback nor to the same host over TLS.
    for elsewhere in [
        format!("http://127.0.0.1:{}/oauth2/v2/user_profile", port(fake)),
        format!("https://{name}:{}/oauth2/v2/user_profile", port(fake)),
        format!("http://{name}/oauth2/v2/user_profile"),
    ] {
        let error = kinde.execute(&Elsewhere(elsewhere)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

/// An operation that names an address of its own.
struct Elsewhere(String);

impl Operation for Elsewhere {
    type Output = ();
    const KIND: OperationKind = OperationKind::new("elsewhere");

    fn encode(&self, _: &Domain) -> Result<Request<Bytes>, Error> {
        let request = Request::get(&self.0).header("authorization", bearer().to_header_value());
        Ok(request.body(Bytes::new()).unwrap())
    }

    fn decode(&self, _: Response<Bytes>) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(feature = "reqwest")]
#[tokio::test]
async fn names_over_reqwest() {
    let fake = MockKinde::start().await;
    let address = SocketAddr::from(([127, 0, 0, 1], port(&fake)));
    for name in NAMES {
        let builder = reqwest::Client::builder().resolve(name, address);
        let transport = kinde::reqwest::ReqwestTransport::from_builder(builder).unwrap();
        is_reached(&fake, name, transport).await;
    }
    fake.assert_calls::<GetUserProfileV2>(3);
}

#[cfg(feature = "hyper")]
#[tokio::test]
async fn names_over_hyper() {
    use hyper_util::client::legacy::connect::HttpConnector;
    use hyper_util::client::legacy::connect::dns::Name;

    let fake = MockKinde::start().await;
    let address = SocketAddr::from(([127, 0, 0, 1], port(&fake)));
    for name in NAMES {
        let resolver = tower::service_fn(move |asked: Name| async move {
            assert_eq!(asked.as_str(), name);
            Ok::<_, std::convert::Infallible>(std::iter::once(address))
        });
        let connector = HttpConnector::new_with_resolver(resolver);
        is_reached(&fake, name, kinde::hyper::HyperTransport::from_connector(connector)).await;
    }
    fake.assert_calls::<GetUserProfileV2>(3);
}
