//! A user with a browser: follows redirects, keeps cookies, and sends every form that it is shown.

use std::collections::BTreeMap;

use url::Url;
use url::form_urlencoded::Serializer;

pub struct Browser {
    client: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub fn new() -> Self {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self { client: client.build().unwrap(), cookies: BTreeMap::new() }
    }

    /// Where the application's callback is reached.
    pub async fn follow(&mut self, url: &str, callback: &str) -> String {
        match self.go(url, Some(callback)).await {
            Ok(callback) => callback,
            Err(page) => panic!("it ended on a page: {page}"),
        }
    }

    /// The last page, on which there is nothing to send.
    pub async fn open(&mut self, url: &str) -> String {
        self.go(url, None).await.unwrap_err()
    }

    async fn go(&mut self, url: &str, callback: Option<&str>) -> Result<String, String> {
        let (mut url, mut form) = (Url::parse(url).unwrap(), None);
        for _ in 0..20 {
            let (location, page) = self.ask(&url, form.take()).await;
            match location {
                Some(location) if callback.is_some_and(|callback| location.starts_with(callback)) => {
                    return Ok(location);
                }
                Some(location) => url = url.join(&location).unwrap(),
                None if page.contains("<form") && !page.contains("sign-out") => {
                    let action = between(&page, "action=\"", "\"").unwrap();
                    url = url.join(&action).unwrap();
                    form = Some(filled_in(&page));
                }
                None => return Err(page),
            }
        }
        panic!("it goes round in circles");
    }

    /// Where it leads, and the page.
    async fn ask(&mut self, url: &Url, form: Option<String>) -> (Option<String>, String) {
        let request = match form {
            Some(form) => self
                .client
                .post(url.as_str())
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form),
            None => self.client.get(url.as_str()),
        };
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = request.header("cookie", cookies.join("; ")).send().await.unwrap();
        for line in answer.headers().get_all("set-cookie") {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match value {
                "" => self.cookies.remove(name),
                _ => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        let location = answer.headers().get("location").map(|url| url.to_str().unwrap().to_owned());
        (location, answer.text().await.unwrap())
    }
}

/// Every field of the first form: what it holds, or what the user types.
fn filled_in(page: &str) -> String {
    let form = between(page, "<form", "</form>").unwrap();
    let mut fields = Serializer::new(String::new());
    for input in form.split("<input").skip(1) {
        let input = input.split('>').next().unwrap();
        let Some(name) = between(input, "name=\"", "\"") else { continue };
        let typed = if name == "login" { "jon" } else { "a password" };
        let value = between(input, "value=\"", "\"").unwrap_or_else(|| typed.to_owned());
        fields.append_pair(&name, &value);
    }
    fields.finish()
}

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found.to_owned())
}
