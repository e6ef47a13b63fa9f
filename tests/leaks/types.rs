//! Every public type, through every way to print it.

use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use kinde::error::{ErrorResponse, TokenErrorResponse};
use kinde::oauth::{
    ActiveToken, GetUserProfileV2, TokenIntrospect, TokenIntrospection, TokenRevocation, TokenTypeHint,
    UserProfileV2,
};
use kinde::token::{
    Application, ClientCredentialsGrant, DeviceAuthorization, DeviceAuthorizationPath,
    DeviceAuthorizationResponse, DeviceCodeGrant, DevicePolling, RefreshTokenGrant, TokenResponse,
};
use kinde::transport::{Pools, TransportBuilder};
use kinde::wire::{Answer, Call, Field, Form, unique_object};
use kinde::{
    AccessToken, CallContext, Client, ClientSecret, Domain, Error, ErrorKind, Operation, OperationKind,
    Proxy, RetryPolicy, Token, TokioTimer, TransportError, TransportErrorKind,
};
use kinde::{AuthorizationCode, CodeVerifier, DeviceCode, IdToken, RefreshToken};

use super::case::{BEARER, CANARIES, SECRET, TOKEN};
use super::prints::{Prints, covers_every_name};
use super::rooms::{kept, published, signing_in};
use super::stand_ins::{Mine, Nowhere, response};

const PASSWORD: &str = "canary-password-0123456789";

#[test]
fn every_public_type() {
    let mut prints = Prints::default();
    let (bearer, token, secret) =
        (AccessToken::new(BEARER).unwrap(), Token::new(TOKEN), ClientSecret::new(SECRET));
    let profile = GetUserProfileV2::new(&bearer);
    let introspection =
        TokenIntrospection::new(&bearer, token.clone()).token_type_hint(TokenTypeHint::AccessToken);
    let revocation =
        TokenRevocation::new("client", token.clone()).client_secret(secret.clone()).bearer(&bearer);

    prints.debug("AccessToken", &(&bearer, bearer.to_header_value()));
    prints.debug("Token", &(&token, Token::from(&bearer)));
    prints.debug("ClientSecret", &secret);
    let refresh_token = RefreshToken::new(TOKEN);
    prints.debug("RefreshToken", &(&refresh_token, Token::from(&refresh_token)));
    prints.debug("IdToken", &IdToken::new(TOKEN));
    prints.debug("AuthorizationCode", &AuthorizationCode::new(TOKEN));
    prints.debug("CodeVerifier", &CodeVerifier::new(TOKEN));
    prints.debug("DeviceCode", &DeviceCode::new(TOKEN));
    let application = Application::backend("client", secret.clone());
    prints.debug("Application", &application);
    let refresh = RefreshTokenGrant::new(&application, &refresh_token);
    prints.debug("RefreshTokenGrant", &refresh);
    prints.debug("ClientCredentialsGrant", &ClientCredentialsGrant::new(&application));
    prints.debug("DeviceAuthorization", &DeviceAuthorization::new(&application));
    let device_code = DeviceCodeGrant::new(&application, &DeviceCode::new(TOKEN));
    prints.debug("DeviceCodeGrant", &device_code);
    let begun = DeviceAuthorizationResponse::new(DeviceCode::new(TOKEN), TOKEN, "v", Duration::ZERO)
        .verification_uri_complete(format!("https://acme.kinde.com/device?user_code={TOKEN}"))
        .qr_code(TOKEN);
    prints.debug("DeviceAuthorizationResponse", &begun);
    prints.debug("DevicePolling", &DevicePolling::new(&application, &begun, TokioTimer));
    let mut tokens =
        TokenResponse::new(bearer.clone()).id_token(IdToken::new(TOKEN)).refresh_token(refresh_token);
    tokens.other.insert("x".to_owned(), TOKEN.into());
    prints.debug("TokenResponse", &tokens);
    prints.debug("GetUserProfileV2", &profile);
    prints.debug("TokenIntrospection", &introspection);
    prints.debug("TokenRevocation", &revocation);
    prints.debug("TokenTypeHint", &TokenTypeHint::RefreshToken);

    kept(&mut prints, &application, tokens);
    signing_in(&mut prints, &application);
    published(&mut prints);
    prints.debug("DeviceAuthorizationPath", &DeviceAuthorizationPath::default());
    let domain = Domain::new("acme.kinde.com").unwrap();
    prints.debug("Domain", &domain);
    prints.display(&domain);
    let builder =
        || Client::builder(domain.clone(), Mine(secret.clone())).retry(RetryPolicy::standard(), TokioTimer);
    prints.debug("ClientBuilder", &builder());
    prints.debug("Client", &builder().build());
    prints.debug("RetryPolicy", &RetryPolicy::standard());
    prints.debug("TokioTimer", &TokioTimer);
    prints.debug("OperationKind", &TokenRevocation::KIND);
    prints.display(&TokenRevocation::KIND);
    prints.debug("CallContext", &CallContext::new(OperationKind::new("any"), Duration::ZERO, 0));
    let proxy = Proxy::url(format!("http://{SECRET}:{PASSWORD}@proxy.example:3128")).unwrap();
    prints.debug("Proxy", &proxy);
    if let Proxy::Url(url) = &proxy {
        prints.debug("ProxyUrl", url);
    }
    prints.debug("ProxyRules", &proxy.rules(|_| None).unwrap());
    // The same in the environment, and what is refused there.
    for value in [
        format!("http://{SECRET}:{PASSWORD}@proxy.example:3128"),
        format!("ftp://{SECRET}:{PASSWORD}@proxy.example"),
        format!("{SECRET} {PASSWORD}"),
    ] {
        match Proxy::System.rules(|name| (name == "HTTPS_PROXY").then(|| value.clone().into())) {
            Ok(rules) => prints.debug("ProxyRules", &rules),
            Err(error) => prints.error(&error),
        }
    }
    #[cfg(feature = "reqwest")]
    prints.debug("Reqwest", &kinde::reqwest::ReqwestTransport::builder().proxy(proxy.clone()));
    #[cfg(feature = "hyper")]
    prints.debug("Hyper", &kinde::hyper::HyperTransport::builder().proxy(proxy.clone()));

    // What a user's own operation is written with.
    let field = Field::visible("token", TOKEN);
    let form = Form::new(&[field]).unwrap();
    prints.debug("Field", &field);
    prints.debug("Form", &form);
    let call = Call::post("/a/{id}").segment("id", SECRET).query("q", TOKEN).bearer(&bearer).form(form);
    prints.debug("Call", &call);
    let answer = response(200, format!(r#"{{"a":"{TOKEN}","a":"{SECRET}"}}"#));
    prints.debug("Answer", &Answer::new(TokenRevocation::KIND, &answer, [Some(TOKEN)]));
    let twice = unique_object(answer.body()).unwrap_err();
    prints.debug("NotAnObject", &twice);
    prints.display(&twice);

    let builder =
        || TransportBuilder::<Nowhere>::default().proxy(proxy.clone()).root_certificates_pem(SECRET);
    prints.debug("TransportBuilder", &builder());
    let Nowhere(options) = builder().build().unwrap();
    prints.debug("TransportOptions", &options);
    prints.debug("RootCertificate", &options.root_certificates);

    // Refused input is not repeated.
    for error in [
        Form::new(&[Field::visible("token", format!("{TOKEN} ").as_str())]).unwrap_err(),
        Form::new(&[Field::scope("scope", format!("{TOKEN}\n").as_str())]).unwrap_err(),
        Form::new(&[Field::text("name", format!("{TOKEN}\n").as_str())]).unwrap_err(),
        Call::get("/a").segment("id", SECRET).encode(&domain).unwrap_err(),
        AccessToken::from_authorization(&HeaderMap::from_iter([(
            AUTHORIZATION,
            HeaderValue::from_str(&format!("Basic {TOKEN}")).unwrap(),
        )]))
        .unwrap_err(),
        AccessToken::new(format!("{BEARER} {TOKEN}")).unwrap_err(),
        AccessToken::new(format!("Bearer {BEARER}")).unwrap_err(),
        Domain::new(format!("https://{SECRET}@acme.kinde.com")).unwrap_err(),
        Domain::new(format!("https://acme.kinde.com/?token={TOKEN}")).unwrap_err(),
        Proxy::url(format!("socks5://{SECRET}:{PASSWORD}@proxy.example:1080")).unwrap_err(),
        domain.uri(&format!("/?token={TOKEN} ")).unwrap_err(),
        TokenRevocation::new(SECRET, Token::new(format!("{TOKEN}\n"))).encode(&domain).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        prints.error(&error);
    }
    // Answers that repeat everything, as errors and as successes that are none.
    let all = format!("{BEARER} {TOKEN} {SECRET} {PASSWORD}");
    let bodies = [
        format!(r#"{{"error":"{all}","error_description":"{all}"}}"#),
        format!(
            r#"{{"error":"{BEARER}","errors":[{{"code":"{all}","message":"{all}"}},{{"code":"{BEARER}"}}]}}"#
        ),
        format!(r#"{{"active":"{all}"}}"#),
        format!(r#"{{"access_token":"{all}","token_type":"{all}"}}"#),
        format!(r#"{{"access_token":"{BEARER}","expires_in":"{all}"}}"#),
        format!(r#"{{"active":true,"exp":"{all}","sub":["{all}"],"{all}":1}}"#),
        format!("<html>{all}</html>"),
        format!("[\"{all}\"]"),
        format!("{{\"{all}"),
        format!("{{\"active\":true,\"x\":\"{all}\",}}"),
    ];
    for status in [200, 202, 302, 400, 401, 403, 429, 500] {
        for body in &bodies {
            let answer = || response(status, body.clone());
            let errors = [
                profile.decode(answer()).err(),
                introspection.decode(answer()).err(),
                revocation.decode(answer()).err(),
                // No access token is in these requests that an answer could repeat.
                refresh.decode(response(status, body.replace(BEARER, TOKEN))).err(),
                device_code.decode(response(status, body.replace(BEARER, TOKEN))).err(),
            ];
            errors.iter().flatten().for_each(|error| prints.error(error));
        }
    }
    for code in [TOKEN, SECRET, BEARER] {
        let body = format!(r#"{{"error":"{code}","errors":{{"code":"x.{code}","message":"{all}"}}}}"#);
        prints.error(&revocation.decode(response(400, body.clone())).unwrap_err());
        prints.error(&refresh.decode(response(400, body.replace(BEARER, TOKEN))).err().unwrap());
    }
    for kind in ["Connect", "Timeout", "Interrupted"] {
        let cause = std::io::Error::other(kind);
        let error = TransportError::new(TransportErrorKind::Connect, cause);
        prints.error(&Error::from_transport(TokenRevocation::KIND, error));
    }
    let cause = std::io::Error::other(format!("{BEARER} {TOKEN} {SECRET} {PASSWORD}"));
    let error = TransportError::new(TransportErrorKind::Interrupted, cause).not_processed();
    assert!(error.library_error().is_some_and(|error| error.to_string().contains(TOKEN)));
    prints.error(&Error::from_transport(TokenRevocation::KIND, error));
    prints.debug("TransportErrorKind", &TransportErrorKind::Other);
    let pools = Pools::new(|| Ok(Mine(ClientSecret::new(SECRET))));
    prints.debug("Pools", &pools);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let pooled = runtime.block_on(async { pools.of(&domain.uri("/").unwrap()) }).unwrap();
    prints.debug("Pooled", &pooled);
    prints.debug("ErrorKind", &ErrorKind::Redirect);
    prints.display(&ErrorKind::Redirect);

    // Models: what the service said without being told a secret, and the error bodies' Debug.
    let user: UserProfileV2 = serde_json::from_str(r#"{"sub":"kp_1","x":1}"#).unwrap();
    prints.debug("UserProfileV2", &user);
    prints.json(&user);
    let claims: ActiveToken = serde_json::from_str(r#"{"aud":"a"}"#).unwrap();
    prints.debug("ActiveToken", &claims);
    prints.json(&claims);
    let answer = TokenIntrospect::Active(claims);
    prints.debug("TokenIntrospect", &answer);
    prints.json(&answer);
    prints.debug(
        "ErrorResponse",
        &serde_json::from_str::<ErrorResponse>(&bodies[1]).map(|mut body| {
            body.errors.iter_mut().for_each(|error| error.code = None);
            body
        }),
    );
    prints.debug("TokenErrorResponse", &serde_json::from_str::<TokenErrorResponse>(&bodies[0]));

    for canary in CANARIES.iter().chain([&PASSWORD]) {
        let line = prints.text.lines().find(|line| line.contains(canary));
        assert!(line.is_none(), "{line:?}");
    }
    assert!(prints.text.contains("[redacted]"));
    covers_every_name(&prints.types);
}
