//! What a fake says to a test that sets it up wrongly.

use kinde_mock::{MockTransport, NewToken, SetupError, User};

#[test]
fn a_setup_that_cannot_work_says_what_would() {
    let kinde = MockTransport::new();
    let of = |user: &User| NewToken::for_user(user);
    let (john, stranger) = (kinde.user(), User::new("kp_7", "Arya", "Stark"));
    let wrong = [
        (of(&stranger), SetupError::UnknownUser, "add_user"),
        (of(&john).application("unknown"), SetupError::UnknownApplication, "add_backend"),
        (of(&john).same_sign_in_as("unknown"), SetupError::UnknownToken, "issued no such token"),
        (NewToken::for_machine(), SetupError::NoUser, "machine_token"),
        (of(&john).text("mine"), SetupError::OneTextForTwo, "issue_access"),
    ];
    for (new, expected, advice) in wrong {
        let error = kinde.try_sign_in_with(new).unwrap_err();
        assert_eq!(error, expected);
        assert!(error.to_string().contains(advice), "{error}");
    }
    assert!(!kinde.is_live("mine"), "nothing was issued on the way");

    kinde.issue_access(of(&john).text("mine"));
    assert_eq!(kinde.try_issue_refresh(of(&john).text("mine")).unwrap_err(), SetupError::TextTaken);
    assert_eq!(kinde.try_issue_access(of(&john).text("two words")).unwrap_err(), SetupError::UnusableText);
}
