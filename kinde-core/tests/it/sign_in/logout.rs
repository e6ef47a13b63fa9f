use kinde_core::ErrorKind;
use kinde_core::sign_in::LogoutUrl;

use super::domain;

#[test]
fn its_redirect_is_encoded() {
    assert_eq!(LogoutUrl::new(&domain()).to_string(), "https://acme.kinde.com/logout");
    let url = LogoutUrl::new(&domain()).redirect("https://app.example/bye?a=b&c=d").unwrap().to_string();
    assert_eq!(url, "https://acme.kinde.com/logout?redirect=https%3A%2F%2Fapp.example%2Fbye%3Fa%3Db%26c%3Dd");
}

#[test]
fn it_leads_to_an_absolute_url_alone() {
    for bad in
        ["", "/bye", "//evil.example", "http://app.example", "https://app.example/#x", "javascript:alert(1)"]
    {
        let error = LogoutUrl::new(&domain()).redirect(bad).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{bad}");
        assert!(error.to_string().contains("redirect"), "{error}");
    }
}
