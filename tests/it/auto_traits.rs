//! Every public type crosses threads: a field that does not would be a breaking change, and nothing else would tell.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

fn crosses_threads<T: Send + Sync + Unpin + 'static>() {}
fn is_unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}

macro_rules! all {
    ($check:ident: $($name:ty),+ $(,)?) => { $($check::<$name>();)+ };
}

#[test]
fn kinde() {
    all!(crosses_threads:
        kinde::AccessToken, kinde::oauth::ActiveToken, kinde::CallContext, kinde::ClientSecret, kinde::Domain, kinde::Error,
        kinde::error::ErrorDetail, kinde::ErrorKind, kinde::error::ErrorResponse, kinde::oauth::GetUserProfileV2, kinde::OperationKind,
        kinde::Proxy, kinde::transport::ProxyUrl, kinde::RetryPolicy, kinde::Token, kinde::error::TokenErrorResponse,
        kinde::oauth::TokenIntrospect, kinde::oauth::TokenIntrospection, kinde::oauth::TokenRevocation, kinde::oauth::TokenTypeHint,
        kinde::TokioTimer, kinde::TransportError, kinde::TransportErrorKind, kinde::oauth::UserProfileV2,
        kinde::RefreshToken, kinde::IdToken, kinde::AuthorizationCode, kinde::CodeVerifier, kinde::DeviceCode,
        kinde::token::Application, kinde::token::AuthorizationCodeGrant, kinde::token::RefreshTokenGrant,
        kinde::token::ClientCredentialsGrant, kinde::token::DeviceAuthorization, kinde::token::DeviceCodeGrant,
        kinde::token::DeviceAuthorizationResponse, kinde::token::DevicePolling, kinde::token::TokenResponse,
        kinde::keys::GetJwks, kinde::keys::GetOpenidConfiguration, kinde::keys::JsonWebKeySet,
        kinde::keys::JsonWebKey, kinde::keys::OpenidConfiguration,
        kinde::sign_in::SignIn, kinde::sign_in::Pending, kinde::sign_in::Callback, kinde::sign_in::Accepted,
        kinde::sign_in::CallbackError, kinde::sign_in::Refused, kinde::sign_in::ReauthState, kinde::sign_in::LogoutUrl,
        kinde::sign_in::Nonce, kinde::sign_in::LoginHint, kinde::sign_in::Prompt, kinde::sign_in::StartPage,
        kinde::keep::StoreKey, kinde::keep::Entry, kinde::keep::Version, kinde::keep::StoreError,
        kinde::keep::MemoryStore, kinde::keep::SingleFlight<u32, u32>, kinde::keep::LoadPanicked,
        kinde::keep::MachineTokens, kinde::keep::MachineTokensBuilder, kinde::keep::UserTokens,
        kinde::keep::UserTokensBuilder, kinde::keep::SessionId, kinde::keep::SessionError, kinde::keep::NotNow,
        Arc<dyn kinde::Kinde>, Arc<dyn kinde::TokenEndpoint>, Arc<dyn kinde::WellKnown>,
        Arc<dyn kinde::keep::Store>, Box<dyn kinde::keep::Spawn>,
        Arc<dyn kinde::OAuth>, Box<dyn kinde::OAuth>, Box<dyn kinde::Timer>,
        kinde::Client<kinde_mock::MockTransport>, kinde::ClientBuilder<kinde_mock::MockTransport>,
    );
    #[cfg(feature = "reqwest")]
    all!(crosses_threads: kinde::reqwest::Client, kinde::reqwest::ReqwestTransport, kinde::reqwest::ReqwestTransportBuilder);
    #[cfg(feature = "hyper")]
    all!(crosses_threads:
        kinde::hyper::Client, kinde::hyper::HyperTransport, kinde::hyper::HyperTransportBuilder,
        kinde::hyper::Connector, kinde::hyper::Stream,
    );
    #[cfg(feature = "jwt")]
    all!(crosses_threads:
        kinde::jwt::KeySet, kinde::jwt::KeySetError, kinde::jwt::RemoteKeys, kinde::jwt::Policy, kinde::jwt::Verifier,
        kinde::jwt::VerifierBuilder, kinde::jwt::NeedsAudience, kinde::jwt::Verifiers, kinde::jwt::Audience,
        kinde::jwt::AccessClaims, kinde::jwt::IdClaims, kinde::jwt::Subject, kinde::jwt::Grant, kinde::jwt::FlagError,
        kinde::jwt::VerifyError, kinde::jwt::Malformed, kinde::jwt::AwsLcRs, Box<dyn kinde::jwt::PublicKey>,
    );
    #[cfg(feature = "tower")]
    all!(crosses_threads:
        kinde::transport::tower::Body, kinde::transport::tower::TransportService<kinde_mock::MockTransport>,
        kinde::transport::tower::ServiceTransport<(), kinde::transport::tower::Body>,
    );
    // What is sent and what is read may be held across a caught panic. (An error's cause is anyone's type.)
    all!(is_unwind_safe:
        kinde::AccessToken, kinde::ClientSecret, kinde::Domain, kinde::oauth::GetUserProfileV2, kinde::RetryPolicy,
        kinde::Token, kinde::oauth::TokenIntrospect, kinde::oauth::TokenIntrospection, kinde::oauth::TokenRevocation, kinde::oauth::UserProfileV2,
    );
}

#[test]
fn kinde_mock() {
    use kinde_mock::ledger;
    all!(is_unwind_safe:
        kinde_mock::UserProfileV2Reply, kinde_mock::TokenIntrospectionReply, kinde_mock::TokenRevocationReply,
    );
    all!(crosses_threads:
        kinde_mock::FakeKinde, kinde_mock::MockTransport, kinde_mock::MockKinde, kinde_mock::Clock,
        kinde_mock::Journal, kinde_mock::Call, kinde_mock::Lint, kinde_mock::TooFewCalls, kinde_mock::Options,
        kinde_mock::IntrospectAuth, kinde_mock::SelfIntrospection, kinde_mock::NewToken, kinde_mock::SignedIn,
        kinde_mock::SetupError, kinde_mock::DoorError, kinde_mock::User, kinde_mock::Backend, kinde_mock::Frontend,
        kinde_mock::Fingerprint, kinde_mock::Request, kinde_mock::Script, kinde_mock::Fault, kinde_mock::Gate,
        kinde_mock::CutAt, kinde_mock::CutBy, kinde_mock::ActiveClaims, kinde_mock::UserProfileV2Reply,
        kinde_mock::TokenIntrospectionReply, kinde_mock::TokenRevocationReply,
        kinde_mock::On<kinde::oauth::GetUserProfileV2>, kinde_conformance::Report,
        kinde_conformance::Case, kinde_conformance::Verdict, ledger::Row, ledger::Route,
        ledger::Body, ledger::Document, ledger::Endpoint, ledger::FormTest, ledger::Header, ledger::Secrets,
        ledger::Source,
    );
}
