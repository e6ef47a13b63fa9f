//! `GET /oauth2/v2/user_profile`

use std::time::SystemTime;

use super::Engine;
use crate::User;
use crate::documented::{PROFILE_FORBIDDEN, PROFILE_OK, Route};
use crate::outcome::{Answer, Member};
use crate::request::Request;

impl Engine {
    pub(super) fn profile(&self, request: &Request, now: SystemTime) -> Answer {
        let user = || {
            // 403 is the only refusal there is, for a token in the query too.
            let bearer = request.bearer().filter(|_| !request.secret_in_query())?;
            self.store.user(self.bearer(bearer, now)?.user.as_deref()?)
        };
        match user() {
            Some(user) => profile(user),
            None if request.secret_in_query() => Answer::of(&PROFILE_FORBIDDEN).hint(
                Route::UserProfile,
                "the token goes into the header Authorization: Bearer, never into the query",
            ),
            None => Answer::of(&PROFILE_FORBIDDEN),
        }
    }
}

pub(crate) fn profile(user: &User) -> Answer {
    Answer::filled(&PROFILE_OK, |member| {
        Some(match member {
            "sub" | "id" => user.id.as_str().into(),
            "provided_id" => Member::Text(user.provided_id.as_deref()),
            "name" => user.name.as_str().into(),
            "given_name" => user.given_name.as_str().into(),
            "family_name" => user.family_name.as_str().into(),
            "updated_at" => Member::Number(user.updated_at),
            "email" => return user.email.as_deref().map(Member::from),
            "email_verified" => Member::Flag(user.email_verified),
            "picture" => Member::Text(user.picture.as_deref()),
            "preferred_username" => Member::Text(user.preferred_username.as_deref()),
            _ => return None,
        })
    })
}
