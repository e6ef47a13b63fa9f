//! `POST /oauth2/introspect`

use std::time::SystemTime;

use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};

use super::{Engine, Refusal, check_media_type};
use crate::documented::{
    INTROSPECT_ACTIVE, INTROSPECT_CLIENT, INTROSPECT_FORBIDDEN, INTROSPECT_INACTIVE, INTROSPECT_INVALID,
    INTROSPECT_SELF, JSON_UTF8, Route,
};
use crate::outcome::{Answer, Member};
use crate::request::{Authorization, Request};
use crate::store::Application;
use crate::{IntrospectAuth, SelfIntrospection};

impl Engine {
    pub(super) fn introspection(&self, request: &Request, now: SystemTime) -> Answer {
        let mut answer =
            self.introspect(request, now).unwrap_or_else(|refusal| refusal.answer(Route::Introspection));
        let has_second_type = matches!(answer.status, StatusCode::OK | StatusCode::UNAUTHORIZED);
        if self.options.introspect_charset && has_second_type {
            answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON_UTF8));
        }
        answer
    }

    fn introspect(&self, request: &Request, now: SystemTime) -> Result<Answer, Refusal> {
        self.introspecting_caller(request, now)?;
        check_media_type(request)?;
        if request.secret_in_query() {
            return Err(Refusal::because(
                &INTROSPECT_INVALID,
                "the token goes into the form body, never into the query",
            ));
        }
        let token =
            request.form("token").filter(|_| !request.repeats(Some("token"))).ok_or(&INTROSPECT_INVALID)?;
        if self.options.self_introspection == SelfIntrospection::Refuse && request.bearer() == Some(token) {
            return Err((&INTROSPECT_SELF).into());
        }
        // The hint would only order a search, and there is but one place to look.
        let Some(record) = self.store.live(token, now) else {
            return Ok(Answer::of(&INTROSPECT_INACTIVE));
        };
        Ok(active(&record.audience, &record.client_id, record.expires, record.issued))
    }

    fn introspecting_caller(&self, request: &Request, now: SystemTime) -> Result<(), Refusal> {
        let forbidden = || Refusal::from(&INTROSPECT_FORBIDDEN);
        let authorization = request.authorization();
        let auth = self.options.introspect_auth;
        if let (Authorization::Bearer(token), IntrospectAuth::Bearer | IntrospectAuth::Either) =
            (&authorization, auth)
        {
            return self.bearer(token, now).map(drop).ok_or_else(forbidden);
        }
        if auth == IntrospectAuth::Bearer {
            return Err(forbidden());
        }
        let (id, secret) = match &authorization {
            Authorization::Basic { client_id, client_secret } => (client_id.as_str(), client_secret.as_str()),
            _ => match (request.form("client_id"), request.form("client_secret")) {
                (None, None) => return Err(forbidden()),
                (id, secret) => (id.unwrap_or_default(), secret.unwrap_or_default()),
            },
        };
        // A frontend application proves nothing by its name.
        let is_backend = matches!(self.store.application(id), Some(Application::Backend(_)));
        if is_backend && self.authenticates(id, Some(secret)) {
            return Ok(());
        }
        Err((&INTROSPECT_CLIENT).into())
    }
}

pub(crate) fn active(audience: &[String], client_id: &str, expires: u64, issued: u64) -> Answer {
    Answer::filled(&INTROSPECT_ACTIVE, |member| {
        Some(match member {
            "active" => Member::Flag(true),
            "aud" => Member::Texts(audience),
            "client_id" => client_id.into(),
            "exp" => Member::Number(expires),
            "iat" => Member::Number(issued),
            _ => return None,
        })
    })
}
