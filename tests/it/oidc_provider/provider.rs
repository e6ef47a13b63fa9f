//! The provider as a process, and the one question that it answers to an application alone.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use bytes::Bytes;
use http::{Request, Response};
use kinde::oauth::{TokenIntrospect, TokenIntrospection};
use kinde::token::Application;
use kinde::wire::{Call, Field, Form};
use kinde::{AccessToken, Domain, Error, Operation, OperationKind, Token};

pub struct Provider {
    process: Child,
    /// It says more later, and ends if nobody is there to hear it.
    _says: BufReader<ChildStdout>,
    issuer: String,
}

impl Provider {
    pub fn start() -> Self {
        assert!(std::env::var_os("NODE_MODULES_OF").is_some(), "run .ci/foreign-providers");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/oidc-provider/server.mjs");
        let mut process =
            Command::new("node").arg(script).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        let mut says = BufReader::new(process.stdout.take().unwrap());
        says.read_line(&mut line).unwrap();
        let said: serde_json::Value = serde_json::from_str(&line).unwrap();
        Self { process, _says: says, issuer: said["issuer"].as_str().unwrap().to_owned() }
    }

    pub fn domain(&self) -> Domain {
        Domain::new(&*self.issuer).unwrap()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An introspection that proves the application by its secret, as RFC 7662 §2.1 leaves open and this provider wants; Kinde
/// wants a bearer. The answer is read by the operation for Kinde.
pub struct Introspect {
    application: Application,
    question: TokenIntrospection,
}

impl Introspect {
    pub fn new(application: &Application, token: &Token) -> Self {
        let nobody = AccessToken::new("none").unwrap();
        Self { application: application.clone(), question: TokenIntrospection::new(&nobody, token.clone()) }
    }
}

impl Operation for Introspect {
    type Output = TokenIntrospect;

    const KIND: OperationKind = OperationKind::new("introspect_as_application").repeatable();

    fn encode(&self, domain: &Domain) -> Result<Request<Bytes>, Error> {
        let secret = self.application.client_secret().map(|secret| secret.expose());
        let form = Form::new(&[
            Field::visible("client_id", self.application.client_id()),
            Field::visible("client_secret", secret),
            Field::visible("token", self.question.token().expose()),
        ])?;
        Call::post("/oauth2/introspect").form(form).encode(domain)
    }

    fn decode(&self, response: Response<Bytes>) -> Result<TokenIntrospect, Error> {
        self.question.decode(response)
    }
}
