//! The state machine against a model: whatever happens in whatever order, the store, introspection and the
//! profile agree with it.

use std::collections::HashSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::support::{INTROSPECT, PROFILE, REVOKE, Raw};
use kinde_mock::{MockTransport, NewToken};
use proptest::prelude::*;

/// Half a second off the second, so that rounding shows.
const START: Duration = Duration::from_millis(1_700_000_000_500);

#[derive(Clone, Debug)]
enum Step {
    SignIn {
        client: usize,
        lifetime: u64,
    },
    Machine {
        client: usize,
        lifetime: u64,
    },
    /// Another access token in the sign-in of that one.
    Refresh(usize),
    Expire(usize),
    /// By an administrator.
    Revoke(usize),
    /// Through the endpoint, as that client and with a hint.
    CallRevoke {
        token: usize,
        client: usize,
        hint: usize,
    },
    AccessEndsAll(bool),
    Advance(u64),
    Set(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let (token, client, lifetime) = (0..64usize, 0..2usize, 1..200u64);
    prop_oneof![
        4 => (client.clone(), lifetime.clone()).prop_map(|(client, lifetime)| Step::SignIn { client, lifetime }),
        1 => (client.clone(), lifetime).prop_map(|(client, lifetime)| Step::Machine { client, lifetime }),
        2 => token.clone().prop_map(Step::Refresh),
        1 => token.clone().prop_map(Step::Expire),
        1 => token.clone().prop_map(Step::Revoke),
        6 => (token, client, 0..3usize).prop_map(|(token, client, hint)| Step::CallRevoke { token, client, hint }),
        1 => any::<bool>().prop_map(Step::AccessEndsAll),
        3 => (0..120_000u64).prop_map(Step::Advance),
        1 => (0..400_000u64).prop_map(Step::Set),
    ]
}

/// What a token should be, told independently of the fake.
struct Expected {
    text: String,
    client: usize,
    sign_in: usize,
    refresh: bool,
    user: bool,
    issued: u64,
    expires: u64,
    revoked: bool,
    /// Its time was up once: it is forgotten, and a clock that is set back doesn't bring it back.
    over: bool,
}

struct Model {
    kinde: MockTransport,
    tokens: Vec<Expected>,
    sign_ins: usize,
    ended: HashSet<usize>,
    access_ends_all: bool,
    now: Duration,
    machine: String,
}

const CLIENTS: [(&str, &str); 2] = [
    (
        "3b0b5c6c8fcc464fab397f4969b5f482",
        "&client_secret=rrkYRaz8z96sAiOxPt6IzOCoelFFT4ujWIM2XNZgZsmX2Zu3imZ1W",
    ),
    ("f2a06c4e1d7b4b7f9c35a1e08d64b2c9", ""),
];

impl Model {
    fn new() -> Self {
        let kinde = MockTransport::new();
        kinde.clock().freeze_at(UNIX_EPOCH + START);
        // Outlives every clock move.
        let forever = NewToken::for_machine().issued_at(UNIX_EPOCH).expires_at(UNIX_EPOCH + START * 2);
        let machine = kinde.issue_access(forever).expose().to_owned();
        Self {
            kinde,
            tokens: Vec::new(),
            sign_ins: 0,
            access_ends_all: false,
            ended: HashSet::new(),
            now: START,
            machine,
        }
    }

    fn index(&self, pick: usize) -> Option<usize> {
        (!self.tokens.is_empty()).then(|| pick % self.tokens.len())
    }

    fn is_live(&self, token: &Expected) -> bool {
        !token.over && !token.revoked && self.now.as_secs() < token.expires
    }

    fn expect(
        &mut self,
        text: &str,
        client: usize,
        sign_in: usize,
        refresh: bool,
        user: bool,
        lifetime: u64,
    ) {
        let issued = self.now.as_secs();
        // What joins a sign-in that has ended is dead on arrival.
        let revoked = self.ended.contains(&sign_in);
        let expires = issued + lifetime;
        let text = text.to_owned();
        self.tokens.push(Expected {
            text,
            client,
            sign_in,
            refresh,
            user,
            issued,
            expires,
            revoked,
            over: false,
        });
    }

    fn revoke(&mut self, index: usize) {
        let (sign_in, refresh) = (self.tokens[index].sign_in, self.tokens[index].refresh);
        self.tokens[index].revoked = true;
        if refresh || self.access_ends_all {
            self.ended.insert(sign_in);
            self.tokens.iter_mut().filter(|token| token.sign_in == sign_in).for_each(|it| it.revoked = true);
        }
    }

    async fn apply(&mut self, step: Step) {
        let kinde = self.kinde.clone();
        let user = || NewToken::for_user(&kinde.user());
        match step {
            Step::SignIn { client, lifetime } => {
                let new = user().application(CLIENTS[client].0).expires_in(Duration::from_secs(lifetime));
                let signed_in = kinde.sign_in_with(new);
                let sign_in = self.sign_ins;
                self.sign_ins += 1;
                self.expect(signed_in.access_token.expose(), client, sign_in, false, true, lifetime);
                self.expect(signed_in.refresh_token.expose(), client, sign_in, true, true, 1_296_000);
            }
            Step::Machine { client, lifetime } => {
                let new = NewToken::for_machine().application(CLIENTS[client].0);
                let token = kinde.issue_access(new.expires_in(Duration::from_secs(lifetime)));
                let sign_in = self.sign_ins;
                self.sign_ins += 1;
                self.expect(token.expose(), client, sign_in, false, false, lifetime);
            }
            Step::Refresh(pick) => {
                let Some(index) = self.index(pick).filter(|index| !self.tokens[*index].over) else { return };
                let (client, sign_in, is_user) =
                    (self.tokens[index].client, self.tokens[index].sign_in, self.tokens[index].user);
                let new = if is_user { user() } else { NewToken::for_machine() };
                let new = new.application(CLIENTS[client].0).same_sign_in_as(&self.tokens[index].text);
                let token = kinde.issue_access(new);
                self.expect(token.expose(), client, sign_in, false, is_user, 86_400);
            }
            Step::Expire(pick) => {
                let Some(index) = self.index(pick) else { return };
                kinde.expire(&self.tokens[index].text);
                self.tokens[index].expires = self.tokens[index].expires.min(self.now.as_secs());
            }
            Step::Revoke(pick) => {
                let Some(index) = self.index(pick) else { return };
                kinde.revoke(&self.tokens[index].text);
                if !self.tokens[index].over {
                    self.revoke(index);
                }
            }
            Step::CallRevoke { token, client, hint } => {
                let Some(index) = self.index(token) else { return };
                let hint = ["", "&token_type_hint=access_token", "&token_type_hint=refresh_token"][hint];
                let (id, secret) = CLIENTS[client];
                let form = format!("client_id={id}{secret}&token={}{hint}", self.tokens[index].text);
                let answer = Raw::new("POST", REVOKE).form(form).send(&kinde).await;
                // Whose it was is forgotten with it.
                let mine = self.tokens[index].client == client || self.tokens[index].over;
                assert_eq!(answer.status(), if mine { 200 } else { 403 });
                if mine {
                    assert_eq!(answer.body(), "");
                }
                if mine && !self.tokens[index].over {
                    self.revoke(index);
                }
            }
            Step::AccessEndsAll(on) => {
                kinde.configure(|options| options.revoking_access_ends_sign_in = on);
                self.access_ends_all = on;
            }
            Step::Advance(milliseconds) => {
                kinde.clock().advance(Duration::from_millis(milliseconds));
                self.now += Duration::from_millis(milliseconds);
            }
            Step::Set(milliseconds) => {
                self.now = START + Duration::from_millis(milliseconds);
                kinde.clock().set(UNIX_EPOCH + self.now);
            }
        }
    }

    /// What has expired by now has expired for good.
    fn forget(&mut self) {
        let now = self.now.as_secs();
        self.tokens.iter_mut().for_each(|token| token.over |= token.expires <= now);
    }

    async fn check(&self) {
        assert_eq!(self.kinde.clock().now(), SystemTime::UNIX_EPOCH + self.now);
        for token in &self.tokens {
            let live = self.is_live(token);
            assert_eq!(self.kinde.is_live(&token.text), live);

            let ask =
                Raw::new("POST", INTROSPECT).bearer(&self.machine).form(format!("token={}", token.text));
            let answer = ask.send(&self.kinde).await;
            let expected = match live {
                false => r#"{"active":false}"#.to_owned(),
                true => format!(
                    r#"{{"active":true,"aud":[],"client_id":"{}","exp":{},"iat":{}}}"#,
                    CLIENTS[token.client].0, token.expires, token.issued
                ),
            };
            assert_eq!((answer.status(), answer.body()), (200, &*expected));

            let profile = Raw::new("GET", PROFILE).bearer(&token.text).send(&self.kinde).await;
            let shows = live && token.user && !token.refresh;
            assert_eq!(profile.status(), if shows { 200 } else { 403 });
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn store_introspection_and_profile_agree_whatever_happens(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut model = Model::new();
            let mut gone: Vec<String> = Vec::new();
            for step in steps {
                model.apply(step).await;
                model.forget();
                model.check().await;
                // A revoked token never comes back, wherever the clock goes.
                assert!(gone.iter().all(|text| !model.kinde.is_live(text)));
                gone = model.tokens.iter().filter(|token| token.revoked).map(|it| it.text.clone()).collect();
            }
        });
    }
}
