//! What a user's own operation is written with: the call, its form, and how an answer is read.

use bytes::Bytes;
use http::{Method, Request, Response};
use kinde_core::wire::{Answer, Call, Field, Form};
use kinde_core::{AccessToken, Domain, Error, ErrorKind, OperationKind};
use proptest::prelude::*;
use serde::Deserialize;
use url::Url;

const ROLES: OperationKind = OperationKind::new("get_user_roles").repeatable();
const SECRET: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJrcF8xIn0";

fn encode(call: Call<'_>) -> Result<Request<Bytes>, Error> {
    call.encode(&Domain::new("acme.kinde.com").unwrap())
}

fn uri(call: Call<'_>) -> String {
    encode(call).unwrap().uri().to_string()
}

fn refusal(result: Result<impl Sized, Error>) -> String {
    let Err(error) = result else { panic!("it was accepted") };
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidInput, 0));
    error.to_string()
}

/// RFC 6749 §4.1.3 and appendix B: a code exchange has six fields, in the order they are given.
#[test]
fn a_form_has_as_many_fields_as_it_needs() {
    let form = Form::new(&[
        Field::visible("grant_type", "authorization_code"),
        Field::visible("client_id", "s6BhdRkqt3"),
        Field::visible("client_secret", "gX1fBat3bV"),
        Field::visible("code", "SplxlOBeZQQYbYS6WxSbIA"),
        Field::visible("redirect_uri", "https://client.example.com/cb?a=b&c"),
        Field::visible("code_verifier", None),
        Field::scope("scope", "openid profile email offline"),
        Field::text("name", "John Snow, Lord Commander é"),
        Field::visible("audience", "a"),
        Field::visible("audience", "b"),
    ]);
    let expected = "grant_type=authorization_code&client_id=s6BhdRkqt3&client_secret=gX1fBat3bV\
        &code=SplxlOBeZQQYbYS6WxSbIA&redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb%3Fa%3Db%26c\
        &scope=openid+profile+email+offline&name=John+Snow%2C+Lord+Commander+%C3%A9&audience=a&audience=b";
    assert_eq!(form.unwrap().into_bytes(), expected);
    assert_eq!(Form::new(&[]).unwrap().into_bytes(), "");
    assert_eq!(Form::new(&[Field::visible("code", None)]).unwrap().into_bytes(), "");
}

/// RFC 6749 appendix A.
#[test]
fn each_field_has_its_characters() {
    for good in ["a", "!#$%&'()*+,-./:;<=>?@[]^_`{|}~", "\"\\", "0Az"] {
        Form::new(&[Field::visible("code", good)]).unwrap();
    }
    for good in ["openid", "openid offline", "!#[]~ a:b/c"] {
        Form::new(&[Field::scope("scope", good)]).unwrap();
    }
    for good in ["John Snow", "Žofie \"Ž\" \\", "名", "a  b "] {
        Form::new(&[Field::text("name", good)]).unwrap();
    }
    let word = |field: Field<'_>| refusal(Form::new(&[Field::visible("first", "a"), field]));
    for bad in ["", " ", "a b", "a\n", "a\tb", "\u{7f}", "é", "\0"] {
        let text = word(Field::visible("code", bad));
        assert!(text.starts_with("invalid input: code "), "{bad:?}: {text}");
    }
    for bad in ["", " ", "a  b", " a", "a ", "a\nb", "a\tb", "a\"", "a\\b", "é", "\u{7f}"] {
        let text = word(Field::scope("scope", bad));
        assert!(text.starts_with("invalid input: scope "), "{bad:?}: {text}");
    }
    for bad in ["", "a\nb", "a\r", "a\tb", "\0", "\u{7f}", "a\u{85}b", "\u{9f}"] {
        let text = word(Field::text("name", bad));
        assert!(text.starts_with("invalid input: name "), "{bad:?}: {text}");
    }
}

#[test]
fn forms_print_nothing() {
    let field = Field::visible("token", "canary");
    let form = Form::new(&[field]).unwrap();
    let call = Call::post("/canary/{id}").segment("id", "canary").query("id", "canary").form(form.clone());
    let printed = format!("{field:?} {form:?} {call:?}");
    assert!(!printed.contains("canary"), "{printed}");
    assert!(
        printed.contains("token") && printed.contains("Form(12 bytes)") && printed.contains("POST"),
        "{printed}"
    );
}

#[test]
fn a_path_has_segments_and_a_query() {
    assert_eq!(uri(Call::get("/oauth2/v2/user_profile")), "https://acme.kinde.com/oauth2/v2/user_profile");
    let call = Call::get("/account_api/v1/entitlement/{key}").segment("key", "seats");
    assert_eq!(uri(call), "https://acme.kinde.com/account_api/v1/entitlement/seats");
    let call = Call::new(Method::PATCH, "/o/{org}/users/{user}/roles")
        .segment("org", "org_1")
        .segment("user", "a/b?c#d%2e e+ü.-_~")
        .query("page_size", "10")
        .query("starting_after", None)
        .query("q", "a b&c=d/é");
    let request = encode(call).unwrap();
    assert_eq!(request.method(), Method::PATCH);
    let path = "/o/org_1/users/a%2Fb%3Fc%23d%252e%20e%2B%C3%BC.-_~/roles";
    assert_eq!(request.uri().path(), path);
    assert_eq!(request.uri().query(), Some("page_size=10&q=a+b%26c%3Dd%2F%C3%A9"));
    // An empty value is a value.
    assert_eq!(uri(Call::get("/a").query("b", "")), "https://acme.kinde.com/a?b=");
    assert_eq!(uri(Call::get("/a").query("b", None)), "https://acme.kinde.com/a");
}

#[test]
fn a_segment_that_would_be_another_path_is_refused() {
    for bad in ["", ".", ".."] {
        for call in [
            Call::get("/users/{user_id}").segment("user_id", bad),
            Call::get("/users/{user_id}/roles").segment("user_id", bad).query("a", "b"),
        ] {
            let text = refusal(encode(call));
            assert!(text.starts_with("invalid input: user_id is "), "{bad:?}: {text}");
        }
    }
    for good in ["...", ".a", "..a", "%2e%2e", "%2E", "\\", " ", "\n", "..%2f"] {
        let request = encode(Call::get("/a/{b}/c").segment("b", good)).unwrap();
        assert_eq!(request.uri().path().split('/').count(), 4, "{good:?}");
    }
}

#[test]
fn a_path_that_is_not_filled_in_is_refused() {
    for (call, why) in [
        (Call::get("/a/{b}"), "path has a segment that was not given"),
        (Call::get("/a/{b}").query("c", "d"), "path has a segment that was not given"),
        (Call::get("/a/{b}/{c}").segment("c", "1").segment("b", "2"), "c is not the next segment"),
        (Call::get("/a").segment("b", "1"), "b is not the next segment"),
        (Call::get("/a/{b}").query("c", "d").segment("b", "1"), "path has a segment that was not given"),
        (Call::get("/a").query("c", "d").segment("b", "1"), "b is not the next segment"),
        (Call::get("a"), "path has to begin with `/`"),
        (Call::get(""), "path has to begin with `/`"),
        (Call::get("/a?b=c"), "path has to begin with `/` and to end before"),
        (Call::get("/a#b"), "path has to begin with `/` and to end before"),
        (Call::get("/a b"), "path has characters"),
    ] {
        let text = refusal(encode(call));
        assert!(text.starts_with(&format!("invalid input: {why}")), "{text}");
    }
}

#[derive(Debug, Deserialize)]
struct Roles {
    roles: Vec<String>,
}

fn roles(response: &Response<Bytes>) -> Result<Roles, Error> {
    Answer::new(ROLES, response, [None, Some(SECRET)]).json()
}

fn answer(status: u16, body: &str) -> Response<Bytes> {
    Response::builder().status(status).body(Bytes::copy_from_slice(body.as_bytes())).unwrap()
}

#[test]
fn only_a_200_with_what_is_documented_is_a_success() {
    assert_eq!(roles(&answer(200, r#"{"roles":["admin"],"more":1}"#)).unwrap().roles, ["admin"]);
    for (body, why) in [
        ("", "it is empty"),
        ("<html></html>", "it is an HTML or XML page, not JSON"),
        ("[]", "it is not a JSON object"),
        (r#"{"roles":["#, "the JSON ends too early, at line 1 column 10"),
        (r#"{"roles":[]}}"#, "it is not valid JSON, at line 1 column 13"),
        // Not what serde would say: it quotes.
        (r#"{"roles":"canary"}"#, "it is not what is documented, at line 1 column 17"),
        (r#"{"roles":["canary",1]}"#, "it is not what is documented, at line 1 column 20"),
        ("{}", "it is not what is documented, at line 1 column 2"),
    ] {
        let error = roles(&answer(200, body)).unwrap_err();
        let expected = format!("get_user_roles: 200 unexpected body: {why}, attempt 1");
        assert_eq!(error.to_string(), expected);
        assert!(!format!("{error:?}").contains("canary"));
    }
    for status in [201, 204, 302, 404, 500] {
        let error = roles(&answer(status, r#"{"roles":["admin"]}"#)).unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
    }
    let response = answer(200, "no JSON");
    let answer = Answer::new(ROLES, &response, []);
    assert_eq!(answer.body().unwrap(), "no JSON");
    let error = answer.unexpected("it says no");
    assert_eq!(error.to_string(), "get_user_roles: 200 unexpected body: it says no, attempt 1");
}

#[test]
fn no_error_repeats_a_secret_of_the_request() {
    let echo = answer(403, &format!(r#"{{"error":"{}"}}"#, &SECRET[..20]));
    assert_eq!(roles(&echo).unwrap_err().code(), None);
    let error = Answer::new(ROLES, &echo, [Some(SECRET)]).body().unwrap_err();
    assert_eq!(error.to_string(), "get_user_roles: 403 credentials rejected, attempt 1");
    let honest = answer(403, r#"{"errors":[{"code":"FORBIDDEN"}]}"#);
    assert_eq!(roles(&honest).unwrap_err().code(), Some("FORBIDDEN"));
}

proptest! {
    /// What HTTP libraries make of a URL must be what was meant: reqwest's is that of the WHATWG, which takes `.` and
    /// `..` out of a path however they are written.
    #[test]
    fn a_segment_stays_one_segment(value in "\\PC{1,12}|[.%2eE/\\\\]{1,8}|[\\x00-\\x7f]{1,12}") {
        let call = Call::get("/a/{b}/c").segment("b", &value).query("d", value.as_str());
        if value == "." || value == ".." {
            prop_assert!(encode(call).is_err());
            return Ok(());
        }
        let uri = uri(call);
        let url = Url::parse(&uri).unwrap();
        prop_assert_eq!(url.as_str(), &uri);
        let segments: Vec<_> = url.path_segments().unwrap().collect();
        prop_assert_eq!((segments.len(), segments[0], segments[2]), (3, "a", "c"));
        let segment = percent_encoding::percent_decode_str(segments[1]).decode_utf8().unwrap();
        prop_assert_eq!(&segment, &value);
        let query: Vec<_> = url.query_pairs().collect();
        prop_assert_eq!(query, [("d".into(), value.as_str().into())]);
    }

    /// What any form parser reads is what was given.
    #[test]
    fn a_form_reads_back(
        visible in "[!-~]{1,30}",
        scope in "[!#-\\[\\]-~]{1,9}( [!#-\\[\\]-~]{1,9}){0,3}",
        text in "\\PC{1,20}",
    ) {
        let fields = [Field::visible("a", visible.as_str()), Field::scope("b", scope.as_str()), Field::text("c", text.as_str())];
        let body = Form::new(&fields).unwrap().into_bytes();
        let pairs: Vec<_> = form_urlencoded::parse(&body).collect();
        prop_assert_eq!(pairs, [("a".into(), visible.into()), ("b".into(), scope.into()), ("c".into(), text.into())]);
    }
}

#[test]
fn a_call_carries_its_bearer() {
    let bearer = AccessToken::new("abc").unwrap();
    let request = encode(Call::get("/a").bearer(&bearer)).unwrap();
    assert_eq!(request.headers()["authorization"], "Bearer abc");
    let request = encode(Call::get("/.well-known/jwks").bearer(None)).unwrap();
    assert!(!request.headers().contains_key("authorization"));
}
