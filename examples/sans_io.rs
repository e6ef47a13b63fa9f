//! No async at all: an operation writes its request and reads its answer, and ureq carries both.
//!
//! What the client would do is the caller's business then: time, body limit, redirects, retries.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use kinde::oauth::{GetUserProfileV2, TokenIntrospect, TokenIntrospection, TokenRevocation};
use kinde::{Domain, ErrorKind, Operation, Token};
use kinde_mock::MockKinde;

fn call<O: Operation>(
    agent: &ureq::Agent,
    domain: &Domain,
    operation: &O,
) -> Result<O::Output, Box<dyn Error>> {
    let (parts, body) = operation.encode(domain)?.into_parts();
    let response = match body.is_empty() {
        true => agent.run(Request::from_parts(parts, ()))?,
        false => agent.run(Request::from_parts(parts, &body[..]))?,
    };
    let (parts, mut body) = response.into_parts();
    let body = body.with_config().limit(1024 * 1024).read_to_vec()?;
    Ok(operation.decode(http::Response::from_parts(parts, Bytes::from(body)))?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let fake = MockKinde::start_blocking();
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(Duration::from_secs(10)))
        .proxy(None)
        .build()
        .into();
    let domain = fake.domain();
    let john = fake.sign_in();

    let profile = GetUserProfileV2::new(&john.access_token);
    let user = call(&agent, &domain, &profile)?;
    println!("hello, {}", user.given_name.ok_or("the profile has no name")?);

    let token = Token::from(&john.access_token);
    let revocation = TokenRevocation::new(&fake.backend().client_id, token.clone())
        .client_secret(fake.backend().client_secret);
    call(&agent, &domain, &revocation)?;

    let introspection = TokenIntrospection::new(&fake.machine_token(), token);
    if call(&agent, &domain, &introspection)? != TokenIntrospect::Inactive {
        return Err("a revoked token is still active".into());
    }
    let refused = call(&agent, &domain, &profile).err().ok_or("a revoked token was accepted")?;
    let refused = refused.downcast::<kinde::Error>()?;
    println!("after the sign-out: {refused}");
    if refused.kind() != ErrorKind::CredentialsRejected {
        return Err(refused);
    }
    Ok(())
}
